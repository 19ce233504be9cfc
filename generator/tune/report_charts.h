// The drawings of a tuning report: SVG, to be placed inside a page whose style sheet names their colours.
#pragma once

#include <string>

#include "tune/tuning_result.h"

namespace mobilith::tune {

// A row per kernel: its share of peak before and after, and the gain.
std::string share_chart(const TuningResult&);

// One kernel's search: a dot for each candidate's time, a line for the best so far.
std::string course_chart(const KernelResult&);

}  // namespace mobilith::tune

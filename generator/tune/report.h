// A tuning session as a page for a browser.
#pragma once

#include <string>

#include "tune/tuning_result.h"

namespace mobilith::tune {

// HTML that refers to nothing outside itself. title: what was tuned.
std::string html_report(const TuningResult&, const std::string& title);

}  // namespace mobilith::tune

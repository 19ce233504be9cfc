// A tuning session for people.
#pragma once

#include "tune/outcome.h"

namespace mobilith {

void print_tune_table(const tune::TuneOutcome&);

}  // namespace mobilith

// A tuning session for people.
#pragma once

#include "tune/tuning_result.h"

namespace mobilith {

void print_tune_table(const tune::TuningResult&);

}  // namespace mobilith

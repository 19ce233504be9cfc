#pragma once

#include "algorithms/softmax.h"

namespace mobilith {

// Whole vectors of `width`, one part after the other.
void schedule_softmax(Softmax&, int width);

}  // namespace mobilith

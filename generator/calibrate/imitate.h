// Calibrating without pictures: made-up ones, brought to what training has seen.
#pragma once

#include "calibrate/statistics.h"

namespace mobilith::calibration {

// The network with its products' weights changed so that over these pictures each channel has the mean and
// the deviation that its batch norm learned, where there was one: what further layers then read is spread as
// what they were trained on. Pictures should be few: all are held at once.
FloatNetwork imitated(FloatNetwork, const Pictures&);

}  // namespace mobilith::calibration

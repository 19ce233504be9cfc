// Figures that the authors of the networks published.
#pragma once

#include "networks/network.h"

namespace mobilith {

// Rounded as published. V1 and V2: with the trained checkpoints, of 1001 classes; V3: Howard et al. 2019,
// "Searching for MobileNetV3".
struct PublishedFigures {
  const char* net;
  double alpha;
  int side;
  double madds_millions, params_millions;
  const char* source() const;
};

// Of the configuration's network, alpha and resolution, whatever its classes; null: none were published.
const PublishedFigures* published_figures(const Configuration&);

}  // namespace mobilith

// Figures that the authors of the networks published.
#pragma once

#include "networks/network.h"

namespace mobilith {

// Rounded as published. V1 and V2: of the trained checkpoints, of 1001 classes.
struct PublishedFigures {
  const char* net;
  double alpha;
  int side;
  double madds_millions, params_millions;
  // Of a single crop of each of ImageNet's pictures for validation, in percent, of the checkpoints in f32; 0:
  // none was published. Keras's documentation gives the same for the same checkpoints, but 75.6 and 68.1 for
  // V3 1.0, large and small: the lower figure of the authors stands here.
  double top1, top5;
  const char* source;           // of multiply-adds and parameters
  const char* accuracy_source;  // of top1 and top5
};

// Of the configuration's network, alpha and resolution, whatever its classes; null: none were published.
const PublishedFigures* published_figures(const Configuration&);

}  // namespace mobilith

// Softmax over the channels of one vector, and its logarithm.
#pragma once

#include <Halide.h>

#include "layout/channels.h"

namespace mobilith {

// Shifted by the largest value, so that no exponential overflows. Reduced per lane first: whole vectors, one
// order for all.
struct Softmax {
  Halide::Var lane{"lane"};
  Halide::RDom vectors, lanes;
  Halide::Func lane_max, lane_total;  // (lane): over the vectors of values, of exponentials
  Halide::Func largest, normalizer;   // ()
  Halide::Func exponential;           // (o), zero in padding
  Halide::Func log_normalizer;        // ()
  Halide::Expr value, log_value;      // of o
};

// values: (o), which are the lowest float in padding.
Softmax softmax(const Halide::Func& values, const Halide::Var& o, const Channels&);

}  // namespace mobilith

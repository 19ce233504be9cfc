// From a float network and pictures to a quantised graph, and how far the two are apart.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "calibrate/statistics.h"
#include "graph/graph.h"
#include "quantised/evaluate.h"

namespace mobilith {

namespace calibration {

// Of one operation, over all pictures: 10 log10 of the mean square of what floats give, by that of the
// difference.
struct LayerNoise {
  std::string layer;
  double signal_to_noise = 0;  // dB
};

// The library's outputs beside the float network's, over all pictures.
struct OutputNoise {
  double mean_square_error = 0;
  std::optional<double> same_top;  // share of the pictures with the same largest output; of vectors
};

}  // namespace calibration

struct CalibrationReport {
  size_t pictures = 0;
  bool made_up = false;                           // no pictures were given
  bool reduce_range = false;                      // CalibrationOptions'
  std::vector<calibration::LayerNoise> layers;    // in order of computation
  std::vector<calibration::OutputNoise> outputs;  // in the network's order
};

struct Calibrated {
  file::Graph graph;  // has passed infer()
  CalibrationReport report;
};

struct CalibrationOptions {
  quantised::Requantise requantise =
      quantised::Requantise::floating;  // of the library that it is compared as
  // Weights of 1x1 convolutions and dense layers in 7 bits, which AVX2 without VNNI multiplies faster.
  bool reduce_range = false;
};

// What is being done, and how far it is.
using CalibrationProgress = std::function<void(const char* what, size_t done, size_t of)>;

// Throws WeightsError, which names the layer, for a network that bytes can't compute.
Calibrated calibrate(const Network&, const Weights&, const calibration::Pictures&, const CalibrationOptions&,
                     const CalibrationProgress&);

}  // namespace mobilith

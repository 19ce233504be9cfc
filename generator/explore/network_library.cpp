#include "explore/network_library.h"

#include <fmt/format.h>

#include <memory>

#include "calibrate/calibrate.h"
#include "calibrate/made_pictures.h"
#include "plan/numbers_of.h"
#include "weights/quantised_file.h"
#include "weights/rounded_weights.h"
#include "weights/synthetic.h"

namespace mobilith::explore {

namespace {

// The network in int8. Pixels from -1 to 1.
std::unique_ptr<Weights> in_bytes(const Network& network, const Weights& weights, const Stage& stage) {
  constexpr auto mode = quantised::Requantise::floating;
  const Shape shape = network.image();
  const calibration::Pictures one{1, [shape](size_t i) {
                                    calibration::Values values = calibration::made_picture(i, shape);
                                    for (double& value : values) value = 2 * value - 1;
                                    return values;
                                  }};
  Calibrated calibrated = calibrate(network, weights, one, {mode}, [&](const char* what, size_t, size_t) {
    stage(fmt::format("calibrating, {}", what));
  });
  return open_calibrated_graph(std::move(calibrated.graph), network.configuration, weights.hash(),
                               weights.hash(), weights.labels(), mode);
}

}  // namespace

CompiledLibrary network_library(const Configuration& configuration, const LibraryWanted& wanted) {
  std::unique_ptr<Weights> weights = synthetic_weights();
  Network network = build_network(configuration);
  if (wanted.dtype == "int8") {
    weights = in_bytes(network, *weights, wanted.stage);
    network = weights->network(configuration);
  } else {
    network.configuration.dtype = wanted.dtype;
  }
  LibraryOptions options;
  options.target = wanted.platform, options.cpus = {wanted.cpu};
  options.bytes = network.quantised();
  options.numbers = numbers_of(network.configuration.dtype, network.configuration.weights_dtype);
  options.name = default_name(network.configuration);
  options.schedules = wanted.schedules;
  options.default_where_records_fail = true;
  options.complain = wanted.complain;
  options.progress = [&](const Progress& progress) {
    wanted.stage(fmt::format("kernels {}/{}", progress.done, progress.total));
  };
  const std::unique_ptr<RoundedWeights> rounded = rounded_weights(network, *weights);
  return compile_library(network, rounded ? *rounded : *weights, options);
}

}  // namespace mobilith::explore

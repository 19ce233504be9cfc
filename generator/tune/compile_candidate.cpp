#include "tune/compile_candidate.h"

#include <algorithm>

#include "package/compile_library.h"
#include "plan/numbers_of.h"
#include "process/files.h"
#include "reference/frame.h"
#include "reference/narrowed.h"
#include "reference/quantised.h"
#include "reference/reference.h"
#include "tune/fault.h"
#include "weights/rounded_weights.h"

namespace mobilith::tune {

namespace fs = std::filesystem;

namespace {

// Of the formula's input. Of bytes with a frame: its image.
std::vector<double> expected_output(const Network& network, const Weights& weights) {
  reference::Activation image{network.image(), {}};
  if (network.frame) {
    const std::vector<uint8_t> bytes = reference::formula_frame(*network.frame);
    image = reference::frame_image(*network.frame, network.image(), network.image_type, {bytes.data()});
    if (network.quantised()) return image.values;
  } else if (network.quantised()) {
    return reference::run_quantised(network, reference::formula_bytes(network));
  } else {
    image = reference::formula_input(network.image());
  }
  if (const ElementType factors = factors_type(network.configuration); factors != ElementType::f32)
    return reference::run_network_narrowed(factors, network, weights, image).values;
  return reference::run_network(network, weights, image, false).values;
}

}  // namespace

std::string model_symbol(const fs::path& archive) { return archive.stem().string(); }

void compile_candidate(const CompileRequest& request) {
  crash_or_hang("compile-", request.number);
  const Network& network = request.work->network;
  const std::unique_ptr<Weights> exact = open_weights("synthetic");
  const std::unique_ptr<RoundedWeights> rounded = rounded_weights(network, *exact);
  const Weights& weights = rounded ? *rounded : *exact;
  LibraryOptions options;
  options.name = model_symbol(request.archive);
  options.target = request.target;
  options.cpus = {request.cpu};
  options.products = request.products;
  options.cache = false;  // most candidates are never compiled again
  options.jobs = 1;
  options.schedules = [&](const CpuTarget&) {
    return [&](const std::string& type, const nlohmann::json& shape) -> std::optional<FoundSchedule> {
      if (type != request.work->type || shape != request.work->shape) return std::nullopt;
      return FoundSchedule{request.schedule, "candidate"};
    };
  };
  options.bytes = network.quantised();
  options.numbers = numbers_of(network.configuration.dtype, network.configuration.weights_dtype);
  replace_file(request.archive, compile_library(network, weights, options).archive);
  if (!fs::exists(request.expected)) write_floats(request.expected, expected_output(network, weights));
}

double tolerance_of(const Network& network) {
  return reference::bound_of(factors_type(network.configuration));
}

void write_floats(const fs::path& path, const std::vector<double>& values) {
  const std::vector<float> floats(values.begin(), values.end());
  replace_file(path, {reinterpret_cast<const char*>(floats.data()), floats.size() * sizeof(float)});
}

std::vector<float> read_floats(const fs::path& path) {
  const std::string bytes = read_bytes(path).value_or("");
  std::vector<float> floats(bytes.size() / sizeof(float));
  std::copy_n(bytes.data(), floats.size() * sizeof(float), reinterpret_cast<char*>(floats.data()));
  return floats;
}

}  // namespace mobilith::tune

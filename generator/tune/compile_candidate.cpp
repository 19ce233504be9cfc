#include "tune/compile_candidate.h"

#include <algorithm>

#include "package/compile_library.h"
#include "process/files.h"
#include "reference/frame.h"
#include "reference/quantised.h"
#include "reference/reference.h"
#include "tune/fault.h"

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
  return reference::run_network(network, weights, image, false).values;
}

}  // namespace

std::string model_symbol(const fs::path& archive) { return archive.stem().string(); }

void compile_candidate(const CompileRequest& request) {
  crash_or_hang("compile-", request.number);
  const std::unique_ptr<Weights> weights = open_weights("synthetic");
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
  const Network& network = request.work->network;
  options.bytes = network.quantised();
  replace_file(request.archive, compile_library(network, *weights, options).archive);
  if (!fs::exists(request.expected)) write_floats(request.expected, expected_output(network, *weights));
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

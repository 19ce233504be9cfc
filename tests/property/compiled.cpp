#include "property/compiled.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "networks/output.h"
#include "package/compile_library.h"

namespace mobilith::property {

namespace {

LoadedLibrary compile(const Network& network, const Weights& weights, bool logits, const std::string& cpu,
                      const ScheduleLookup& schedules, Products products, Precision numbers) {
  LibraryOptions options;
  options.cpus = {cpu};
  options.products = products, options.numbers = numbers;
  options.name = "property_model";
  // The same kernels with other weights are compiled once; random schedules come once anyway.
  options.cache = !schedules;
  options.jobs = 1;
  options.schedules = [&](const CpuTarget&) { return schedules; };
  return LoadedLibrary::from_bytes(
      compile_library(logits ? with_output(network, Output::logits) : network, weights, options).archive,
      options.name);
}

void require(mobilith_status status) {
  if (status != MOBILITH_OK) throw std::runtime_error(mobilith_status_message(status));
}

}  // namespace

std::unique_ptr<float, void (*)(void*)> aligned_floats(size_t count) {
  return {static_cast<float*>(std::aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64)), std::free};
}

Compiled::Compiled(const Network& network, const Weights& weights, bool logits, const std::string& cpu,
                   const ScheduleLookup& schedules, Products products, Precision numbers)
    : output_(network.blocks.back().out()),
      library_(compile(network, weights, logits, cpu, schedules, products, numbers)) {}

std::vector<float> Compiled::stored(const reference::Activation& input, float beyond) const {
  const size_t floats = mobilith_model_describe(model())->input_bytes / sizeof(float);
  const size_t pixels = size_t(input.shape.height) * input.shape.width, stride = floats / pixels,
               channels = input.shape.channels;
  std::vector<float> values(floats, beyond);
  for (size_t i = 0; i < input.values.size(); i++)
    values[i / channels * stride + i % channels] = static_cast<float>(input.values[i]);
  return values;
}

std::vector<float> Compiled::run(const reference::Activation& input, int threads, double* padding,
                                 float beyond) const {
  const mobilith_model_info& info = *mobilith_model_describe(model());
  const std::vector<float> values = stored(input, beyond);
  const size_t floats = info.output_bytes / sizeof(float);
  const auto in = aligned_floats(values.size()), out = aligned_floats(floats);
  std::copy(values.begin(), values.end(), in.get());
  std::fill_n(out.get(), floats, NAN);

  mobilith_options options;
  mobilith_options_init(&options);
  options.threads = threads;
  mobilith_session* session = nullptr;
  require(mobilith_session_create(model(), &options, &session));
  const mobilith_status status =
      mobilith_run(session, in.get(), info.input_bytes, out.get(), info.output_bytes);
  mobilith_session_destroy(session);
  require(status);

  const size_t pixels = size_t(output_.height) * output_.width, stride = floats / pixels,
               channels = output_.channels;
  std::vector<float> result;
  for (size_t i = 0; i < floats; i++) {
    if (i % stride < channels)
      result.push_back(out.get()[i]);
    else if (padding)
      *padding = std::max(*padding, static_cast<double>(std::abs(out.get()[i])));
  }
  return result;
}

double difference(const std::vector<float>& found, const std::vector<double>& expected) {
  if (found.size() != expected.size()) return INFINITY;
  double largest = 1e-3, worst = 0;
  for (size_t i = 0; i < found.size(); i++) {
    largest = std::max(largest, std::abs(expected[i]));
    const double apart = std::abs(found[i] - expected[i]);
    if (!(apart <= worst)) worst = std::isnan(apart) ? INFINITY : apart;
  }
  return worst / largest;
}

}  // namespace mobilith::property

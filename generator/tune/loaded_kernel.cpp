#include "tune/loaded_kernel.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "process/files.h"
#include "reference/reference.h"
#include "tune/compile_candidate.h"

namespace mobilith::tune {

namespace {

Floats aligned(size_t floats) {
  const size_t bytes = (floats * sizeof(float) + 63) / 64 * 64;
  return Floats(static_cast<float*>(std::aligned_alloc(64, bytes)));
}

void require(mobilith_status status) {
  if (status != MOBILITH_OK) throw LoadError(mobilith_status_message(status));
}

}  // namespace

void FreeDeleter::operator()(void* memory) const { std::free(memory); }

LoadedKernel::LoadedKernel(const std::filesystem::path& archive, const Block& first, int threads)
    : library_(LoadedLibrary::from_bytes(read_bytes(archive).value_or(""), model_symbol(archive))),
      input_floats_(mobilith_model_describe(model())->input_bytes / sizeof(float)),
      output_floats_(mobilith_model_describe(model())->output_bytes / sizeof(float)),
      input_(aligned(input_floats_)),
      output_(aligned(output_floats_)),
      seconds_(std::make_unique<double>(0)) {
  const reference::Activation values = reference::formula_input(first.in());
  const size_t channels = static_cast<size_t>(values.shape.channels),
               stride = mobilith_model_input(model(), 0)->pixel_bytes / sizeof(float);
  std::fill_n(input_.get(), input_floats_, 0.0f);
  for (size_t i = 0; i < values.values.size(); i++)
    input_[i / channels * stride + i % channels] = static_cast<float>(values.values[i]);
  std::fill_n(output_.get(), output_floats_, NAN);
  mobilith_options options;
  mobilith_options_init(&options);
  options.threads = threads;
  // The last step: blocks before it make its other operands.
  options.profile = [](void* context, const mobilith_profile* profile) {
    *static_cast<double*>(context) = profile->seconds;
  };
  options.profile_context = seconds_.get();
  mobilith_session* session = nullptr;
  require(mobilith_session_create(model(), &options, &session));
  session_.reset(session);
}

double LoadedKernel::seconds() {
  require(mobilith_run(session_.get(), input_.get(), input_floats_ * sizeof(float), output_.get(),
                       output_floats_ * sizeof(float)));
  return *seconds_;
}

double LoadedKernel::difference(const std::vector<float>& expected) const {
  const mobilith_port& port = *mobilith_model_output(model(), 0);
  const size_t channels = static_cast<size_t>(port.channels), stride = port.pixel_bytes / sizeof(float);
  if (expected.size() != output_floats_ / stride * channels) return INFINITY;
  double largest = 1e-30, worst = 0;
  for (size_t i = 0; i < output_floats_; i++) {
    const size_t channel = i % stride;
    const double wanted = channel < channels ? expected[i / stride * channels + channel] : 0.0;
    largest = std::max(largest, std::abs(wanted));
    const double apart = std::abs(output_[i] - wanted);
    if (!std::isfinite(apart) || (channel >= channels && apart > 0)) return INFINITY;
    worst = std::max(worst, apart);
  }
  return worst / largest;
}

void LoadedKernel::corrupt_output() { output_[output_floats_ / 2] += 1.0f; }

}  // namespace mobilith::tune

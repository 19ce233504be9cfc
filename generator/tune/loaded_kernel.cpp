#include "tune/loaded_kernel.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "layout/quantised_shapes.h"
#include "process/files.h"
#include "reference/frame.h"
#include "reference/quantised.h"
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

void fill_floats(float* input, const Shape& shape, size_t pixel_bytes) {
  const reference::Activation values = reference::formula_input(shape);
  const size_t channels = static_cast<size_t>(values.shape.channels), stride = pixel_bytes / sizeof(float);
  for (size_t i = 0; i < values.values.size(); i++)
    input[i / channels * stride + i % channels] = static_cast<float>(values.values[i]);
}

void fill_bytes(void* input, const Network& network) {
  const std::vector<double> image = reference::formula_bytes(network);
  for (size_t i = 0; i < image.size(); i++)
    static_cast<uint8_t*>(input)[i] = static_cast<uint8_t>(static_cast<int>(image[i]));
}

void fill_frame(void* input, const Frame& frame) {
  const std::vector<uint8_t> bytes = reference::formula_frame(frame);
  std::copy(bytes.begin(), bytes.end(), static_cast<uint8_t*>(input));
}

}  // namespace

void FreeDeleter::operator()(void* memory) const { std::free(memory); }

LoadedKernel::LoadedKernel(const std::filesystem::path& archive, const Network& network,
                           const Machine& machine, team* workers)
    : library_(LoadedLibrary::from_bytes(read_bytes(archive).value_or(""), model_symbol(archive))),
      input_bytes_(mobilith_model_describe(model())->input_bytes),
      output_bytes_(mobilith_model_describe(model())->output_bytes),
      input_floats_((input_bytes_ + sizeof(float) - 1) / sizeof(float)),
      output_floats_((output_bytes_ + sizeof(float) - 1) / sizeof(float)),
      input_(aligned(input_floats_)),
      output_(aligned(output_floats_)),
      timing_(std::make_unique<Timing>()) {
  std::fill_n(input_.get(), input_floats_, 0.0f);
  if (network.quantised()) bytes_ = byte_channels_of(network.blocks.back().out().channels, machine);
  if (network.frame)
    fill_frame(input_.get(), *network.frame), timing_->image = network.image_type;
  else if (network.quantised())
    fill_bytes(input_.get(), network);
  else
    fill_floats(input_.get(), network.image(), mobilith_model_input(model(), 0)->pixel_bytes);
  std::fill_n(output_.get(), output_floats_, NAN);
  mobilith_options options;
  mobilith_options_init(&options);
  options.threads = team_threads(workers);
  if (workers) options.parallel_for = team_run, options.parallel_for_context = workers;
  // The last step: blocks before it make its other operands.
  options.profile = [](void* context, const mobilith_profile* profile) {
    auto& timing = *static_cast<Timing*>(context);
    if (!timing.image || std::strcmp(profile->name, frame_block) == 0) timing.seconds = profile->seconds;
  };
  options.profile_context = timing_.get();
  mobilith_session* session = nullptr;
  require(mobilith_session_create(model(), &options, &session));
  session_.reset(session);
}

double LoadedKernel::seconds() {
  require(mobilith_run(session_.get(), input_.get(), input_bytes_, output_.get(), output_bytes_));
  return timing_->seconds;
}

// Blocks of channels: layout/quantised_shapes.h.
double LoadedKernel::byte_difference(const std::vector<float>& expected) const {
  const auto channels = static_cast<size_t>(bytes_->count), width = static_cast<size_t>(bytes_->width);
  const size_t pixels = expected.size() / channels;
  if (pixels * static_cast<size_t>(bytes_->stored()) != output_bytes_) return INFINITY;
  const auto* found = reinterpret_cast<const uint8_t*>(output_.get());
  for (size_t i = 0; i < expected.size(); i++) {
    const size_t pixel = i / channels, c = i % channels;
    const uint8_t byte = found[(c / width * pixels + pixel) * width + c % width];
    const int number = timing_->image == ElementType::i8 ? static_cast<int8_t>(byte) : byte;
    if (std::abs(number - static_cast<int>(expected[i])) > (timing_->image ? 1 : 0)) return 1;
  }
  return 0;
}

double LoadedKernel::difference(const std::vector<float>& expected) const {
  if (bytes_) return byte_difference(expected);
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

void LoadedKernel::corrupt_output() {
  if (bytes_)
    *reinterpret_cast<uint8_t*>(output_.get()) ^= 1;
  else
    output_[output_floats_ / 2] += 1.0f;
}

}  // namespace mobilith::tune

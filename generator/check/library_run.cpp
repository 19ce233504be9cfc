#include "check/library_run.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include "bench/port_buffers.h"

namespace mobilith::check {

namespace {

struct SessionDeleter {
  void operator()(mobilith_session* session) const { mobilith_session_destroy(session); }
};

struct Collector {
  BlockOutputs outputs;
  const std::function<void(size_t)>& done;
};

void collect(void* context, const mobilith_profile* profile) {
  auto& collector = *static_cast<Collector*>(context);
  const size_t pixels = size_t(profile->output_height) * profile->output_width,
               channels = profile->output_channels;
  std::vector<float> dense(pixels * channels);
  for (size_t i = 0; i < pixels; i++)
    std::memcpy(&dense[i * channels],
                static_cast<const float*>(profile->output) + i * profile->output_channel_stride,
                channels * sizeof(float));
  collector.outputs.push_back(std::move(dense));
  collector.done(collector.outputs.size() - 1);
}

}  // namespace

namespace {

// Puts the caller's outputs in the place of what their steps wrote, so that they are compared, too: an output
// that is wrong differs from its own block's reference, a step's from the reference of the next block, which
// reads it.
void take_outputs(BlockOutputs& blocks, const mobilith_model& model, const PortBuffers& buffers) {
  const mobilith_variant& variant = *model.variants;
  for (int i = 0; i < buffers.outputs(); i++)
    for (size_t step = 0; step < variant.steps_count && step < blocks.size(); step++) {
      const mobilith_port& port = *mobilith_model_output(&model, i);
      if (std::string_view(variant.steps[step].name) != port.name) continue;
      const std::span<float> values = buffers.output(i);
      const size_t stride = port.pixel_bytes / sizeof(float), channels = size_t(port.channels);
      blocks[step].clear();
      for (size_t at = 0; at < values.size(); at += stride)
        blocks[step].insert(blocks[step].end(), &values[at], &values[at] + channels);
    }
}

}  // namespace

LibraryRun::LibraryRun(const CompiledLibrary& library)
    : library_(LoadedLibrary::from_bytes(library.archive, library.manifest["name"])),
      weights_bytes_(library.weights_file.size()) {
  if (library.weights_file.empty()) return;
  constexpr size_t alignment = 64;
  weights_.resize((weights_bytes_ + alignment) / sizeof(float));
  void* start = weights_.data();
  size_t space = weights_.size() * sizeof(float);
  aligned_weights_ = static_cast<const float*>(std::align(alignment, weights_bytes_, start, space));
  std::memcpy(start, library.weights_file.data(), weights_bytes_);
}

std::optional<BlockOutputs> LibraryRun::run(size_t variant, const std::vector<float>& input,
                                            const std::function<void(size_t)>& done) const {
  // A model of this variant alone: nothing is left to choose.
  mobilith_model model = *library_.model();
  model.variants += variant;
  model.variants_count = 1;
  unsetenv("MOBILITH_CPU");
  Collector collector{{}, done};
  mobilith_options options;
  mobilith_options_init(&options);
  options.profile = collect;
  options.profile_context = &collector;
  options.weights = aligned_weights_;
  options.weights_bytes = weights_bytes_;
  mobilith_session* made = nullptr;
  mobilith_status status = mobilith_session_create(&model, &options, &made);
  if (status == MOBILITH_UNSUPPORTED_CPU) return std::nullopt;
  const std::unique_ptr<mobilith_session, SessionDeleter> session(made);
  if (status == MOBILITH_OK) {
    PortBuffers buffers(&model);
    if (buffers.input(0).size() != input.size()) throw LoadError("it wants an input of another size");
    std::copy(input.begin(), input.end(), buffers.input(0).begin());
    status = buffers.run(session.get());
    take_outputs(collector.outputs, model, buffers);
  }
  if (status != MOBILITH_OK) throw LoadError(mobilith_status_message(status));
  return std::move(collector.outputs);
}

}  // namespace mobilith::check

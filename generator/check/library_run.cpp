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

struct Visitor {
  const std::function<void(size_t, const mobilith_profile&)>& visit;
  size_t block = 0;
};

void visit(void* context, const mobilith_profile* profile) {
  auto& visitor = *static_cast<Visitor*>(context);
  visitor.visit(visitor.block++, *profile);
}

std::vector<float> dense_floats(const mobilith_profile& profile) {
  const size_t pixels = size_t(profile.output_height) * profile.output_width,
               channels = profile.output_channels;
  std::vector<float> dense(pixels * channels);
  for (size_t i = 0; i < pixels; i++)
    std::memcpy(&dense[i * channels],
                static_cast<const float*>(profile.output) + i * profile.output_channel_stride,
                channels * sizeof(float));
  return dense;
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

bool LibraryRun::run_raw(size_t variant, const std::function<void(PortBuffers&)>& fill,
                         const std::function<void(size_t, const mobilith_profile&)>& visit_block,
                         const std::function<void(const PortBuffers&)>& look, int threads) const {
  // A model of this variant alone: nothing is left to choose.
  mobilith_model model = *library_.model();
  model.variants += variant;
  model.variants_count = 1;
  unsetenv("MOBILITH_CPU");
  Visitor visitor{visit_block};
  mobilith_options options;
  mobilith_options_init(&options);
  options.threads = threads;
  options.profile = visit;
  options.profile_context = &visitor;
  options.weights = aligned_weights_;
  options.weights_bytes = weights_bytes_;
  mobilith_session* made = nullptr;
  mobilith_status status = mobilith_session_create(&model, &options, &made);
  if (status == MOBILITH_UNSUPPORTED_CPU) return false;
  const std::unique_ptr<mobilith_session, SessionDeleter> session(made);
  if (status == MOBILITH_OK) {
    PortBuffers buffers(&model);
    fill(buffers);
    status = buffers.run(session.get());
    if (status == MOBILITH_OK) look(buffers);
  }
  if (status != MOBILITH_OK) throw LoadError(mobilith_status_message(status));
  return true;
}

namespace {

void put(PortBuffers& buffers, const void* input, size_t bytes) {
  if (buffers.input_bytes(0) != bytes) throw LoadError("it wants an input of another size");
  std::memcpy(buffers.input_data(0), input, bytes);
}

}  // namespace

std::optional<BlockOutputs> LibraryRun::run(size_t variant, const std::vector<float>& input,
                                            const std::function<void(size_t)>& done) const {
  return run(variant, input.data(), input.size() * sizeof(float), done);
}

std::optional<BlockOutputs> LibraryRun::run(size_t variant, const std::vector<uint8_t>& frame,
                                            const std::function<void(size_t)>& done) const {
  return run(variant, frame.data(), frame.size(), done);
}

std::optional<BlockOutputs> LibraryRun::run(size_t variant, const void* input, size_t bytes,
                                            const std::function<void(size_t)>& done) const {
  BlockOutputs outputs;
  const auto collect = [&](size_t block, const mobilith_profile& profile) {
    outputs.push_back(dense_floats(profile));
    done(block);
  };
  mobilith_model model = *library_.model();
  model.variants += variant;
  const auto look = [&](const PortBuffers& buffers) { take_outputs(outputs, model, buffers); };
  if (!run_raw(variant, [&](PortBuffers& buffers) { put(buffers, input, bytes); }, collect, look))
    return std::nullopt;
  return outputs;
}

std::optional<std::vector<double>> LibraryRun::image_of(size_t variant, const std::vector<uint8_t>& frame,
                                                        ElementType type) const {
  std::vector<double> image;
  const auto collect = [&](size_t step, const mobilith_profile& p) {
    if (step > 0) return;
    const size_t numbers = size_t(p.output_height) * size_t(p.output_width) * size_t(p.output_channels);
    for (size_t i = 0; i < numbers; i++) {
      if (type == ElementType::f32) {
        image.push_back(static_cast<const float*>(p.output)[i]);
        continue;
      }
      const uint8_t byte = static_cast<const uint8_t*>(p.output)[i];
      image.push_back(type == ElementType::i8 ? static_cast<int8_t>(byte) : byte);
    }
  };
  if (!run_raw(
          variant, [&](PortBuffers& buffers) { put(buffers, frame.data(), frame.size()); }, collect,
          [](const PortBuffers&) {}))
    return std::nullopt;
  return image;
}

}  // namespace mobilith::check

#include "check/library_run.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

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
    std::vector<float> output(model.variants->info->output_bytes / sizeof(float));
    status = mobilith_run(session.get(), input.data(), input.size() * sizeof(float), output.data(),
                          output.size() * sizeof(float));
  }
  if (status != MOBILITH_OK) throw LoadError(mobilith_status_message(status));
  return std::move(collector.outputs);
}

}  // namespace mobilith::check

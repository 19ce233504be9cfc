#include "property/frame_kernel.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "plan/frame_step.h"
#include "plan/plan.h"
#include "property/guarded.h"
#include "property/single_kernel.h"
#include "schedules/kernel_types.h"

namespace mobilith::property {

namespace {

Plan frame_plan(const Frame& frame, const Shape& shape, ElementType type, const Machine& machine) {
  const Port image{"image", shape, shape.channels, type};
  const BlockKernel kernel = frame_kernel(frame, image);
  Plan plan;
  plan.kernels.push_back({"kernel", kernel.type, kernel.shape,
                          kernel_type("frame").default_schedule(kernel.shape, machine), default_source});
  PlannedStep step;
  step.block = "image", step.kernel = 0;
  step.operands = {{Space::input, 0}, {Space::frame, 0}};
  for (const std::string& constant : frame_constants(frame, image)) {
    step.operands.push_back(
        {Space::weights, static_cast<int64_t>(plan.weights.size()), static_cast<int64_t>(constant.size())});
    plan.weights += constant;
    plan.weights.resize((plan.weights.size() + 63) / 64 * 64);
  }
  step.operands.push_back({Space::output, 0});
  step.output = shape, step.output_channel_stride = shape.channels;
  plan.inputs = {frame_port(frame)}, plan.outputs = {image};
  plan.steps.push_back(step);
  return plan;
}

class FrameSession {
 public:
  FrameSession(const mobilith_model* model, int threads) {
    mobilith_options options;
    mobilith_options_init(&options);
    options.threads = threads;
    require(mobilith_session_create(model, &options, &session_));
  }
  ~FrameSession() { mobilith_session_destroy(session_); }
  FrameSession(const FrameSession&) = delete;
  mobilith_session* get() const { return session_; }
  static void require(mobilith_status status) {
    if (status != MOBILITH_OK) throw std::runtime_error(mobilith_status_message(status));
  }

 private:
  mobilith_session* session_ = nullptr;
};

mobilith_frame frame_of(const PaddedFrame& frame, const void* pixels, const reference::Region& region) {
  return {sizeof(mobilith_frame),
          pixels,
          frame.bytes.size(),
          size_t(frame.row_bytes),
          size_t(frame.chroma_offset),
          size_t(frame.chroma_row_bytes),
          region.x,
          region.y,
          region.width,
          region.height};
}

double number_of(const void* memory, size_t index, ElementType type) {
  if (type == ElementType::f32) return static_cast<const float*>(memory)[index];
  if (type == ElementType::i8) return static_cast<const int8_t*>(memory)[index];
  return static_cast<const uint8_t*>(memory)[index];
}

}  // namespace

std::string frame_archive(const Frame& frame, const Shape& image, ElementType type, const CpuTarget& target,
                          const std::string& name) {
  return single_kernel_archive(frame_plan(frame, image, type, target.machine), target, name);
}

FrameKernel::FrameKernel(const Frame& frame, const Shape& image, ElementType type, const CpuTarget& target)
    : type_(type),
      library_(LoadedLibrary::from_bytes(frame_archive(frame, image, type, target, single_kernel_name),
                                         single_kernel_name)) {}

std::vector<double> FrameKernel::run(const PaddedFrame& frame, const reference::Region& region,
                                     int threads) const {
  const size_t output_bytes = mobilith_model_describe(model())->output_bytes;
  const FrameSession session(model(), threads);
  std::vector<double> image;
  for (const Guarded::At at : {Guarded::At::end, Guarded::At::begin}) {
    Guarded in(frame.bytes.size(), at, 1), out(output_bytes, Guarded::At::end, 64);
    std::copy(frame.bytes.begin(), frame.bytes.end(), static_cast<uint8_t*>(in.data()));
    in.read_only();
    const mobilith_frame given = frame_of(frame, in.data(), region);
    void* output = out.data();
    FrameSession::require(mobilith_run_frame(session.get(), &given, 1, &output, &output_bytes));
    std::vector<double> found;
    const auto numbers = output_bytes / size_t(bytes_of(type_));
    for (size_t i = 0; i < numbers; i++) found.push_back(number_of(output, i, type_));
    if (at == Guarded::At::begin && found != image) throw std::runtime_error("two runs gave two images");
    image = std::move(found);
  }
  return image;
}

double FrameKernel::seconds(const PaddedFrame& frame, int runs) const {
  using Clock = std::chrono::steady_clock;
  size_t output_bytes = mobilith_model_describe(model())->output_bytes;
  const FrameSession session(model(), 1);
  Guarded out(output_bytes, Guarded::At::end, 64);
  const mobilith_frame given = frame_of(frame, frame.bytes.data(), {});
  void* output = out.data();
  double best = 1e9;
  for (int i = 0; i < runs; i++) {
    const Clock::time_point start = Clock::now();
    FrameSession::require(mobilith_run_frame(session.get(), &given, 1, &output, &output_bytes));
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

}  // namespace mobilith::property

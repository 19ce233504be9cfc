// What a run says of its frame, and what is refused: a library of one step that gives back what it was told.
#include <array>
#include <cstring>
#include <vector>

#include "catch.h"
#include "mobilith_abi.h"

namespace test_frame_runs {

namespace {

constexpr int width = 6, height = 4, row = width, told = MOBILITH_FRAME_VALUES;
constexpr size_t frame_bytes = row * height * 3 / 2, output_bytes = told * sizeof(int32_t);
using Told = std::array<int32_t, told>;

alignas(64) const uint8_t weights[64] = {};

int32_t tell(mobilith_worker*, void* const* operands) {
  std::memcpy(operands[2], operands[1], output_bytes);
  return static_cast<const uint8_t*>(operands[0])[0] == 7 ? 0 : 1;
}

const mobilith_operand operands[] = {
    {0, MOBILITH_SPACE_INPUT, 0}, {0, MOBILITH_SPACE_FRAME, 0}, {0, MOBILITH_SPACE_OUTPUT, 0}};
const mobilith_step step{tell, "frame", "tell", 0, 0, 0, 3, 1, 1, told, told};

// A model for each test to change.
struct FrameModel {
  mobilith_model_info info{};
  mobilith_port input{sizeof(mobilith_port), "input",      MOBILITH_U8, height, width, 1, 1, row,
                      frame_bytes,           MOBILITH_NV12};
  mobilith_port output{sizeof(mobilith_port), "frame",      MOBILITH_F32,     1, 1, told, output_bytes,
                       output_bytes,          output_bytes, MOBILITH_NO_FRAME};
  mobilith_variant variant{};
  mobilith_model model{};

  FrameModel() {
    info.cpu = "any", info.struct_bytes = sizeof info;
    variant.info = &info;
    variant.steps_count = 1, variant.operands_count = 3, variant.steps = &step, variant.operands = operands;
    variant.inputs_count = variant.outputs_count = 1, variant.inputs = &input, variant.outputs = &output;
    variant.resizes = 1;
    model.abi_version = MOBILITH_ABI_FRAMES, model.struct_bytes = sizeof model;
    model.variants_count = 1, model.variants = &variant;
    model.weights = weights, model.weights_bytes = sizeof weights;
  }
  FrameModel(const FrameModel&) = delete;
  mobilith_status create() const {
    mobilith_session* session = nullptr;
    const mobilith_status status = mobilith_session_create(&model, nullptr, &session);
    mobilith_session_destroy(session);
    return status;
  }
};

struct Runner {
  const FrameModel& of;
  std::vector<uint8_t> pixels = std::vector<uint8_t>(1000, 7);
  mobilith_frame frame{};
  Told values{};

  explicit Runner(const FrameModel& model) : of(model) {
    frame.struct_bytes = sizeof frame, frame.pixels = pixels.data(), frame.bytes = frame_bytes;
  }
  mobilith_status run(const mobilith_frame* given, size_t outputs = 1, size_t bytes = output_bytes) {
    mobilith_session* session = nullptr;
    REQUIRE(mobilith_session_create(&of.model, nullptr, &session) == MOBILITH_OK);
    void* output = values.data();
    const mobilith_status status = mobilith_run_frame(session, given, outputs, &output, &bytes);
    mobilith_session_destroy(session);
    return status;
  }
  mobilith_status run() { return run(&frame); }
};

}  // namespace

TEST_CASE("a dense frame and a whole one are the same") {
  const FrameModel model;
  Runner runner(model);
  CHECK(runner.run() == MOBILITH_OK);
  const Told whole{row, row * height, row, 0, 0, width, height, 0};
  CHECK(runner.values == whole);
  mobilith_session* session = nullptr;
  REQUIRE(mobilith_session_create(&model.model, nullptr, &session) == MOBILITH_OK);
  Told again{};
  CHECK(mobilith_run(session, runner.pixels.data(), frame_bytes, again.data(), output_bytes) == MOBILITH_OK);
  CHECK(again == whole);
  CHECK(mobilith_run(session, runner.pixels.data(), frame_bytes - 1, again.data(), output_bytes) ==
        MOBILITH_WRONG_SIZE);
  mobilith_session_destroy(session);
}

TEST_CASE("strides, a plane's place and a region reach the kernel") {
  const FrameModel model;
  Runner runner(model);
  runner.frame.row_bytes = 16, runner.frame.chroma_offset = 100, runner.frame.chroma_row_bytes = 10;
  runner.frame.x = 5, runner.frame.y = 1, runner.frame.width = 1, runner.frame.height = 3;
  runner.frame.bytes = 100 + 10 + row;
  CHECK(runner.run() == MOBILITH_OK);
  CHECK(runner.values == Told{16, 100, 10, 5, 1, 1, 3, 0});
  runner.frame.bytes--;
  CHECK(runner.run() == MOBILITH_WRONG_SIZE);
}

TEST_CASE("what a frame can't be is refused") {
  const FrameModel model;
  Runner runner(model);
  const mobilith_frame right = runner.frame;
  const auto with = [&](auto change) {
    runner.frame = right;
    runner.frame.bytes = SIZE_MAX;
    change(runner.frame);
    return runner.run();
  };
  CHECK(with([](mobilith_frame& f) { f.pixels = nullptr; }) == MOBILITH_INVALID_ARGUMENT);
  CHECK(with([](mobilith_frame& f) { f.struct_bytes = 8; }) == MOBILITH_INVALID_ARGUMENT);
  for (const size_t stride : {size_t{1}, size_t{row - 1}, size_t{1} << 31, SIZE_MAX, SIZE_MAX / 2 + 1})
    CHECK(with([&](mobilith_frame& f) { f.row_bytes = stride; }) == MOBILITH_WRONG_STRIDE);
  for (const size_t stride : {size_t{row - 1}, size_t{1} << 31, SIZE_MAX})
    CHECK(with([&](mobilith_frame& f) { f.chroma_row_bytes = stride; }) == MOBILITH_WRONG_STRIDE);
  for (const size_t offset : {size_t{1}, size_t{row * height - 1}, size_t{1} << 31, SIZE_MAX})
    CHECK(with([&](mobilith_frame& f) { f.chroma_offset = offset; }) == MOBILITH_WRONG_STRIDE);
  for (const std::array<int32_t, 4>& region :
       std::initializer_list<std::array<int32_t, 4>>{{-1, 0, 1, 1},
                                                     {0, -1, 1, 1},
                                                     {0, 0, 0, 1},
                                                     {0, 0, 1, 0},
                                                     {0, 0, -1, 1},
                                                     {1, 1, 0, 0},
                                                     {0, 0, 7, 1},
                                                     {0, 0, 1, 5},
                                                     {6, 0, 1, 1},
                                                     {0, 4, 1, 1},
                                                     {INT32_MAX, 0, INT32_MAX, 1},
                                                     {INT32_MIN, 0, 1, 1}})
    CHECK(with([&](mobilith_frame& f) {
            f.x = region[0], f.y = region[1], f.width = region[2], f.height = region[3];
          }) == MOBILITH_WRONG_REGION);
  runner.frame = right;
  CHECK(runner.run(&runner.frame, 2) == MOBILITH_WRONG_SIZE);
  CHECK(runner.run(&runner.frame, 1, output_bytes - 1) == MOBILITH_WRONG_SIZE);
  CHECK(runner.run(nullptr) == MOBILITH_INVALID_ARGUMENT);
}

TEST_CASE("a later header's frame is taken while what it adds is zero") {
  const FrameModel model;
  Runner runner(model);
  struct Later {
    mobilith_frame frame;
    uint64_t more;
  } later{runner.frame, 0};
  later.frame.struct_bytes = sizeof later;
  CHECK(runner.run(&later.frame) == MOBILITH_OK);
  later.more = 1;
  CHECK(runner.run(&later.frame) == MOBILITH_WRONG_VERSION);
}

TEST_CASE("a library that does not resize takes no region but the whole, one of tensors no frame") {
  FrameModel model;
  model.variant.resizes = 0;
  Runner runner(model);
  CHECK(runner.run() == MOBILITH_OK);
  runner.frame.width = width, runner.frame.height = height;
  CHECK(runner.run() == MOBILITH_OK);
  runner.frame.width = width - 1;
  CHECK(runner.run() == MOBILITH_WRONG_REGION);
}

TEST_CASE("tables of frames that no generator writes are refused") {
  const auto with = [](auto change) {
    FrameModel model;
    change(model);
    return model.create();
  };
  CHECK(with([](FrameModel&) {}) == MOBILITH_OK);
  CHECK(with([](FrameModel& m) { m.input.format = 7; }) == MOBILITH_WRONG_VERSION);
  CHECK(with([](FrameModel& m) { m.input.format = -1; }) == MOBILITH_WRONG_VERSION);
  CHECK(with([](FrameModel& m) { m.input.format = MOBILITH_NO_FRAME; }) == MOBILITH_WRONG_VERSION);
  CHECK(with([](FrameModel& m) { m.input.type = MOBILITH_F32; }) == MOBILITH_WRONG_VERSION);
  CHECK(with([](FrameModel& m) { m.input.height = 3; }) == MOBILITH_WRONG_VERSION);
  CHECK(with([](FrameModel& m) { m.input.struct_bytes = 8; }) == MOBILITH_WRONG_VERSION);
  CHECK(with([](FrameModel& m) { m.input.struct_bytes += 4; }) == MOBILITH_WRONG_VERSION);
  CHECK(with([](FrameModel& m) { m.model.abi_version = 5; }) == MOBILITH_WRONG_VERSION);
  CHECK(with([](FrameModel& m) { m.model.abi_version = MOBILITH_ABI_VERSION; }) == MOBILITH_WRONG_VERSION);
}

}  // namespace test_frame_runs

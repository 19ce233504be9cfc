// Several inputs and outputs: what is written by a step itself, and what is copied out of the arena.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "catch.h"
#include "mobilith_abi.h"
#include "property/guarded.h"
#include "runtime/session.h"

namespace test_ports {

using namespace mobilith::handmade;
using mobilith::property::Guarded;

namespace {

constexpr int height = 3, width = 2, channels = 3, stride = 4, pixels = height * width;
constexpr float padding = -7;

// (pixel, channel), dense, to pixels of four floats in the arena: the sum of both inputs.
int32_t spread(mobilith_worker*, void* const* operands) {
  const auto *a = static_cast<const float*>(operands[0]), *b = static_cast<const float*>(operands[1]);
  auto* out = static_cast<float*>(operands[2]);
  for (int p = 0; p < pixels; p++)
    for (int c = 0; c < stride; c++)
      out[p * stride + c] = c < channels ? a[p * channels + c] + b[p * channels + c] : padding;
  return 0;
}

// Spoils what it read, as a later step may whose tensor takes the place.
int32_t total(mobilith_worker*, void* const* operands) {
  auto* in = static_cast<float*>(operands[0]);
  float sum = 0;
  for (int p = 0; p < pixels; p++)
    for (int c = 0; c < channels; c++) sum += in[p * stride + c];
  std::fill_n(in, pixels * stride, NAN);
  *static_cast<float*>(operands[1]) = sum;
  return 0;
}

mobilith_port port(const char* name, int h, int w, int c, int floats_between) {
  const size_t pixel = sizeof(float) * floats_between, row = pixel * w;
  return {sizeof(mobilith_port), name, MOBILITH_F32, h, w, c, pixel, row, row * h, MOBILITH_NO_FRAME};
}

const mobilith_port inputs[] = {port("left", height, width, channels, channels),
                                port("right", height, width, channels, channels)},
                    outputs[] = {port("total", 1, 1, 1, 1), port("spread", height, width, channels, channels),
                                 port("spread", height, width, channels, stride)};
const mobilith_operand operands[] = {{0, MOBILITH_SPACE_INPUT, 0},
                                     {0, MOBILITH_SPACE_INPUT, 1},
                                     {64, MOBILITH_SPACE_ARENA, 0},
                                     {64, MOBILITH_SPACE_ARENA, 0},
                                     {0, MOBILITH_SPACE_OUTPUT, 0}};
const mobilith_step steps[] = {{spread, "spread", "spread", 0, 0, 0, 3, height, width, channels, stride},
                               {total, "total", "total", 0, 0, 3, 2, 1, 1, 1, 1}};
const mobilith_copy copies[] = {{64, 0, 1, stride, 0}, {64, 0, 2, stride, 0}};
const mobilith_model_info info{"ports",
                               "none",
                               "any",
                               1,
                               1,
                               height,
                               width,
                               channels,
                               0,
                               inputs[0].bytes,
                               outputs[0].bytes,
                               0,
                               192,
                               0,
                               2,
                               128,
                               sizeof(mobilith_model_info),
                               2,
                               3};
const mobilith_variant variant{&info,    0, 0, 192, 64, 64,     2,       5,     steps,
                               operands, 2, 3, 2,   0,  inputs, outputs, copies};
const mobilith_model model{MOBILITH_ABI_VERSION,
                           sizeof(mobilith_model),
                           1,
                           0,
                           &variant,
                           reinterpret_cast<const uint8_t*>(&info),
                           0,
                           0};

// Buffers of a run, as the model wants them.
struct Call {
  std::vector<float> left, right;
  Guarded total, dense, padded;
  const void* in[2];
  void* out[3];
  size_t in_bytes[2], out_bytes[3];
  explicit Call(Guarded::At at = Guarded::At::end)
      : left(pixels * channels),
        right(left.size(), 100),
        total(outputs[0].bytes, at, sizeof(float)),
        dense(outputs[1].bytes, at, sizeof(float)),
        padded(outputs[2].bytes, at, sizeof(float)),
        in{left.data(), right.data()},
        out{total.data(), dense.data(), padded.data()},
        in_bytes{inputs[0].bytes, inputs[1].bytes},
        out_bytes{outputs[0].bytes, outputs[1].bytes, outputs[2].bytes} {
    std::iota(left.begin(), left.end(), 0.0f);
  }
  mobilith_status run(mobilith_session* session, size_t ins = 2, size_t outs = 3) const {
    return mobilith_run_ports(session, ins, in, in_bytes, outs, out, out_bytes);
  }
};

}  // namespace

TEST_CASE("each output has its own layout, whatever later steps do to what was copied") {
  for (const auto at : {Guarded::At::begin, Guarded::At::end})
    for (const int threads : {1, 2}) {
      const Session session(model, with_threads(threads));
      REQUIRE(session.status() == MOBILITH_OK);
      Call call(at);
      REQUIRE(call.run(session.get()) == MOBILITH_OK);
      const auto *dense = static_cast<const float*>(call.dense.data()),
                 *padded = static_cast<const float*>(call.padded.data());
      float sum = 0;
      for (int p = 0; p < pixels; p++)
        for (int c = 0; c < channels; c++) {
          const float expected = static_cast<float>(p * channels + c) + 100;
          CHECK(dense[p * channels + c] == expected);
          CHECK(padded[p * stride + c] == expected);
          sum += expected;
        }
      CHECK(*static_cast<const float*>(call.total.data()) == sum);
    }
}

TEST_CASE("a profile sees a step's output after it was copied") {
  Call call;
  mobilith_options options = with_threads(1);
  options.profile_context = &call;
  options.profile = [](void* context, const mobilith_profile* profile) {
    const auto* dense = static_cast<const float*>(static_cast<Call*>(context)->dense.data());
    if (profile->index == 0) CHECK(dense[5] == static_cast<const float*>(profile->output)[stride + 2]);
  };
  const Session session(model, options);
  REQUIRE(call.run(session.get()) == MOBILITH_OK);
}

TEST_CASE("ports are told by number; there is none beyond the last, nor of another version") {
  CHECK(mobilith_model_input(&model, 1) == &inputs[1]);
  for (int i = 0; i < 3; i++) CHECK(mobilith_model_output(&model, i) == &outputs[i]);
  for (const int wrong : {-1, INT32_MIN, INT32_MAX}) {
    CHECK(mobilith_model_input(&model, wrong) == nullptr);
    CHECK(mobilith_model_output(&model, wrong) == nullptr);
  }
  CHECK(mobilith_model_input(&model, 2) == nullptr);
  CHECK(mobilith_model_output(&model, 3) == nullptr);
  mobilith_model other{};
  other.abi_version = MOBILITH_ABI_VERSION - 1;
  CHECK(mobilith_model_input(&other, 0) == nullptr);
  CHECK(mobilith_model_output(nullptr, 0) == nullptr);
}

TEST_CASE("wrong buffers are a status, and nothing is written") {
  const Session session(model, with_threads(1));
  const Call good;
  CHECK(good.run(nullptr) == MOBILITH_INVALID_ARGUMENT);
  CHECK(mobilith_run_ports(session.get(), 2, nullptr, good.in_bytes, 3, good.out, good.out_bytes) ==
        MOBILITH_INVALID_ARGUMENT);
  CHECK(mobilith_run_ports(session.get(), 2, good.in, nullptr, 3, good.out, good.out_bytes) ==
        MOBILITH_INVALID_ARGUMENT);
  CHECK(mobilith_run_ports(session.get(), 2, good.in, good.in_bytes, 3, nullptr, good.out_bytes) ==
        MOBILITH_INVALID_ARGUMENT);
  CHECK(mobilith_run_ports(session.get(), 2, good.in, good.in_bytes, 3, good.out, nullptr) ==
        MOBILITH_INVALID_ARGUMENT);
  for (const auto& [ins, outs] : {std::pair{1, 3}, {3, 3}, {2, 2}, {2, 4}, {0, 0}})
    CHECK(good.run(session.get(), ins, outs) == MOBILITH_WRONG_SIZE);
  for (int i = 0; i < 5; i++) {
    Call null, size;
    if (i < 2)
      null.in[i] = nullptr, size.in_bytes[i]--;
    else
      null.out[i - 2] = nullptr, size.out_bytes[i - 2]--;
    CHECK(null.run(session.get()) == MOBILITH_INVALID_ARGUMENT);
    CHECK(size.run(session.get()) == MOBILITH_WRONG_SIZE);
  }
  CHECK(mobilith_run(session.get(), good.in[0], good.in_bytes[0], good.out[0], good.out_bytes[0]) ==
        MOBILITH_WRONG_SIZE);
  CHECK(std::isnan(*static_cast<const float*>(good.out[0])));
}

}  // namespace test_ports

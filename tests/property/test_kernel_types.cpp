// The kernels of single layers by value: random shapes, the default schedule and others of the space, for
// vectors and products of several CPUs, against plain loops in double.
#include <cmath>
#include <iostream>

#include "catch.h"
#include "layout/layer_shapes.h"
#include "nightly.h"
#include "property/compiled.h"
#include "property/kernel_case.h"
#include "property/random_case.h"
#include "schedules/kernel_types.h"

namespace test_kernel_types {

using namespace mobilith;
using namespace mobilith::property;
using nlohmann::json;

namespace {

constexpr double tolerance = 1e-5;  // of the largest value

// What is stored in padding must be finite.
void check_case(const KernelCase& one, const CpuTarget& target, int threads) {
  INFO(target.cpu << " " << one.spec.type << " " << one.spec.shape << " " << one.spec.schedule << " threads "
                  << threads << " machine " << nlohmann::json(target.machine));
  const SingleKernel kernel(one.spec, target);
  const std::vector<float> found = kernel.run(one.input, threads);
  std::vector<float> channels;
  bool finite = true;
  for (size_t i = 0; i < found.size(); i++) {
    finite = finite && std::isfinite(found[i]);
    if (i % size_t(one.stored) < size_t(one.channels)) channels.push_back(found[i]);
  }
  CHECK(finite);
  CHECK(difference(channels, one.expected) < tolerance);
  if (threads > 1) CHECK(kernel.run(one.input, 1) == found);
}

// A combination of any values of the axes that fits; the default where none is found.
json random_schedule(const std::string& name, const json& shape, const Machine& machine,
                     std::mt19937_64& random) {
  const KernelType& type = kernel_type(name);
  const json by_default = type.default_schedule(shape, machine);
  const ScheduleSpace space = type.space(shape, machine);
  for (int attempt = 0; attempt < 1000; attempt++) {
    json schedule = by_default;
    for (const Axis& axis : space)
      schedule[axis.parameter] =
          axis.values[std::uniform_int_distribution<size_t>(0, axis.values.size() - 1)(random)];
    if (type.fits(shape, schedule, machine)) return schedule;
  }
  return by_default;
}

const char* const cpus[] = {"host", "x86-64-v3", "x86-64-v2", "znver3"};

}  // namespace

TEST_CASE("kernels of single layers compute what plain loops do, with any schedule of their space") {
  std::mt19937_64 random(seed());
  const int count = cases(6);
  int checked = 0, others = 0;
  for (const std::string& type : layer_types())
    for (int i = 0; i < count; i++) {
      const json shape = random_shape(type, random);
      // Weights of each type: f16 where it is widened.
      const int cpu = i % 3 == 2 ? 1 + i / 3 % 3 : 0;
      const Precision all[] = {Precision::f32, Precision::bf16_weights,
                               cpu != 2 ? Precision::f16_weights : Precision::bf16_weights};
      const CpuTarget target = resolve_cpu(cpus[cpu], "", Products::automatic, false, all[(i + i / 3) % 3]);
      KernelCase one = kernel_case(type, shape, target.machine, random);
      REQUIRE(kernel_type(type).canonical_shape(shape) == shape);
      check_case(one, target, 1 + i % 3);
      checked++;
      for (int j = 0; j < (testing::nightly() ? 2 : 1); j++) {
        json schedule = random_schedule(type, shape, target.machine, random);
        if (schedule == one.spec.schedule) continue;
        CHECK(kernel_type(type).predicted_cycles(shape, schedule, target.machine) > 0);
        one.spec.schedule = std::move(schedule);
        check_case(one, target, 1 + j);
        others++;
      }
    }
  CHECK(checked == count * static_cast<int>(layer_types().size()));
  CHECK(others >= count);
}

namespace {

// Finite where the expected value is, and near it; infinite or NaN where that is.
void check_special(const KernelCase& one, const SingleKernel& kernel) {
  const std::vector<float> found = kernel.run(one.input, 1);
  size_t next = 0, special = 0, wrong = 0;
  for (size_t i = 0; i < found.size(); i++) {
    if (i % size_t(one.stored) >= size_t(one.channels)) continue;
    const double expected = one.expected[next++];
    special += !std::isfinite(expected);
    if (std::isfinite(expected) ? !(std::abs(found[i] - expected) < 1e-3) : std::isfinite(found[i])) wrong++;
  }
  CHECK(next == one.expected.size());
  CHECK(special > 0);
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("infinite values and NaN come out where they are read, and nowhere else") {
  std::mt19937_64 random(seed());
  Window far{5, 6, 5, 6, 1, 3, 3};
  far.dilation = 3;
  const Window wide{5, 4, 5, 4, 1, 2, 2, 5, 5};
  const ActivationFunction none = ActivationFunction::none;
  DepthwiseShape depthwise{far, 19, 19, false, {}, none};
  ConvolutionShape gated{wide, 5, 19};
  gated.gated = true;
  const std::pair<const char*, json> kernels[] = {
      {"depthwise", depthwise},
      {"depthwise", DepthwiseShape{wide, 7, 21, false, {}, none}},
      {"convolution", ConvolutionShape{far, 5, 19}},
      {"convolution", gated},
      {"pool", PoolShape{3, 5, 19, 0, ActivationFunction::relu6, PoolFunction::mean_and_maximum}}};
  for (const char* cpu : cpus) {
    const CpuTarget target = resolve_cpu(cpu);
    for (const auto& [type, shape] : kernels) {
      // Of the same random numbers, so that both are inputs of one kernel.
      std::mt19937_64 same = random;
      const KernelCase infinite = kernel_case(type, shape, target.machine, random, INFINITY),
                       nan = kernel_case(type, shape, target.machine, same, NAN);
      REQUIRE(infinite.spec.operands == nan.spec.operands);
      INFO(cpu << " " << type << " " << shape);
      const SingleKernel kernel(infinite.spec, target);
      check_special(infinite, kernel);
      check_special(nan, kernel);
    }
  }
}

TEST_CASE(
    "squeeze-excite blocks of MobileNet V3's sizes compute what plain loops do, for one thread and two") {
  std::mt19937_64 random(seed());
  const ActivationFunction swish = ActivationFunction::hard_swish, none = ActivationFunction::none;
  const Window pixels{14, 14, 14, 14, 1, 0, 0, 1, 1};
  const std::pair<const char*, json> kernels[] = {
      {"depthwise", DepthwiseShape{{56, 56, 28, 28, 2, 1, 1, 5, 5}, 24, 72, true}},
      {"depthwise", DepthwiseShape{{14, 14, 14, 14, 1, 2, 2, 5, 5}, 112, 672, true, swish, swish}},
      {"depthwise", DepthwiseShape{{112, 112, 112, 112, 1, 1, 1}, 16, 16}},
      {"gate", GateShape{28, 28, 72, 24}},
      {"gate", GateShape{14, 14, 672, 168}},
      {"convolution", ConvolutionShape{pixels, 672, 112, none, true, true}},
      {"pool", PoolShape{7, 7, 160, 960, swish}},
      {"dense", DenseShape{960, 1, 1280, swish}},
      {"dense", DenseShape{1280, 1, 1001}}};
  int turn = 0;  // at night every kernel for both CPUs, else for one of them, in turn
  for (const char* cpu : {"host", "x86-64-v3"}) {
    const CpuTarget target = resolve_cpu(cpu);
    for (const auto& [type, shape] : kernels)
      if (testing::nightly() || turn++ % 2 == 0)
        check_case(kernel_case(type, shape, target.machine, random), target, 2);
  }
}

}  // namespace test_kernel_types

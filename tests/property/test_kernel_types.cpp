// The kernels of single layers by value: random shapes, the default schedule and others of the space, for
// vectors and products of several CPUs, against plain loops in double.
#include <cmath>
#include <iostream>

#include "catch.h"
#include "property/compiled.h"
#include "property/kernel_case.h"
#include "property/random_case.h"
#include "schedules/kernel_types.h"

using namespace mobilith;
using namespace mobilith::property;
using nlohmann::json;

namespace {

constexpr double tolerance = 1e-5;  // of the largest value

// What is stored in padding must be finite.
void check_case(const KernelCase& one, const CpuTarget& target, int threads) {
  INFO(target.cpu << " " << one.spec.type << " " << one.spec.shape << " " << one.spec.schedule << " threads "
                  << threads);
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

const char* const cpus[] = {"host", "x86-64-v3", "x86-64-v2"};

}  // namespace

TEST_CASE("kernels of single layers compute what plain loops do, with any schedule of their space") {
  std::mt19937_64 random(seed());
  const int count = cases(6);
  int checked = 0, others = 0;
  for (const std::string& type : layer_types())
    for (int i = 0; i < count; i++) {
      const json shape = random_shape(type, random);
      const CpuTarget target = resolve_cpu(cpus[i % 3 == 2 ? 1 + i / 3 % 2 : 0]);
      KernelCase one = kernel_case(type, shape, target.machine, random);
      REQUIRE(kernel_type(type).canonical_shape(shape) == shape);
      check_case(one, target, 1 + i % 3);
      checked++;
      for (int j = 0; j < 2; j++) {
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

// Schedules of records on which the compiler fails.

#include "catch.h"
#include "codegen/compile_kernels.h"
#include "networks/table.h"
#include "schedules/kernel_types.h"
#include "targets/errors.h"
#include "weights/weights.h"

namespace test_failing_records {

using namespace mobilith;

namespace {

// The first kernel of a small network, as a record would have it that says nothing of use: the compiler fails
// on it.
struct Case {
  CpuTarget target = resolve_cpu("host", host_platform().name);
  Plan plan = [this] {
    Network network = build_network({"mobilenet_v1", 0.25, 1, 32, 32, 10});
    network.blocks.resize(1);
    return make_plan(network, *open_weights("synthetic"), target.machine);
  }();
  PlannedKernel& kernel = plan.kernels.front();
  nlohmann::json sound = kernel.schedule;
  std::vector<std::string> lines;

  std::vector<std::string> compile(bool fall_back) {
    CompileOptions options;
    options.cache = false;
    options.default_where_records_fail = fall_back;
    options.complain = [this](const std::string& line) { lines.push_back(line); };
    return compile_kernels({{&kernel, &target}}, options);
  }
  void spoil(const std::string& source) {
    kernel.schedule = {{"no such parameter", 1}};
    kernel.schedule_source = source;
  }
};

}  // namespace

TEST_CASE("a kernel whose recorded schedule can't be compiled gets the default one, and a line says so") {
  Case plain, spoilt;
  spoilt.spoil("tuned for a test");
  CHECK(spoilt.compile(true) == plain.compile(true));
  CHECK(spoilt.kernel.schedule == spoilt.sound);
  CHECK(spoilt.kernel.schedule_source == default_source);
  REQUIRE(spoilt.lines.size() == 1);
  for (const char* part : {"stem", "tuned for a test", "no such parameter"})
    CHECK(spoilt.lines[0].find(part) != std::string::npos);
  CHECK(plain.lines.empty());
}

TEST_CASE("where records are required, and where the default fails, it is an error") {
  Case required, of_default;
  required.spoil("tuned for a test");
  CHECK_THROWS_AS(required.compile(false), CodegenError);
  of_default.spoil(default_source);
  CHECK_THROWS_AS(of_default.compile(true), CodegenError);
}

}  // namespace test_failing_records

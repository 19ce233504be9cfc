// Code of kernels whose accumulators LLVM leaves on the stack, with constants in their registers.
#include "catch.h"
#include "inspect/kernel_report.h"
#include "inspect/named_code.h"
#include "process/scratch.h"
#include "schedules/inverted_residual.h"

namespace test_spilled_sums {

using namespace mobilith;
using namespace mobilith::inspect;

namespace {

// Of the loops of products, of which there have to be so many.
void check_no_spills(const InvertedResidualShape& shape, const InvertedResidualSchedule& schedule,
                     const CpuTarget& target, int products) {
  const Scratch scratch;
  const Disassembler machine(target);
  const NamedCode named =
      named_code({"kernel", "inverted_residual", shape, schedule, ""}, target, machine, scratch.path());
  int sums = 0;
  for (const LoopReport& loop : kernel_report(machine, named.functions, &named).loops) {
    if (!loop.innermost || loop.fmas < 8 || loop.name.find("_sum") == std::string::npos) continue;
    INFO(loop.name);
    CHECK(loop.spills == 0);
    sums++;
  }
  CHECK(sums >= products);
}

CpuTarget cpu_of(const char* name) { return resolve_cpu(name, "", Products::automatic); }

}  // namespace

TEST_CASE("no loop of products keeps an accumulator on the stack") {
  for (const char* cpu : {"znver3", "haswell"}) {
    INFO(cpu);
    const CpuTarget target = cpu_of(cpu);
    // V3 large's block that goes to 14x14.
    InvertedResidualShape shape{{28, 28, 14, 14, 2, 0, 0}, 40, 240, 80};
    shape.expansion_activation = shape.depthwise_activation = ActivationFunction::hard_swish;
    InvertedResidualSchedule schedule = default_schedule(shape, target.machine);
    // Of which LLVM's allocator alone stored two accumulators in each step of the expansion, for znver3.
    schedule.chunks = true, schedule.chunk_vectors = 6, schedule.expand = {6, 2};
    schedule.depthwise_pixels = schedule.depthwise_vectors = 2;
    check_no_spills(shape, schedule, target, 2);
  }
}

TEST_CASE("nor where a tile's twelve accumulators and its operands take all sixteen registers") {
  for (const char* cpu : {"znver3", "haswell"}) {
    INFO(cpu);
    const CpuTarget target = cpu_of(cpu);
    // V2 1.4's first, of which the bias and an activation's six took registers all through the loop.
    const InvertedResidualShape shape{{112, 112, 112, 112, 1, 1, 1}, 48, 48, 24, false};
    InvertedResidualSchedule schedule = default_schedule(shape, target.machine);
    schedule.project = {4, 3};
    check_no_spills(shape, schedule, target, 1);
  }
}

}  // namespace test_spilled_sums

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

// V3 large's block that goes to 14x14.
InvertedResidualShape block() {
  InvertedResidualShape shape{{28, 28, 14, 14, 2, 0, 0}, 40, 240, 80};
  shape.expansion_activation = shape.depthwise_activation = ActivationFunction::hard_swish;
  return shape;
}

}  // namespace

TEST_CASE("no loop of products keeps an accumulator on the stack") {
  const Scratch scratch;
  for (const char* cpu : {"znver3", "haswell"}) {
    INFO(cpu);
    const CpuTarget target = resolve_cpu(cpu, "", Products::automatic);
    InvertedResidualSchedule schedule = default_schedule(block(), target.machine);
    // Of which LLVM's allocator alone stored two accumulators in each step of the expansion, for znver3.
    schedule.chunks = true, schedule.chunk_vectors = 6, schedule.expand = {6, 2};
    schedule.depthwise_pixels = schedule.depthwise_vectors = 2;
    const Disassembler machine(target);
    const NamedCode named =
        named_code({"kernel", "inverted_residual", block(), schedule, ""}, target, machine, scratch.path());
    int sums = 0;
    for (const LoopReport& loop : kernel_report(machine, named.functions, &named).loops) {
      if (!loop.innermost || loop.fmas < 8 || loop.name.find("_sum") == std::string::npos) continue;
      INFO(loop.name);
      CHECK(loop.spills == 0);
      sums++;
    }
    CHECK(sums >= 2);
  }
}

}  // namespace test_spilled_sums

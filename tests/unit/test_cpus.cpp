#include <algorithm>

#include "catch.h"
#include "codegen/codegen.h"
#include "codegen/foreign_architecture.h"
#include "codegen/target.h"
#include "mobilith_abi.h"

using namespace mobilith;

TEST_CASE("every CPU name resolves to a target that makes sense") {
  const std::vector<std::string> names = cpu_names();
  CHECK(names.size() > 50);
  CHECK(std::is_sorted(names.begin(), names.end()));
  for (const std::string& name : names) {
    INFO(name);
    const CpuTarget target = resolve_cpu(name);
    CHECK(target.cpu == name);
    CHECK(target.machine.lanes * 32 == target.vector_bits);
    CHECK((target.vector_bits == 128 || target.vector_bits == 256 || target.vector_bits == 512));
    CHECK((target.vector_bits < 512 || (target.required & MOBILITH_CPU_AVX512F) != 0));
    CHECK((target.vector_bits < 256 || (target.required & MOBILITH_CPU_AVX) != 0));
    CHECK(target.machine.l1 < target.machine.l2);
  }
  CHECK(resolve_cpu("haswell").vector_bits == 256);
  CHECK(resolve_cpu("sapphirerapids").vector_bits == 512);
  CHECK(resolve_cpu("x86-64").vector_bits == 128);
}

TEST_CASE("an AArch64 CPU gets NEON code for Linux, wherever it is generated") {
  const CpuTarget target = resolve_cpu("cortex-a72");
  CHECK(target.triple.starts_with("aarch64"));
  CHECK(target.features == "+neon");
  CHECK(target.required == MOBILITH_CPU_NEON);
  CHECK(target.isa() == "neon");
  CHECK(target.vector_bits == 128);
  CHECK(target.machine.registers == 32);
  CHECK(target.machine.broadcast_operand);
  CHECK(target.halide.arch == Halide::Target::ARM);
}

TEST_CASE("a name that several architectures have means this machine's") {
  CHECK(foreign_architecture(resolve_cpu("generic").triple) == nullptr);
  CHECK(foreign_architecture(resolve_cpu("host").triple) == nullptr);
  for (const ForeignArchitecture& other : foreign_architectures)
    if (const ForeignArchitecture* found = foreign_architecture(other.triple)) CHECK(found == &other);
}

TEST_CASE("'host' is a CPU that this machine's runtime accepts") {
  const CpuTarget host = resolve_cpu("host");
  CHECK(host.cpu != "host");
  CHECK(host.required != 0);
}

TEST_CASE("an unknown CPU name gets near ones") {
  CHECK_THROWS_AS(check_cpu("znver33"), UnknownCpu);
  CHECK_THROWS_WITH(check_cpu("hasvell"), Catch::Matchers::Contains("haswell"));
  CHECK_THROWS_WITH(check_cpu("cortex-a27"), Catch::Matchers::Contains("cortex-a7"));
  CHECK_NOTHROW(check_cpu("host"));
  CHECK_NOTHROW(check_cpu("cortex-a72"));
}

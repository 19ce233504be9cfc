#include <algorithm>
#include <set>
#include <tuple>

#include "catch.h"
#include "layout/matrix.h"
#include "mobilith_abi.h"
#include "products/tile.h"
#include "runtime/model.h"
#include "runtime/session.h"
#include "targets/cpus.h"
#include "targets/errors.h"
#include "targets/instruction_sets.h"
#include "targets/resolve_targets.h"
#include "targets/target.h"

namespace test_cpus {

using namespace mobilith;

namespace {

// Whether the runtime, on this machine, makes a session for a library that needs these.
bool runtime_accepts(uint64_t features) {
  mobilith_variant variant = handmade::model().variants[0];
  variant.cpu_features = features;
  mobilith_model model = handmade::model();
  model.variants = &variant;
  const mobilith_status status = handmade::Session(model).status();
  REQUIRE((status == MOBILITH_OK || status == MOBILITH_UNSUPPORTED_CPU));
  return status == MOBILITH_OK;
}

}  // namespace

TEST_CASE("every CPU name of every platform resolves to a target that makes sense") {
  std::set<std::string> seen;  // platforms of one architecture share their names
  for (const Platform& row : platforms) {
    const std::vector<std::string> names = cpu_names(row);
    CHECK(!names.empty());
    CHECK(std::is_sorted(names.begin(), names.end()));
    CHECK(std::count(names.begin(), names.end(), row.default_cpu) == 1);
    if (!seen.insert(std::string(row.name).substr(0, std::string(row.name).find('-'))).second) continue;
    for (const std::string& name : names) {
      INFO(row.name << " " << name);
      const CpuTarget target = resolve_cpu(name, row.name);
      CHECK(target.cpu == name);
      CHECK(target.machine.lanes * 32 == target.vector_bits);
      CHECK((target.vector_bits == 128 || target.vector_bits == 256 || target.vector_bits == 512));
      CHECK((target.vector_bits < 512 ||
             (target.required & (MOBILITH_CPU_AVX512F | MOBILITH_CPU_ZVL512)) != 0));
      CHECK((target.vector_bits < 256 || (target.required & (MOBILITH_CPU_AVX | MOBILITH_CPU_ZVL256)) != 0));
      CHECK((target.identity & target.required) == target.required);
      CHECK(target.machine.l1 < target.machine.l2);
    }
  }
  CHECK(resolve_cpu("haswell").vector_bits == 256);
  CHECK(resolve_cpu("sapphirerapids").vector_bits == 512);
  CHECK(resolve_cpu("x86-64").vector_bits == 128);
}

TEST_CASE("an AArch64 CPU gets NEON code for Linux, wherever it is generated") {
  const CpuTarget target = resolve_cpu("cortex-a72");
  CHECK(std::string(target.platform->name) == "aarch64-linux-gnu");
  CHECK(target.features == "+neon");
  CHECK(target.required == MOBILITH_CPU_NEON);
  CHECK(target.isa() == "neon");
  CHECK(target.vector_bits == 128);
  CHECK(target.machine.registers == 32);
  CHECK(target.machine.broadcast_operand);
  CHECK(target.halide.arch == Halide::Target::ARM);
}

TEST_CASE("products are paired where that is faster, and on any CPU where the user says so") {
  auto pairs = [](const char* cpu, Products products) {
    return resolve_cpu(cpu, "", products).machine.pair_vectors > 0;
  };
  for (const char* cpu : {"znver2", "znver3", "znver4", "znver5"}) CHECK(pairs(cpu, Products::automatic));
  for (const char* cpu : {"znver1", "haswell", "x86-64-v3", "x86-64-v4", "sapphirerapids", "cortex-a76"})
    CHECK(!pairs(cpu, Products::automatic));
  for (const char* cpu : {"znver4", "znver5", "znver3", "x86-64-v4", "cortex-a76"}) {
    CHECK(pairs(cpu, Products::paired));
    CHECK(!pairs(cpu, Products::direct));
  }
  // A library for several CPUs: each for itself, or all as told.
  TargetOptions options;
  options.cpus = {"znver4", "znver5", "x86-64-v4"};
  for (const CpuTarget& target : resolve_targets(options))
    CHECK(target.machine.pair_vectors == (target.cpu == "znver4" ? 1 : target.cpu == "znver5" ? 2 : 0));
  for (const Products products : {Products::direct, Products::paired}) {
    options.products = products;
    for (const CpuTarget& target : resolve_targets(options))
      CHECK((target.machine.pair_vectors > 0) == (products == Products::paired));
  }
}

TEST_CASE("bytes are shuffled where an instruction does it; records are kept by nothing of it") {
  const auto machine = [](const char* cpu, const char* platform) {
    return resolve_cpu(cpu, platform).machine;
  };
  CHECK(!machine("x86-64", "").byte_shuffles);
  for (const char* cpu : {"x86-64-v2", "sandybridge", "x86-64-v3", "x86-64-v4"})
    CHECK(machine(cpu, "").byte_shuffles);
  CHECK(machine("cortex-a72", "").byte_shuffles);
  CHECK(machine("", "wasm32-wasi").byte_shuffles);
  CHECK(!machine("", "riscv64-linux-gnu").byte_shuffles);
  CHECK(nlohmann::json(machine("x86-64", "")) == nlohmann::json(machine("x86-64-v2", "")));
}

TEST_CASE("a tile takes all sixteen registers where products are FMAs, else leaves one for the product") {
  for (const char* cpu : {"x86-64-v3", "znver3"}) {
    INFO(cpu);
    const Machine machine = resolve_cpu(cpu, "", Products::direct).machine;
    CHECK(machine.fused);
    CHECK(choose_tile(machine, matrix_of(144, 1, 24, false, machine), 56, 3).pixels == 4);
  }
  for (const auto& [cpu, platform] : {std::pair{"sandybridge", ""}, {"x86-64-v2", ""}, {"", "wasm32-wasi"}}) {
    INFO(cpu << platform);
    const Machine machine = resolve_cpu(cpu, platform).machine;
    CHECK(!machine.fused);
    CHECK(!fits({4, 3}, machine, matrix_of(144, 1, 3 * machine.lanes, false, machine)));
  }
  CHECK(resolve_cpu("cortex-a72").machine.fused);
  CHECK(resolve_cpu("", "riscv64-linux-gnu").machine.fused);
}

TEST_CASE("a name that several architectures have means this machine's") {
  CHECK(resolve_cpu("generic").native());
  CHECK(resolve_cpu("host").native());
  CHECK(!resolve_cpu("generic", "aarch64-linux-gnu").native());
}

TEST_CASE("'host' is a CPU that this machine's runtime accepts, and leaves out nothing that it has") {
  const CpuTarget host = resolve_cpu("host");
  CHECK(host.cpu != "host");
  CHECK(host.required != 0);
  CHECK(runtime_accepts(host.required));
  CHECK(runtime_accepts(host.identity));
  for (const CpuFeature& row : x86_features) {
    INFO(row.llvm);
    CHECK(runtime_accepts(row.bit) == ((host.required & row.bit) != 0));
  }
}

TEST_CASE("an unknown CPU name gets near ones") {
  CHECK_THROWS_AS(resolve_cpu("znver33"), UnknownCpu);
  CHECK_THROWS_WITH(resolve_cpu("hasvell"), Catch::Matchers::Contains("haswell"));
  CHECK_THROWS_WITH(resolve_cpu("cortex-a27"), Catch::Matchers::Contains("cortex-a7"));
  CHECK_THROWS_WITH(resolve_cpu("haswell", "aarch64-linux-gnu"),
                    Catch::Matchers::Contains("no CPU for aarch64"));
  CHECK_THROWS_WITH(resolve_cpu("host", "riscv64-linux-gnu"),
                    Catch::Matchers::Contains("no CPU for riscv64"));
}

TEST_CASE("triples as compilers spell them name platforms, and others get near names") {
  for (auto [spelled, name] : {std::pair{"x86_64-pc-linux-gnu", "x86_64-linux-gnu"},
                               {"aarch64-unknown-linux-musl", "aarch64-linux-musl"},
                               {"aarch64-linux", "aarch64-linux-gnu"},
                               {"arm64-apple-darwin23.1.0", "aarch64-macos"},
                               {"x86_64-apple-macos12", "x86_64-macos"},
                               {"x86_64-pc-windows-msvc", "x86_64-windows-msvc"},
                               {"x86_64-w64-mingw32", "x86_64-windows-gnu"},
                               {"riscv64-unknown-linux-gnu", "riscv64-linux-gnu"},
                               {"wasm32-wasi", "wasm32-wasi"},
                               {"wasm32-wasip1", "wasm32-wasi"},
                               {"wasm32-unknown-unknown", "wasm32-wasi"}}) {
    INFO(spelled);
    CHECK(std::string(platform(spelled).name) == name);
  }
  CHECK_THROWS_AS(platform("sparc64-linux-gnu"), UnknownTarget);
  CHECK_THROWS_WITH(platform("aarch64-linux-gmu"), Catch::Matchers::Contains("aarch64-linux-gnu"));
  CHECK_THROWS_AS(platform(""), UnknownTarget);
}

TEST_CASE("a library's CPUs are ordered by what they have, and must be told apart") {
  TargetOptions options;
  options.cpus = {"x86-64-v3", "sapphirerapids", "x86-64-v2", "x86-64-v4"};
  std::vector<std::string> order;
  for (const CpuTarget& target : resolve_targets(options)) order.push_back(target.cpu);
  CHECK(order == std::vector<std::string>{"sapphirerapids", "x86-64-v4", "x86-64-v3", "x86-64-v2"});
  order.clear();
  options.cpus = {"x86-64-v3", "x86-64-v4", "znver3"};
  for (const CpuTarget& target : resolve_targets(options)) {
    order.push_back(target.cpu);
    CHECK((target.required & MOBILITH_CPU_CLZERO) == 0);  // kernels do without
  }
  CHECK(order == std::vector<std::string>{"x86-64-v4", "znver3", "x86-64-v3"});
  options.cpus = {"znver2", "znver3"};
  CHECK_THROWS_WITH(resolve_targets(options), Catch::Matchers::Contains("leave one out"));
  options.cpus = {"haswell", "broadwell"};
  CHECK_THROWS_WITH(resolve_targets(options), Catch::Matchers::Contains("leave one out"));
  options.cpus = {"haswell", "cortex-a72"};
  CHECK_THROWS_WITH(resolve_targets(options), Catch::Matchers::Contains("one target"));
}

TEST_CASE("products of bytes on AArch64 are what the CPU has") {
  const auto bytes = [](const char* cpu) {
    return resolve_cpu(cpu, "aarch64-linux-gnu", Products::automatic, true);
  };
  const CpuTarget none = bytes("cortex-a72"), like = bytes("neoverse-n1"), mixed = bytes("neoverse-n2");
  CHECK(none.machine.byte_group == 1);
  CHECK(!none.machine.byte_elements);
  CHECK(none.required == MOBILITH_CPU_NEON);
  CHECK(like.machine.byte_group == 4);
  CHECK(like.machine.byte_elements);
  CHECK(like.machine.like_signs);
  CHECK(like.required == (MOBILITH_CPU_NEON | MOBILITH_CPU_DOTPROD));
  CHECK(mixed.machine.byte_elements);
  CHECK(!mixed.machine.like_signs);
  CHECK((mixed.required & MOBILITH_CPU_I8MM) != 0);
  // Kernels of floats need neither.
  CHECK(resolve_cpu("neoverse-n2", "aarch64-linux-gnu").required == MOBILITH_CPU_NEON);
}

TEST_CASE("products of bytes on x86 are what the CPU has") {
  constexpr uint64_t vnni = MOBILITH_CPU_AVX512VNNI, avx_vnni = MOBILITH_CPU_AVXVNNI;
  for (const auto& [cpu, group, pairs, bits] : {std::tuple{"alderlake", 4, false, avx_vnni},
                                                {"cascadelake", 4, false, vnni},
                                                {"icelake-server", 4, false, vnni},
                                                {"sapphirerapids", 4, false, vnni | avx_vnni},
                                                {"znver4", 4, false, vnni},
                                                {"znver5", 4, false, vnni | avx_vnni},
                                                {"haswell", 2, true, uint64_t{0}},
                                                {"znver3", 2, true, uint64_t{0}},
                                                {"x86-64-v3", 2, true, uint64_t{0}},
                                                {"skylake-avx512", 2, true, uint64_t{0}},
                                                {"sandybridge", 2, false, uint64_t{0}},
                                                {"x86-64-v2", 2, false, uint64_t{0}},
                                                {"x86-64", 2, false, uint64_t{0}}}) {
    INFO(cpu);
    const CpuTarget target = resolve_cpu(cpu, "x86_64-linux-gnu", Products::automatic, /*bytes=*/true);
    CHECK(target.machine.byte_group == group);
    CHECK(target.machine.byte_pairs == pairs);
    CHECK((target.required & (vnni | avx_vnni)) == bits);
    CHECK(!target.machine.wide_products);
    CHECK(!target.machine.byte_elements);
    // Kernels of floats need neither.
    CHECK((resolve_cpu(cpu, "x86_64-linux-gnu").required & (vnni | avx_vnni)) == 0);
  }
}

TEST_CASE("numbers that a CPU has no instructions for are refused by its name") {
  const auto with = [](const char* cpu, const char* platform, Precision numbers) {
    return resolve_cpu(cpu, platform, Products::automatic, false, numbers);
  };
  for (const char* cpu : {"znver4", "sapphirerapids", "cooperlake"}) {
    const CpuTarget target = with(cpu, "x86_64-linux-gnu", Precision::bf16);
    INFO(cpu);
    CHECK((target.required & MOBILITH_CPU_AVX512BF16) != 0);
    CHECK(target.machine.bf16_products);
    CHECK(target.machine.pair_vectors == 0);
    CHECK(target.isa() == "avx512");
    // Vectors of 512 bits in two halves, which only kernels of bf16 know.
    CHECK(target.machine.half_vectors == (std::string(cpu) == "znver4"));
    CHECK(!resolve_cpu(cpu, "x86_64-linux-gnu").machine.half_vectors);
  }
  for (const char* cpu : {"znver3", "skylake-avx512"})
    CHECK_THROWS_WITH(with(cpu, "x86_64-linux-gnu", Precision::bf16), Catch::Matchers::Contains(cpu));
  CHECK_THROWS_AS(with("", "aarch64-linux-gnu", Precision::bf16), NoSuchNumbers);
  CHECK_THROWS_WITH(with("neoverse-n1", "aarch64-linux-gnu", Precision::bf16),
                    Catch::Matchers::Contains("neoverse-v1"));
  for (const char* cpu : {"neoverse-v1", "neoverse-n2", "apple-m2"}) {
    INFO(cpu);
    const CpuTarget target = with(cpu, "aarch64-linux-gnu", Precision::bf16);
    CHECK(target.machine.bf16_products);
    CHECK((target.required & MOBILITH_CPU_BF16) != 0);
  }
  CHECK(with("", "aarch64-linux-gnu", Precision::f16_weights).machine.f16_weights);
  for (const auto& [cpu, platform, widens] : {std::tuple{"neoverse-n1", "aarch64-linux-gnu", false},
                                              {"neoverse-v1", "aarch64-linux-gnu", true},
                                              {"apple-m1", "aarch64-macos", true},
                                              {"neoverse-v1", "aarch64-windows-msvc", false},
                                              {"haswell", "x86_64-linux-gnu", false}}) {
    INFO(cpu << " " << platform);
    const CpuTarget target = with(cpu, platform, Precision::f16);
    CHECK(target.machine.f16_products);
    CHECK(target.machine.f16_elements == widens);
    CHECK(((target.required & MOBILITH_CPU_FHM) != 0) == widens);
    CHECK(((target.required & MOBILITH_CPU_FP16) != 0) == widens);  // LLVM's feature has both
  }
  CHECK_THROWS_AS(with("x86-64-v2", "x86_64-linux-gnu", Precision::f16), NoSuchNumbers);
  CHECK_THROWS_AS(with("", "riscv64-linux-gnu", Precision::f16), NoSuchNumbers);
  CHECK(with("haswell", "x86_64-linux-gnu", Precision::f16_weights).machine.f16_weights);
  for (const char* platform : {"riscv64-linux-gnu", "wasm32-wasi"}) {
    CHECK_THROWS_AS(with("", platform, Precision::f16_weights), NoSuchNumbers);
    CHECK(with("", platform, Precision::bf16_weights).machine.bf16_weights);
  }
  CHECK_THROWS_AS(with("x86-64-v2", "x86_64-linux-gnu", Precision::f16_weights), NoSuchNumbers);
  // Nothing changes where nothing is asked for.
  CHECK(!nlohmann::json(resolve_cpu("znver4").machine).contains("bf16_weights"));
}

}  // namespace test_cpus

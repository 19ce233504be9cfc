// What schedules are told of a CPU: the named ones as they are, and what follows from facts alone.
#include <set>

#include "catch.h"
#include "targets/machine_rules.h"
#include "targets/target.h"

namespace test_machine_rules {

using namespace mobilith;

namespace {

constexpr int64_t kb = 1 << 10;

struct Named {
  const char* cpu;
  int lanes, registers;
  int64_t l1, l2;  // KB
  int pair_vectors = 0;
  bool streams = false;
};

constexpr Named named[] = {
    {"znver1", 8, 16, 32, 512},
    {"znver2", 8, 16, 32, 512, 2},
    {"znver3", 8, 16, 32, 512, 2},
    {"znver4", 16, 32, 32, 1024, 1},
    {"znver5", 16, 32, 48, 1024, 2, true},
    {"haswell", 8, 16, 32, 256},
    {"broadwell", 8, 16, 32, 256},
    {"skylake", 8, 16, 32, 256},
    {"alderlake", 8, 16, 48, 1280},
    {"raptorlake", 8, 16, 48, 2048},
    {"meteorlake", 8, 16, 32, 512},
    {"skylake-avx512", 16, 32, 32, 1024},
    {"cascadelake", 16, 32, 32, 1024},
    {"cooperlake", 16, 32, 32, 1024},
    {"icelake-client", 16, 32, 48, 512},
    {"rocketlake", 16, 32, 32, 512},
    {"tigerlake", 16, 32, 48, 1280},
    {"icelake-server", 16, 32, 48, 1280},
    {"sapphirerapids", 16, 32, 48, 2048},
    {"emeraldrapids", 16, 32, 48, 2048},
    {"graniterapids", 16, 32, 48, 2048},
    {"graniterapids-d", 16, 32, 48, 2048},
    {"x86-64", 4, 16, 32, 512},
    {"x86-64-v2", 4, 16, 32, 512},
    {"x86-64-v3", 8, 16, 32, 512},
    {"x86-64-v4", 16, 32, 32, 1024},
    {"sandybridge", 8, 16, 32, 512},
    {"neoverse-n1", 4, 32, 64, 1024},
    {"neoverse-n2", 4, 32, 64, 1024},
    {"neoverse-v1", 4, 32, 64, 1024},
    {"neoverse-v2", 4, 32, 64, 1024},
    {"apple-m1", 4, 32, 128, 4096},
    {"apple-m4", 4, 32, 128, 4096},
    {"cortex-x1", 4, 32, 64, 1024},
    {"cortex-a53", 4, 32, 32, 256},
    {"cortex-a57", 4, 32, 32, 256},
    {"cortex-a76", 4, 32, 32, 512},
    {"generic-rv64", 4, 32, 32, 512},
    {"sifive-x280", 16, 32, 32, 512},
};

// Facts that no row has, and what follows from them.
struct Case {
  const char* what;
  Vectors vectors;
  Throughput cycle;
  bool broadcast_costs_addition;
  int pair_vectors;
};

constexpr Vectors avx512{512, 32, true}, avx2{256, 16, false}, neon{128, 32, true};

constexpr Case cases[] = {
    {"nothing is known", avx512, {}, true, 0},
    {"additions take turns with FMAs", avx512, {2, 0, 2, 4}, false, 0},
    {"one addition beside two FMAs", avx512, {2, 1, 2, 4}, false, 0},
    {"as znver4: two broadcast operands for an FMA", avx512, {1, 1, 1, 2}, true, 1},
    {"too few broadcast operands, and shared ones cost additions", avx512, {2, 2, 2, 2}, true, 0},
    {"as znver5: shared broadcasts cost nothing", avx512, {2, 2, 2, 2}, false, 2},
    {"both forms gain: fewer loads", avx512, {2, 2, 2, 4}, false, 2},
    {"shared broadcasts, but loads are scarce", avx512, {2, 2, 1, 1}, false, 0},
    {"few registers: shared broadcasts", avx2, {2, 2, 2, 4}, false, 2},
    {"and where those cost additions", avx2, {2, 2, 2, 4}, true, 0},
    {"other vectors", neon, {2, 2, 2, 2}, false, 2},
};

}  // namespace

TEST_CASE("what schedules are told of the CPUs that have a name here") {
  for (const Named& row : named) {
    INFO(row.cpu);
    const Machine machine = resolve_cpu(row.cpu).machine;
    CHECK(machine.lanes == row.lanes);
    CHECK(machine.registers == row.registers);
    CHECK(machine.broadcast_operand == (row.registers == 32));
    CHECK(machine.l1 == row.l1 * kb);
    CHECK(machine.l2 == row.l2 * kb);
    CHECK(machine.pair_vectors == row.pair_vectors);
    CHECK(machine.streams == row.streams);
    const std::string cpu = row.cpu;
    CHECK(machine.element_operand ==
          (cpu.starts_with("neoverse") || cpu.starts_with("cortex") || cpu.starts_with("apple")));
  }
}

TEST_CASE("whether and how products are paired follows from what a core does in a cycle") {
  for (const Case& c : cases) {
    INFO(c.what);
    CpuFacts facts;
    facts.cycle = c.cycle, facts.broadcast_costs_addition = c.broadcast_costs_addition;
    CHECK(pair_vectors(c.vectors, facts, Products::automatic) == c.pair_vectors);
    CHECK(pair_vectors(c.vectors, facts, Products::direct) == 0);
    CHECK(pair_vectors(c.vectors, facts, Products::paired) == std::max(1, c.pair_vectors));
  }
}

TEST_CASE("caches, vectors and prefetchers reach schedules as they are in the row") {
  CpuFacts facts;
  facts.caches = {64 * kb, 3072 * kb, 0}, facts.sequential_prefetch = true;
  const Machine machine = machine_of({256, 24, true}, facts);
  CHECK(machine.lanes == 8);
  CHECK(machine.registers == 24);
  CHECK(machine.broadcast_operand);
  CHECK(machine.l1 == 64 * kb);
  CHECK(machine.l2 == 3072 * kb);
  CHECK(machine.streams);
  CHECK(!machine.short_streams);
  CHECK(!machine_of({256, 24, true}, CpuFacts()).streams);
  for (const char* cpu : {"znver3", "znver4"}) {
    CHECK(resolve_cpu(cpu).machine.short_streams);
    CHECK(!resolve_cpu(cpu).machine.streams);
  }
}

TEST_CASE("what decides no code does not reach schedules, nor the key of records") {
  CpuFacts facts;
  facts.caches.l3 = 64 << 20, facts.speeds = {64, 64, 64, 5.0}, facts.relatives = "znver4";
  CHECK(nlohmann::json(machine_of(avx512, facts)) == nlohmann::json(machine_of(avx512, CpuFacts())));
}

TEST_CASE("every row of the CPUs is of use: LLVM knows it or it is for several, and no row before hides it") {
  std::set<std::string_view> names;
  for (const CpuFacts& row : cpus()) {
    INFO(row.name);
    CHECK(names.insert(row.name).second);
    CHECK(row.caches.l1 < row.caches.l2);
    const bool several = row.name.ends_with('*');
    const std::string own =
        several ? std::string(row.name.substr(0, row.name.size() - 1)) + "0" : std::string(row.name);
    CHECK(&cpu_facts(own) == &row);
    if (!several) CHECK_NOTHROW(resolve_cpu(own));
    for (const std::string& relative : relatives(row)) {
      INFO(relative);
      CHECK_NOTHROW(resolve_cpu(relative));
      CHECK(relative != row.name);
    }
  }
  CHECK(cpus().back().name == "*");
}

TEST_CASE("a CPU without a row has what is assumed of all, and a second spelling the first one's facts") {
  for (const char* cpu : {"nothing-that-exists", "generic", "arrowlake", "cannonlake"})
    CHECK(cpu_facts(cpu).name == "*");
  CHECK(cpu_facts("skylake_avx512").name == "skylake-avx512");
  CHECK(cpu_facts("apple-m3").name == "apple-m*");
  CHECK(cpu_facts("znver3").name == "znver3");
}

}  // namespace test_machine_rules

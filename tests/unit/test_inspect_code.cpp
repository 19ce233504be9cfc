// Taking code apart for several CPUs: loops by name, how often they run, what they move.
#include <algorithm>
#include <set>
#include <tuple>

#include "catch.h"
#include "inspect/kernel_report.h"
#include "inspect/named_code.h"
#include "process.h"
#include "schedules/kernel_types.h"

namespace test_inspect_code {

using namespace mobilith;
using namespace mobilith::inspect;
using nlohmann::json;

namespace {

// Halide tells a second pipeline's names from the first's: "output$2".
bool is_named(const std::string& found, const std::string& name) {
  return found == name || found.starts_with(name + "$");
}

// Tiles and vectors of every CPU divide it.
const json shape = {{"window",
                     {{"in_height", 8},
                      {"in_width", 8},
                      {"out_height", 8},
                      {"out_width", 8},
                      {"stride", 1},
                      {"pad_top", 1},
                      {"pad_left", 1}}},
                    {"in_channels", 64},
                    {"depth_multiplier", 1},
                    {"out_channels", 64}};

json schedule(int strip, bool channels_outer) {
  return {{"flat", false},          {"tile", {{"pixels", 4}, {"vectors", 2}}},
          {"strip", strip},         {"channels_outer", channels_outer},
          {"depthwise_vectors", 1}, {"depthwise_pixels", 2},
          {"prefetch", false}};
}

struct Compiled {
  explicit Compiled(const std::string& cpu, const json& with = schedule(4, true))
      : target(resolve_cpu(cpu)),
        machine(target),
        named(named_code({"kernel", "separable", shape, with, ""}, target, machine, folder.path())),
        report(kernel_report(machine, named.functions, &named)) {}
  TemporaryFolder folder;
  CpuTarget target;
  Disassembler machine;
  NamedCode named;
  KernelReport report;
};

const BufferTraffic& buffer(const LoopNest& nest, const std::string& name) {
  const auto found = std::find_if(nest.traffic.begin(), nest.traffic.end(),
                                  [&](const BufferTraffic& b) { return is_named(b.buffer, name); });
  REQUIRE(found != nest.traffic.end());
  return *found;
}

}  // namespace

TEST_CASE("for each architecture, all loops together do the multiply-adds of the shape") {
  const double products = 8.0 * 8 * 64 * 64;
  for (const char* cpu : {"x86-64-v3", "sapphirerapids", "neoverse-v1", "cortex-a72", "generic-rv64",
                          "spacemit-x60", "sifive-x280"}) {
    INFO(cpu);
    const Compiled compiled(cpu);
    double fmas = 0;
    for (const LoopReport& loop : compiled.report.loops) {
      if (!loop.name.starts_with("sum") || loop.name.find(".s1.k") == std::string::npos) continue;
      CHECK(loop.innermost);
      CHECK(loop.accumulates);
      // NEON: two runs of four inputs in a step (products/by_element.cpp).
      CHECK(loop.fmas == 4 * 2 * (compiled.target.machine.element_operand ? 8 : 1));
      CHECK(loop.bits == compiled.target.vector_bits);
      CHECK(loop.spills == 0);
      CHECK(loop.registers >= 4 * 2 + 2);
      CHECK(loop.named > loop.instructions / 2);
      CHECK(loop.cycles >= 0.99 * loop.peak_cycles);
      CHECK(!loop.around.empty());
      fmas += loop.iterations * loop.fmas;
    }
    CHECK(fmas * compiled.target.machine.lanes == products);
    CHECK((compiled.report.cycles > 0) == compiled.machine.has_model());
  }
}

TEST_CASE(
    "the bytes of weights are those of the shape, and are read anew for each strip that L1 can't span") {
  const Compiled by_channel("sapphirerapids", schedule(1, true)), whole("sapphirerapids", schedule(8, true));
  const double weights = 4.0 * 64 * 64;
  CHECK(buffer(whole.report.nest, "weights").bytes == weights);
  CHECK(buffer(whole.report.nest, "weights").beyond == weights);
  CHECK(buffer(whole.report.nest, "weights").external);
  CHECK(buffer(whole.report.nest, "output").written);
  CHECK(!buffer(whole.report.nest, "depthwise").external);
  // Each of the sixteen tiles of pixels reads all of them, however they are cut into strips; here L1 holds
  // them.
  for (const Compiled* compiled : {&by_channel, &whole}) {
    CHECK(buffer(compiled->report.nest, "weights").touched == 16 * weights);
    CHECK(buffer(compiled->report.nest, "weights").from_l2 == weights);
  }
  // A tile of channels (8 KB) fits L1, all weights (16 KB) don't: each of the eight strips fetches them
  // again, and one strip of the whole image once. Where not even a tile fits, each tile of pixels does.
  const CpuTarget target = resolve_cpu("sapphirerapids");
  const Disassembler machine(target);
  for (const auto& [l1, strip, times] :
       {std::tuple{16 << 10, 1, 8}, {16 << 10, 8, 1}, {4 << 10, 1, 16}, {4 << 10, 8, 16}}) {
    INFO(l1 << " bytes of L1, strips of " << strip);
    Machine small = target.machine;
    small.l1 = l1;
    const TemporaryFolder folder;
    const NamedCode named = named_code({"kernel", "separable", shape, schedule(strip, true), ""}, target,
                                       machine, folder.path(), &small);
    CHECK(buffer(named.nest, "weights").from_l2 == times * weights);
  }
}

TEST_CASE("code is the same as itself, and not as another schedule's") {
  const Compiled a("x86-64-v3"), b("x86-64-v3", schedule(2, true));
  REQUIRE(!a.named.functions.empty());
  bool all = a.named.functions.size() == b.named.functions.size();
  for (size_t i = 0; i < a.named.functions.size(); i++) {
    CHECK(same_code(a.named.functions[i].code, a.named.functions[i].code));
    all = all && same_code(a.named.functions[i].code, b.named.functions[i].code);
  }
  CHECK(!all);
}

// What a kernel behind another one in a library is: on AArch64 its loops are aligned by other numbers of
// nops.
TEST_CASE("instructions keep their loops where padding differs") {
  const Compiled a("neoverse-v1");
  for (const KernelFunction& function : a.named.functions) {
    CHECK(lines_of(function.code, function) == [&] {
      std::vector<int> lines = function.lines;
      for (size_t i = 0; i < lines.size(); i++)
        if (function.code[i].mnemonic == "nop") lines[i] = 0;
      return lines;
    }());
    Instruction nop = function.code.front();
    nop.mnemonic = "nop", nop.operands.clear(), nop.target = 0;
    const size_t middle = function.code.size() / 2;
    std::vector<Instruction> padded = function.code;
    padded.insert(padded.begin() + int(middle), 3, nop);
    for (size_t i = 0; i < 3; i++) padded[middle + i].address = 1 + i;  // no jump leads here
    REQUIRE(same_code(padded, function.code));
    std::vector<int> expected = lines_of(function.code, function);
    CHECK(std::count(expected.begin(), expected.end(), 0) < int(expected.size()));
    expected.insert(expected.begin() + int(middle), 3, 0);
    CHECK(lines_of(padded, function) == expected);
  }
  std::vector<KernelFunction> functions = a.named.functions;
  for (KernelFunction& function : functions) {
    Instruction nop = function.code.front();
    nop.mnemonic = "nop", nop.operands.clear(), nop.target = 0;
    function.code.insert(function.code.begin() + 1, 500, nop);
    for (size_t i = 1; i <= 500; i++) function.code[i].address = i;
  }
  // Loops are sorted by cycles, which nops take, too.
  const auto by_name = [](const KernelReport& report) {
    std::multiset<std::tuple<std::string, std::vector<std::string>, double>> loops;
    for (const LoopReport& loop : report.loops) loops.insert({loop.name, loop.around, loop.iterations});
    return loops;
  };
  const KernelReport report = kernel_report(a.machine, functions, &a.named);
  CHECK(report.unnamed.empty());
  CHECK(by_name(report) == by_name(a.report));
}

TEST_CASE("bytes that are no code are an error, not a crash") {
  const CpuTarget target = resolve_cpu("x86-64-v3");
  const Disassembler machine(target);
  CHECK_THROWS_AS(machine.decode(std::string(16, '\x06'), 0), InspectError);
  CHECK_THROWS_AS(kernel_functions("no archive", machine), InspectError);
  CHECK_THROWS_AS(Disassembler("pdp11-unknown-none", "", ""), InspectError);
}

}  // namespace test_inspect_code

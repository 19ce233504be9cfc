// Random quantised graphs on other architectures: the outputs are the interpreter's, byte for byte.
#include <fmt/format.h>

#include <cstring>
#include <sstream>

#include "catch.h"
#include "check/exact.h"
#include "networks/output_blocks.h"
#include "nightly.h"
#include "package/compile_library.h"
#include "quantised/random_network.h"
#include "quantised/random_schedules.h"
#include "targets/byte_runner.h"
#include "targets/evidence.h"
#include "targets/target.h"
#include "targets/wasm_page.h"
#include "weights/quantised_file.h"

namespace test_quantised {

using namespace mobilith;
using namespace mobilith::targets;

namespace {

// Of 16 graphs those that a target has by day: the targets together have all. Each has both kinds of
// schedules and of requantisation. LiteRT takes one of ONNX's, which goes to the target with the most CPUs.
struct Graphs {
  uint32_t first, last;
  bool reduced = false;  // weights of every other one have 7 bits
};

struct Drawn {
  std::unique_ptr<Weights> weights;
  Network network;
};

// Nothing: LiteRT refuses the graph.
std::optional<Drawn> drawn(uint32_t seed, bool reduce_range) {
  file::Graph graph = mobilith::testing::random_quantised_graph(seed, reduce_range);
  if (seed % 3 == 0) graph.format = "ONNX";
  ReadOptions reading;
  reading.requantise = seed % 4 < 2 ? quantised::Requantise::floating : quantised::Requantise::integer;
  try {
    Drawn result{open_quantised_graph(std::move(graph), "drawn", "drawn", {}, reading), {}};
    Configuration configuration;
    const FileConfiguration own = result.weights->configuration();
    configuration.height = *own.height, configuration.width = *own.width;
    result.network = result.weights->network(configuration);
    return result;
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

// A port's bytes, little-endian.
std::string bytes_of(const std::vector<double>& numbers, ElementType type) {
  std::string bytes;
  for (const double number : numbers) {
    if (type == ElementType::f32) {
      const auto value = static_cast<float>(number);
      bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    } else {
      bytes += static_cast<char>(static_cast<int>(number));
    }
  }
  return bytes;
}

std::string hexadecimal(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

struct Run {
  Words emulator, environment = {};
  bool refused = false;  // for what the CPU lacks
  bool in_page = false;  // by Chromium instead of the emulator
};

// Of a WASI command in a page: what it printed, and that it ended well.
ProcessResult page_result(const std::string& program, const TemporaryFolder& folder) {
  const std::string shown = run_in_page(read_text(program), folder), end = "exit 0\n";
  const bool good = shown.ends_with(end);
  return {good ? 0 : 1, good ? shown.substr(0, shown.size() - end.size()) : "", good ? "" : shown};
}

// One library of each graph, and all of them run in each way.
void compare(const std::string& target, const Words& cpus, const Words& compiler, Graphs graphs,
             const std::vector<Run>& runs) {
  const TemporaryFolder folder;
  std::string cases;
  std::vector<std::string> expected;
  Words archives;
  if (mobilith::testing::nightly()) graphs = {1, 16, graphs.reduced};
  for (uint32_t seed = graphs.first; seed <= graphs.last; seed++) {
    const std::optional<Drawn> one = drawn(seed, graphs.reduced && seed % 2 == 0);
    if (!one) continue;
    const std::vector<double> image = check::formula_image(one->network);
    const std::string bytes = bytes_of(image, one->network.image_type), name = fmt::format("drawn_{}", seed);
    cases += byte_case(name, bytes);
    const auto outputs = one->weights->block_outputs(image);
    expected.emplace_back();
    for (const Block* output : output_blocks(one->network)) {
      const auto& numbers = outputs[size_t(output - one->network.blocks.data())];
      expected.back() += hexadecimal(bytes_of(numbers, output->quantised->out));
    }
    LibraryOptions options;
    options.name = name, options.target = target, options.bytes = true, options.bundle_runtime = true,
    options.cache = false;
    if (!cpus.empty()) options.cpus = cpus;
    if (seed % 2 == 1)
      options.schedules = [&](const CpuTarget& on) { return testing::random_schedules(seed, on.machine); };
    archives.push_back(folder / ("lib" + name + ".a"));
    write_text(archives.back(), compile_library(one->network, *one->weights, options).archive);
  }
  REQUIRE(2 * expected.size() >= graphs.last - graphs.first);
  const std::string program = byte_program(folder, cases, compiler, archives);
  for (const Run& one : runs) {
    const ProcessResult run = one.in_page ? page_result(program, folder)
                                          : run_process(joined(one.emulator, {program}), one.environment);
    INFO(run.err);
    REQUIRE((run.code != 0) == one.refused);
    if (one.refused) CHECK(run.err.find("lacks an instruction set") != std::string::npos);
    std::istringstream lines(run.out);
    for (size_t i = 0; i < expected.size() && !one.refused; i++) {
      std::string line;
      REQUIRE(std::getline(lines, line));
      INFO("graph " << i << " of those that LiteRT takes, for " << target << ": "
                    << nlohmann::json(one.emulator).dump() << nlohmann::json(one.environment).dump());
      CHECK(line == expected[i]);
    }
  }
}

const Words wasm_compiler{"clang-22", "--target=wasm32-wasi", "-Wno-deprecated"};

bool can_compile_wasm(Evidence& evidence) {
  return evidence.has("wasm-ld-22", "lld-22") &&
         evidence.has("clang-22", "clang-22 wasi-libc libclang-rt-22-dev-wasm32");
}

}  // namespace

TEST_CASE("AArch64: quantised graphs give the interpreter's bytes", "[aarch64]") {
  Evidence evidence("aarch64-linux-gnu", "qemu-aarch64", "quantised graphs");
  if (!evidence.has("qemu-aarch64", "qemu-user") ||
      !evidence.has("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu libc6-dev-arm64-cross"))
    return;
  const auto on = [](const char* cpu) { return Words{"qemu-aarch64", "-cpu", cpu}; };
  const auto forced = [](const char* cpu) { return Words{std::string("MOBILITH_CPU=") + cpu}; };
  // Without dot products, with those of like signs, with those of u8 and i8: chosen, forced, refused.
  compare("aarch64-linux-gnu", {"cortex-a72", "neoverse-n1", "neoverse-n2"},
          {"aarch64-linux-gnu-gcc", "-static"}, {13, 16},
          {{on("cortex-a72")},
           {on("neoverse-n1")},
           {on("neoverse-n1"), forced("neoverse-n1")},
           {on("max")},
           {on("max"), forced("neoverse-n2")},
           {on("neoverse-n1"), forced("neoverse-n2"), true},
           {on("cortex-a72"), forced("neoverse-n1"), true}});
  evidence.passed();
}

TEST_CASE("AArch64: a dot product is all that a product of bytes costs", "[aarch64]") {
  const TemporaryFolder folder;
  const auto output_of = [](const Words& words) {
    const ProcessResult result = run_process(words);
    INFO(result.err);
    REQUIRE(result.code == 0);
    return result.out;
  };
  for (const auto& [cpu, instruction] : {std::pair{"neoverse-n1", "sdot v"}, {"neoverse-n2", "sudot v"}}) {
    INFO(cpu);
    // A kernel whose tile fills the registers.
    const Words inspect{MOBILITH_PROGRAM, "inspect", folder / cpu, "--kernel",
                        "quantised_convolution_17x18x72_17x18x20_1x1"};
    output_of({MOBILITH_PROGRAM, "generate", "--weights", MOBILITH_TEST_DATA "/quantised/network_u8.tflite",
               "--target", "aarch64-linux-gnu", "--cpu", cpu, "--name", "net", "--out", folder / cpu});
    // The form that takes an element of a register.
    const std::string code = output_of(joined(inspect, {"--asm"}));
    CHECK(code.find(instruction) != std::string::npos);
    CHECK(code.find(".4b[3]") != std::string::npos);
    const auto found = nlohmann::json::parse(output_of(joined(inspect, {"--format", "json"})));
    bool good = false;
    for (const auto& kernel : found["kernels"])
      for (const auto& loop : kernel["inner_loops"])
        if (loop["fmas"] >= 30)
          good = good || (loop["spills"] == 0 && loop["moves"] == 0 &&
                          loop["instructions"] <= 1.75 * loop["fmas"].get<double>());
    CHECK(good);
  }
}

TEST_CASE("x86-64: quantised graphs give the interpreter's bytes on each CPU of one library", "[x86]") {
  // By products of four bytes, of two in two ways, with vectors of each length.
  const Words cpus{"znver4", "skylake-avx512", "haswell", "x86-64"};
  Evidence evidence("x86_64-linux-gnu", "run here", "quantised graphs");
  std::vector<Run> runs{{{}}};
  std::string lacking;
  for (const std::string& cpu : cpus) {
    const CpuTarget target = resolve_cpu(cpu, "x86_64-linux-gnu", Products::automatic, /*bytes=*/true);
    const bool lacks = (target.required & ~instructions_here()) != 0;
    runs.push_back({{}, {"MOBILITH_CPU=" + cpu}, lacks});
    if (lacks) lacking += (lacking.empty() ? "" : ", ") + cpu;
  }
  compare("x86_64-linux-gnu", cpus, {"cc"}, {2, 4, /*reduced=*/true}, runs);
  if (!lacking.empty())
    return evidence.skipped("this CPU lacks what " + lacking + " need; others have passed");
  evidence.passed();
}

TEST_CASE("RISC-V: quantised graphs give the interpreter's bytes", "[riscv64]") {
  Evidence evidence("riscv64-linux-gnu", "qemu-riscv64", "quantised graphs");
  if (!evidence.has("qemu-riscv64", "qemu-user") ||
      !evidence.has("riscv64-linux-gnu-gcc", "gcc-riscv64-linux-gnu libc6-dev-riscv64-cross"))
    return;
  compare("riscv64-linux-gnu", {},
          {"riscv64-linux-gnu-gcc", "-static", MOBILITH_SOURCE "/tests/targets/hwcap_with_vectors.c"}, {1, 7},
          {{{"qemu-riscv64"}, {"QEMU_CPU=rv64,v=true,vext_spec=v1.0,vlen=128"}}});
  evidence.passed();
}

TEST_CASE("WebAssembly: quantised graphs give the interpreter's bytes in Node", "[node]") {
  Evidence evidence("wasm32-wasi", "Node's WASI", "quantised graphs");
  if (!evidence.has("node", "nodejs, version 20") || !can_compile_wasm(evidence)) return;
  compare("wasm32-wasi", {}, wasm_compiler, {8, 12},
          {{{"node", "--no-warnings", MOBILITH_SOURCE "/tests/runtime/portable/wasi.mjs"}}});
  evidence.passed();
}

TEST_CASE("WebAssembly: quantised graphs give the interpreter's bytes in a page in Chromium", "[chromium]") {
  Evidence evidence("wasm32-wasi", "headless Chromium", "quantised graphs");
  if (!evidence.has("chromium", "chromium") || !can_compile_wasm(evidence)) return;
  compare("wasm32-wasi", {}, wasm_compiler, {9, 11}, {{{}, {}, /*refused=*/false, /*in_page=*/true}});
  evidence.passed();
}

}  // namespace test_quantised

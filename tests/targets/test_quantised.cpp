// Random quantised graphs on other architectures: the outputs are the interpreter's, byte for byte.
#include <fmt/format.h>

#include <cstring>
#include <sstream>

#include "catch.h"
#include "check/exact.h"
#include "networks/output_blocks.h"
#include "package/compile_library.h"
#include "quantised/random_network.h"
#include "targets/evidence.h"
#include "targets/golden_target.h"
#include "weights/quantised_file.h"

using namespace mobilith;
using namespace mobilith::targets;

namespace {

constexpr uint32_t graphs = 16;

struct Drawn {
  std::unique_ptr<Weights> weights;
  Network network;
};

// Nothing: LiteRT refuses the graph.
std::optional<Drawn> drawn(uint32_t seed) {
  file::Graph graph = mobilith::testing::random_quantised_graph(seed);
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

void compare(const std::string& target, const std::string& cpu, Words compiler, const Words& emulator,
             const Words& environment = {}) {
  const TemporaryFolder folder;
  std::string cases;
  std::vector<std::string> expected;
  std::vector<std::string> archives;
  for (uint32_t seed = 1; seed <= graphs; seed++) {
    const std::optional<Drawn> one = drawn(seed);
    if (!one) continue;
    const std::vector<double> image = check::formula_image(one->network);
    const std::string bytes = bytes_of(image, one->network.image_type), name = fmt::format("drawn_{}", seed);
    cases += fmt::format("IMAGE(image_{}", seed);
    for (const char byte : bytes) cases += fmt::format(", {}", static_cast<unsigned char>(byte));
    cases += fmt::format(")\nCASE({}, image_{})\n", name, seed);
    const auto outputs = one->weights->block_outputs(image);
    expected.emplace_back();
    for (const Block* output : output_blocks(one->network)) {
      const auto& numbers = outputs[size_t(output - one->network.blocks.data())];
      expected.back() += hexadecimal(bytes_of(numbers, output->quantised->out));
    }
    LibraryOptions options;
    options.name = name, options.target = target, options.bytes = true, options.bundle_runtime = true,
    options.cache = false;
    if (!cpu.empty()) options.cpus = {cpu};
    archives.push_back(folder / ("lib" + name + ".a"));
    write_text(archives.back(), compile_library(one->network, *one->weights, options).archive);
  }
  REQUIRE(expected.size() >= graphs / 2);
  write_text(folder / "quantised_cases.h", cases);
  compiler = joined(compiler, {"-std=c11", "-O1", MOBILITH_SOURCE "/tests/targets/quantised_runner.c",
                               "-I" + folder.path().string(), "-I" MOBILITH_SOURCE "/runtime/include"});
  for (const std::string& archive : archives) compiler = joined(compiler, {archive});
  const std::string program = folder / "runner";
  const ProcessResult compiled = run_process(joined(compiler, {"-o", program}));
  INFO(compiled.err);
  REQUIRE(compiled.code == 0);
  const ProcessResult run = run_process(joined(emulator, {program}), environment);
  INFO(run.err);
  REQUIRE(run.code == 0);
  std::istringstream lines(run.out);
  for (size_t i = 0; i < expected.size(); i++) {
    std::string line;
    REQUIRE(std::getline(lines, line));
    INFO("graph " << i << " of those that LiteRT takes, for " << target << " " << cpu);
    CHECK(line == expected[i]);
  }
}

}  // namespace

TEST_CASE("AArch64: quantised graphs give the interpreter's bytes", "[aarch64]") {
  Evidence evidence("aarch64-linux-gnu", "qemu-aarch64", "quantised graphs");
  if (!evidence.has("qemu-aarch64", "qemu-user") ||
      !evidence.has("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu libc6-dev-arm64-cross"))
    return;
  // Without dot products, with those of like signs, with those of u8 and i8.
  for (const char* cpu : {"cortex-a72", "neoverse-n1", "neoverse-n2"})
    compare("aarch64-linux-gnu", cpu, {"aarch64-linux-gnu-gcc", "-static"}, {"qemu-aarch64", "-cpu", "max"});
  evidence.passed();
}

TEST_CASE("RISC-V: quantised graphs give the interpreter's bytes", "[riscv64]") {
  Evidence evidence("riscv64-linux-gnu", "qemu-riscv64", "quantised graphs");
  if (!evidence.has("qemu-riscv64", "qemu-user") ||
      !evidence.has("riscv64-linux-gnu-gcc", "gcc-riscv64-linux-gnu libc6-dev-riscv64-cross"))
    return;
  compare("riscv64-linux-gnu", "",
          {"riscv64-linux-gnu-gcc", "-static", MOBILITH_SOURCE "/tests/targets/hwcap_with_vectors.c"},
          {"qemu-riscv64"}, {"QEMU_CPU=rv64,v=true,vext_spec=v1.0,vlen=128"});
  evidence.passed();
}

TEST_CASE("WebAssembly: quantised graphs give the interpreter's bytes", "[node]") {
  Evidence evidence("wasm32-wasi", "Node's WASI", "quantised graphs");
  if (!evidence.has("node", "nodejs, version 20") || !evidence.has("wasm-ld-22", "lld-22") ||
      !evidence.has("clang-22", "clang-22 wasi-libc libclang-rt-22-dev-wasm32"))
    return;
  compare("wasm32-wasi", "", {"clang-22", "--target=wasm32-wasi", "-Wno-deprecated"},
          {"node", "--no-warnings", MOBILITH_SOURCE "/tests/runtime/portable/wasi.mjs"});
  evidence.passed();
}

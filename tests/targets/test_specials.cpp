// NaN in, NaN out, and infinities as in IEEE arithmetic: every kind of block, with one special value in its
// input, on every kind of CPU, against the reference in double.
#include <fmt/format.h>

#include <sstream>

#include "catch.h"
#include "nightly.h"
#include "package/compile_library.h"
#include "reference/narrowed.h"
#include "targets/evidence.h"
#include "targets/golden_target.h"
#include "targets/special_blocks.h"
#include "targets/x86_cpus.h"
#include "weights/rounded_weights.h"

namespace test_specials {

using namespace mobilith;
using namespace mobilith::targets;

namespace {

struct Library {
  SpecialBlock block;
  std::vector<SpecialInput> inputs;
};

// How products are multiplied and weights stored; by day of which blocks, by turns.
struct Arithmetic {
  size_t turn;
  Products products = Products::direct;
  Precision numbers = Precision::f32;
};

// At night each kind of CPU has all blocks. By day it has every second one, and with numbers of 16 bits,
// which are loaded otherwise, no more, every sixth. Even turns and odd ones have all blocks together.
bool has_turn(const Arithmetic& arithmetic, size_t nth) {
  const size_t share = arithmetic.numbers == Precision::f32 ? 2 : 6;
  return testing::nightly() || nth % share == arithmetic.turn % share;
}

ElementType stored_type(Precision numbers) {
  if (numbers == Precision::f32) return ElementType::f32;
  const bool f16 = numbers == Precision::f16_weights || numbers == Precision::f16;
  return f16 ? ElementType::f16 : ElementType::bf16;
}

// What inputs of products are rounded to.
ElementType factors(Precision numbers) {
  const bool rounds = numbers == Precision::f16 || numbers == Precision::bf16;
  return rounds ? stored_type(numbers) : ElementType::f32;
}

reference::Activation expected_of(const Network& network, const Weights& weights, Precision numbers,
                                  const reference::Activation& input) {
  if (factors(numbers) == ElementType::f32) return reference::run_network(network, weights, input, false);
  return reference::run_narrowed(factors(numbers), reference::prepare(network.blocks[0], weights), {&input});
}

// The formula's, as they are stored.
struct StoredWeights {
  StoredWeights(const Network& network, Precision numbers) : exact(open_weights("synthetic")) {
    Network stored = network;
    if (numbers == Precision::bf16) stored.configuration.dtype = "bf16";  // its stem's weights are, too
    if (numbers != Precision::f32)
      rounded = std::make_unique<RoundedWeights>(stored, *exact, stored_type(numbers));
  }
  const Weights& operator*() const { return rounded ? *rounded : *exact; }
  std::unique_ptr<Weights> exact, rounded;
};

Words write_library(const SpecialBlock& block, const std::string& target, const std::string& cpu,
                    const Arithmetic& arithmetic, const std::filesystem::path& folder) {
  LibraryOptions options;
  options.name = block.name;
  options.target = target;
  if (!cpu.empty()) options.cpus = {cpu};
  options.products = arithmetic.products, options.numbers = arithmetic.numbers;
  options.bundle_runtime = true;
  options.cache = false;
  const std::string archive = folder / ("lib" + block.name + ".a");
  write_text(
      archive,
      compile_library(block.network, *StoredWeights(block.network, arithmetic.numbers), options).archive);
  return {archive};
}

// The output without the padding that kernels store beside narrow pixels.
std::vector<float> parse(const std::string& line, const Shape& shape) {
  std::vector<float> stored, dense;
  std::istringstream words(line);
  for (std::string word; words >> word;) {
    const auto bits = uint32_t(std::stoul(word, nullptr, 16));
    float value;
    std::memcpy(&value, &bits, sizeof value);
    stored.push_back(value);
  }
  const size_t stride = stored.size() / (size_t(shape.height) * shape.width);
  for (size_t i = 0; i < stored.size(); i++)
    if (i % stride < size_t(shape.channels)) dense.push_back(stored[i]);
  return dense;
}

void compare(const std::string& target, const std::string& cpu, const Arithmetic& arithmetic, Words compiler,
             const Words& emulator, const Words& environment = {}, const std::string& left_out = "") {
  const TemporaryFolder folder;
  std::vector<Library> libraries;
  std::string models, cases;
  const bool multiplies = factors(arithmetic.numbers) != ElementType::f32;
  size_t number = arithmetic.numbers == Precision::f16_weights ? 2 : 0;
  std::vector<SpecialBlock> blocks = special_blocks();
  if (multiplies)
    for (const SpecialBlock& block : odd_blocks()) blocks.push_back(block);
  for (const SpecialBlock& block : blocks) {
    const size_t nth = number++;
    if (block.name == left_out || (!block.odd && !has_turn(arithmetic, nth))) continue;
    // What pairs of products make of an infinite input is NaN: products/winograd.h.
    std::vector<float> values{NAN};
    if (arithmetic.products == Products::direct && !block.after_relu6)
      values.insert(values.end(), {INFINITY, -INFINITY});
    const Shape& in = block.network.blocks[0].in();
    libraries.push_back({block, special_inputs(in, values)});
    models += fmt::format("MODEL({})\n", block.name);
    for (const SpecialInput& input : libraries.back().inputs) {
      uint32_t bits;
      std::memcpy(&bits, &input.value, sizeof bits);
      cases += fmt::format("CASE({}, {}, {}, {}, {:#x})\n", block.name, in.height * in.width, in.channels,
                           input.element, bits);
    }
  }
  write_text(folder / "special_models.h", models);
  write_text(folder / "special_cases.h", cases);
  compiler = joined(compiler, {"-std=c11", "-O1", MOBILITH_SOURCE "/tests/targets/special_runner.c",
                               "-I" + folder.path().string(), "-I" MOBILITH_SOURCE "/runtime/include"});
  for (const Library& library : libraries)
    compiler = joined(compiler, write_library(library.block, target, cpu, arithmetic, folder.path()));
  const std::string program = folder / "runner";
  const ProcessResult compiled = run_process(joined(compiler, {"-o", program}));
  INFO(compiled.err);
  REQUIRE(compiled.code == 0);
  const ProcessResult run = run_process(joined(emulator, {program}), environment);
  INFO(run.err);
  REQUIRE(run.code == 0);

  std::istringstream lines(run.out);
  for (const Library& library : libraries) {
    const StoredWeights weights(library.block.network, arithmetic.numbers);
    for (const SpecialInput& input : library.inputs) {
      std::string line;
      REQUIRE(std::getline(lines, line));
      const Network& network = library.block.network;
      INFO(library.block.name << " for " << target << " " << cpu << ", "
                              << product_names[size_t(arithmetic.products)] << " products, numbers "
                              << int(arithmetic.numbers) << ", element " << input.element << " "
                              << input.value);
      const auto expected = expected_of(network, *weights, arithmetic.numbers,
                                        special_activation(network.blocks[0].in(), input));
      CHECK(count_wrong(parse(line, expected.shape), expected.values,
                        reference::bound_of(factors(arithmetic.numbers))) == 0);
    }
  }
}

// Both at night, else this one: of four kinds of CPUs, two multiply as the one says, two as the other.
std::vector<Products> products_or(Products one) {
  if (testing::nightly()) return {Products::direct, Products::paired};
  return {one};
}

void check_x86(const std::string& cpu, size_t turn, Products one) {
  Evidence evidence("x86_64-linux-gnu", "run here", "special values for --cpu " + cpu);
  const auto words = words_to_run(cpu);
  if (!words) return evidence.skipped("neither this CPU nor qemu runs " + cpu);
  std::vector<Arithmetic> all;
  for (Products products : products_or(one)) {
    all.push_back({turn, products});
    all.push_back({turn, products, Precision::bf16_weights});
  }
  if (cpu != "x86-64-v2")
    all.push_back({turn, Products::direct, Precision::f16_weights});  // that has no F16C
  if (cpu == "x86-64-v3") all.push_back({turn, Products::direct, Precision::f16});
  for (const Arithmetic& arithmetic : all) compare("x86_64-linux-gnu", cpu, arithmetic, {"cc"}, *words);
  evidence.passed();
}

}  // namespace

TEST_CASE("x86-64-v2: NaN stays NaN, infinities are the reference's", "[v2]") {
  check_x86("x86-64-v2", 0, Products::direct);
}
TEST_CASE("x86-64-v3: NaN stays NaN, infinities are the reference's", "[v3]") {
  check_x86("x86-64-v3", 2, Products::paired);
}
TEST_CASE("x86-64-v4: NaN stays NaN, infinities are the reference's", "[v4]") {
  check_x86("x86-64-v4", 1, Products::direct);
}

TEST_CASE("AArch64: NaN stays NaN, infinities are the reference's", "[aarch64]") {
  Evidence evidence("aarch64-linux-gnu", "qemu-aarch64", "special values");
  if (!evidence.has("qemu-aarch64", "qemu-user") ||
      !evidence.has("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu libc6-dev-arm64-cross"))
    return;
  std::vector<Arithmetic> all{{3, Products::direct, Precision::bf16_weights},
                              {3, Products::direct, Precision::f16_weights}};
  for (Products products : products_or(Products::paired)) all.push_back({3, products});
  for (const Arithmetic& arithmetic : all)
    compare("aarch64-linux-gnu", "", arithmetic, {"aarch64-linux-gnu-gcc", "-static"}, {"qemu-aarch64"});
  evidence.passed();
}

TEST_CASE("AArch64: products of 16 bits are the reference's, of ordinary values and others", "[aarch64_16]") {
  Evidence evidence("aarch64-linux-gnu", "qemu-aarch64", "products of f16 and bf16");
  if (!evidence.has("qemu-aarch64", "qemu-user") ||
      !evidence.has("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu libc6-dev-arm64-cross"))
    return;
  // By conversions, by FMLAL, by BFDOT.
  for (const auto& [turn, cpu, numbers] : {std::tuple{0, "neoverse-n1", Precision::f16},
                                           {4, "neoverse-v1", Precision::f16},
                                           {1, "neoverse-v1", Precision::bf16}})
    compare("aarch64-linux-gnu", cpu, {size_t(turn), Products::direct, numbers},
            {"aarch64-linux-gnu-gcc", "-static"}, {"qemu-aarch64", "-cpu", "max"});
  evidence.passed();
}

TEST_CASE("RISC-V: NaN stays NaN, infinities are the reference's", "[riscv64]") {
  Evidence evidence("riscv64-linux-gnu", "qemu-riscv64", "special values");
  if (!evidence.has("qemu-riscv64", "qemu-user") ||
      !evidence.has("riscv64-linux-gnu-gcc", "gcc-riscv64-linux-gnu libc6-dev-riscv64-cross"))
    return;
  // qemu 7.2 ends with an assertion of its own (decode_save_opc) at any vfcvt.rtz.x.f.v, as a vector sigmoid
  // has.
  for (const Precision numbers : {Precision::f32, Precision::bf16_weights})
    compare("riscv64-linux-gnu", "", {4, Products::direct, numbers},
            {"riscv64-linux-gnu-gcc", "-static", MOBILITH_SOURCE "/tests/targets/hwcap_with_vectors.c"},
            {"qemu-riscv64"}, {"QEMU_CPU=rv64,v=true,vext_spec=v1.0,vlen=128"}, "residual_5x5_sigmoid");
  evidence.passed();
}

TEST_CASE("WebAssembly: NaN stays NaN, infinities are the reference's", "[node]") {
  Evidence evidence("wasm32-wasi", "Node's WASI", "special values");
  if (!evidence.has("node", "nodejs, version 20") || !evidence.has("wasm-ld-22", "lld-22") ||
      !evidence.has("clang-22", "clang-22 wasi-libc libclang-rt-22-dev-wasm32"))
    return;
  for (const Precision numbers : {Precision::f32, Precision::bf16_weights})
    compare("wasm32-wasi", "", {5, Products::direct, numbers},
            {"clang-22", "--target=wasm32-wasi", "-Wno-deprecated"},
            {"node", "--no-warnings", MOBILITH_SOURCE "/tests/runtime/portable/wasi.mjs"});
  evidence.passed();
}

}  // namespace test_specials

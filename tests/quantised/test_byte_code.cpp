// Which instructions multiply bytes in a library's code.
#include "catch.h"
#include "formats/reading.h"
#include "inspect/object_code.h"
#include "package/compile_library.h"
#include "quantised/products_file.h"
#include "weights/quantised_file.h"

namespace mobilith::testing::test_byte_code {

namespace {

// How many instructions of this name have a register of this kind as operand.
int count(const std::vector<inspect::KernelFunction>& code, const std::string& mnemonic,
          const std::string& kind) {
  int found = 0;
  for (const inspect::KernelFunction& function : code)
    for (const inspect::Instruction& one : function.code)
      found +=
          one.mnemonic.find(mnemonic) != std::string::npos && one.operands.find(kind) != std::string::npos;
  return found;
}

// The kernels of a 1x1 convolution from 32 to 16 channels whose weights are all this.
std::vector<inspect::KernelFunction> code_of(const std::string& cpu, int weight) {
  const ProductsFile file{.inputs = 32, .outputs = 16, .result_scale = 1 << 16, .weights = {weight}};
  const auto weights = open_quantised_graph(read(file.bytes()), "code", "code", {}, {});
  Configuration configuration;
  configuration.height = configuration.width = 2;
  LibraryOptions options;
  options.name = "code", options.target = "x86_64-linux-gnu", options.cpus = {cpu}, options.bytes = true,
  options.jobs = 1, options.cache = false;
  const CompiledLibrary library = compile_library(weights->network(configuration), *weights, options);
  const inspect::Disassembler machine(resolve_cpu(cpu, options.target, Products::automatic, /*bytes=*/true));
  return inspect::kernel_functions(library.archive, machine);
}

struct Multiplied {
  const char* cpu;
  int weight;
  const char *mnemonic, *registers;
};

// By that instruction, with those registers, and by no other.
void check(const Multiplied& by) {
  CAPTURE(by.cpu, by.weight);
  const std::string pairs = "vpmaddubsw", words = "vpmaddwd";
  const std::vector<inspect::KernelFunction> code = code_of(by.cpu, by.weight);
  CHECK(count(code, by.mnemonic, by.registers) > 0);
  for (const std::string& other : {std::string("vpdpbusd"), pairs, words})
    // Sums of two in 16 bits become one of 32 bits by the other.
    if (other != by.mnemonic && !(by.mnemonic == pairs && other == words)) CHECK(count(code, other, "") == 0);
  if (by.registers == std::string("ymm")) CHECK(count(code, "", "zmm") == 0);
}

}  // namespace

TEST_CASE("each CPU multiplies bytes by the instruction for most of them that it has") {
  for (const Multiplied& by : {Multiplied{"znver4", 127, "vpdpbusd", "zmm"},
                               {"znver4", 63, "vpdpbusd", "zmm"},      // whatever the weights
                               {"alderlake", 127, "vpdpbusd", "ymm"},  // AVX-VNNI: codegen/split_wide_calls.h
                               {"haswell", 127, "vpmaddwd", "ymm"},
                               {"haswell", 63, "vpmaddubsw", "ymm"}})
    check(by);
}

}  // namespace mobilith::testing::test_byte_code

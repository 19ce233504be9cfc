// The loop that a core's peak is measured with, compiled for CPUs that need not be here.
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Verifier.h>
#include <sys/resource.h>

#include <map>
#include <regex>

#include "bench/peak_loop.h"
#include "catch.h"
#include "codegen/emit.h"
#include "codegen/optimise.h"
#include "inspect/named_code.h"
#include "inspect/object_code.h"

namespace test_peak_loop {

using namespace mobilith;

namespace {

// Page faults of all children that ended.
int64_t faults_of_children() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  return int64_t{usage.ru_minflt};
}

// A child takes the library apart as this process does, and finds the same damage.
void expect_same_apart(const std::string& library, const inspect::Disassembler& machine) {
  const auto here = inspect::kernel_functions(library, machine);
  const int64_t before = faults_of_children();
  const auto apart = inspect::kernel_functions_apart(library, machine, -1, "");
  CHECK(faults_of_children() > before);
  REQUIRE(apart.size() == here.size());
  for (size_t i = 0; i < here.size(); i++) {
    CHECK(apart[i].symbol == here[i].symbol);
    CHECK(inspect::same_code(apart[i].code, here[i].code));
    CHECK(apart[i].lines.size() == apart[i].code.size());
  }
  CHECK_THROWS_WITH(inspect::kernel_functions_apart(library, machine, 5, ""), "holds no kernels");
  const std::string cut = library.substr(0, library.size() / 2);
  std::string said;
  try {
    inspect::kernel_functions(cut, machine);
  } catch (const inspect::InspectError& error) {
    said = error.what();
  }
  CHECK(!said.empty());
  CHECK_THROWS_WITH(inspect::kernel_functions_apart(cut, machine, -1, ""), said);
}

// How often each instruction is in the loop for a CPU.
std::map<std::string, int> instructions(const char* cpu, int bits, PeakProducts products) {
  const CpuTarget target =
      resolve_cpu(cpu, "", Products::automatic, /*bytes=*/products != PeakProducts::floats,
                  products == PeakProducts::brain_pairs ? Precision::bf16 : Precision::f32);
  const std::unique_ptr<llvm::TargetMachine> machine = target_machine(target);
  llvm::LLVMContext context;
  const auto module = peak_loop(context, machine->getTargetTriple(), machine->getTargetCPU().str(),
                                machine->getTargetFeatureString().str(), bits, products);
  module->setDataLayout(machine->createDataLayout());
  module->getFunction("peak")->setName("k0");  // as a kernel is called
  REQUIRE(!llvm::verifyModule(*module));
  optimise(*module, *machine);
  const std::string library = archive({{"peak.o", emit_object(*module, *machine)}}, *target.platform);
  std::map<std::string, int> found;
  const inspect::Disassembler machine_code(target);
  for (const inspect::KernelFunction& function : inspect::kernel_functions(library, machine_code))
    for (const inspect::Instruction& instruction : function.code) found[instruction.mnemonic]++;
  expect_same_apart(library, machine_code);
  return found;
}

}  // namespace

TEST_CASE("the peak is that of the instruction that kernels have, in chains that nothing else holds up") {
  struct Case {
    const char* cpu;
    int bits;
    PeakProducts products;
    const char* mnemonic;
    const char* and_adds = nullptr;  // where the product is an instruction of its own
  };
  const Case cases[] = {
      {"znver4", 512, PeakProducts::floats, "^vfmadd"},
      {"znver4", 512, PeakProducts::brain_pairs, "vdpbf16ps"},
      {"znver4", 256, PeakProducts::brain_pairs, "vdpbf16ps"},
      {"znver4", 512, PeakProducts::byte_fours, "vpdpbusd"},
      {"znver3", 256, PeakProducts::byte_pairs, "^vpmaddwd", "vpaddd"},
      {"neoverse-v1", 128, PeakProducts::floats, "^fmla"},
      {"neoverse-v1", 128, PeakProducts::brain_pairs, "^bfdot"},
      {"neoverse-v1", 128, PeakProducts::byte_fours, "^sdot"},
      {"cortex-a72", 128, PeakProducts::bytes, "^(mla|mul)$"},
      {"generic-rv64", 128, PeakProducts::floats, "^vfm"},
  };
  for (const Case& c : cases) {
    INFO(c.cpu << " " << c.bits << " " << c.mnemonic);
    int products = 0, sums = 0;
    for (const auto& [mnemonic, count] : instructions(c.cpu, c.bits, c.products)) {
      if (std::regex_search(mnemonic, std::regex(c.mnemonic))) products += count;
      if (c.and_adds && mnemonic == c.and_adds) sums += count;
    }
    CHECK(products == peak_chains * peak_unroll);
    if (c.and_adds) CHECK(sums == peak_chains * peak_unroll);
  }
}

TEST_CASE("products of a lane at once") {
  CHECK(products_in_a_lane(PeakProducts::floats) == 1);
  CHECK(products_in_a_lane(PeakProducts::brain_pairs) == 2);
  CHECK(products_in_a_lane(products_of_bytes(4)) == 4);
  CHECK(products_in_a_lane(products_of_bytes(2)) == 2);
  CHECK(products_in_a_lane(products_of_bytes(1)) == 1);
  CHECK(products_of_floats(true) == PeakProducts::brain_pairs);
  CHECK(products_of_floats(false) == PeakProducts::floats);
}

}  // namespace test_peak_loop

// Kernels closed one by one, and linked.
#include <llvm/IR/LLVMContext.h>

#include <set>

#include "catch.h"
#include "codegen/close_kernel.h"
#include "codegen/emit.h"
#include "codegen/halide_bitcode.h"
#include "codegen/kernel_cache.h"
#include "codegen/link_kernels.h"
#include "process/files.h"
#include "process/scratch.h"
#include "schedules/kernel_types.h"
#include "schedules/normalise.h"
#include "schedules/separable.h"
#include "targets/errors.h"

namespace test_close_kernel {

using namespace mobilith;

namespace {

const CpuTarget& target() {
  static const CpuTarget found = resolve_cpu("znver3", "", Products::automatic, false, Precision::f32);
  return found;
}

PlannedKernel kernel_for(const CpuTarget& target) {
  const SeparableShape shape{{56, 56, 56, 56, 1, 1, 1}, 128, 1, 128};
  return {"kernel", "separable", shape, default_schedule(shape, target.machine), ""};
}

// Of a separable block whose depthwise result has a place in the scratch.
const std::string& from_halide() {
  static const std::string bitcode = [] {
    const Scratch scratch;
    write_bitcode(kernel_for(target()), target(), scratch / "kernel.bc");
    return read_bytes(scratch / "kernel.bc").value();
  }();
  return bitcode;
}

std::set<std::string> imports(const llvm::Module& module) {
  std::set<std::string> names;
  for (const llvm::Function& function : module)
    if (function.isDeclaration() && !function.isIntrinsic()) names.insert(function.getName().str());
  return names;
}

struct Library {
  llvm::LLVMContext context;
  llvm::Module module{"library", context};
  Library() {
    const std::unique_ptr<llvm::TargetMachine> machine = target_machine(target());
    module.setDataLayout(machine->createDataLayout());
    module.setTargetTriple(machine->getTargetTriple());
  }
};

}  // namespace

TEST_CASE("a closed kernel has one name that others see, and wants nothing but memory functions") {
  llvm::LLVMContext context;
  CHECK(imports(*read_kernel(context, from_halide())).count("halide_do_par_for") == 1);
  const std::unique_ptr<llvm::Module> closed = read_kernel(context, close_kernel(from_halide(), target()));
  for (const std::string& name : imports(*closed))
    CHECK(std::set<std::string>{"memcpy", "memset", "memmove"}.count(name) == 1);
  for (const llvm::GlobalValue& value : closed->global_values())
    if (!value.isDeclaration()) CHECK(value.hasExternalLinkage() == (value.getName() == entry_symbol));
  REQUIRE(closed->getFunction(entry_symbol));
  CHECK(closed->getFunction(entry_symbol)->getFnAttribute("target-features").getValueAsString() ==
        target().features);
}

TEST_CASE("a library knows of each kernel what scratch it needs, optimised or not; names differ") {
  llvm::LLVMContext context;
  const KernelFacts before = kernel_facts(*closed_kernel(context, from_halide(), target()));
  const std::string closed = close_kernel(from_halide(), target());
  const KernelFacts facts = kernel_facts(*read_kernel(context, closed));
  CHECK(facts.task_bytes > 0);
  CHECK(before.task_bytes == facts.task_bytes);
  CHECK(before.kernel_bytes == facts.kernel_bytes);
  const int operands = static_cast<int>(facts.operands);

  Library library;
  const LinkedKernels linked =
      link_kernels(library.module, {closed, closed}, {operands, operands}, "znver3.");
  REQUIRE(linked.entries.size() == 2);
  CHECK(linked.entries[1]->getName() == "znver3.k1");
  CHECK(linked.entries[1]->hasInternalLinkage());
  CHECK(library.module.getFunction("znver3.k1.0"));
  CHECK(linked.worker_bytes == facts.task_bytes);
  CHECK(linked.scratch_bytes == facts.kernel_bytes + facts.task_bytes);
  CHECK(library.module.named_metadata_empty());
}

TEST_CASE("a softmax's rounding, which Halide writes for x86, is LLVM's own in RISC-V's code") {
  for (const char* cpu : {"generic-rv64", "spacemit-x60", "sifive-x280"}) {
    INFO(cpu);
    const CpuTarget riscv = resolve_cpu(cpu, "", Products::automatic, false, Precision::f32);
    const NormaliseShape shape{1000};
    const Scratch scratch;
    write_bitcode({"kernel", "normalise", shape, default_schedule(shape, riscv.machine), ""}, riscv,
                  scratch / "kernel.bc");
    llvm::LLVMContext context;
    const std::unique_ptr<llvm::Module> closed =
        read_kernel(context, close_kernel(read_bytes(scratch / "kernel.bc").value(), riscv));
    int floors = 0;
    for (const llvm::Function& function : *closed) {
      CHECK(!function.getName().starts_with("llvm.x86."));
      floors += function.getName().starts_with("llvm.floor.");
    }
    CHECK(floors > 0);
  }
}

TEST_CASE("each CPU has kernels of its own in the cache, also where Halide is told the same") {
  auto cpu = [](const char* name) {
    return resolve_cpu(name, "", Products::automatic, false, Precision::f32);
  };
  const CpuTarget level = cpu("x86-64-v4"), server = cpu("skylake-avx512");
  CHECK(kernel_key(kernel_for(level), level) != kernel_key(kernel_for(level), server));
  CpuTarget other = level;
  other.features += ",+vaes";
  CHECK(kernel_key(kernel_for(level), level) != kernel_key(kernel_for(level), other));
  CHECK(kernel_key(kernel_for(level), level) == kernel_key(kernel_for(level), cpu("x86-64-v4")));
}

TEST_CASE("what is not closed, no bitcode, or made for other operands is not linked") {
  Library library;
  CHECK_THROWS_WITH(link_kernels(library.module, {from_halide()}, {5}, ""),
                    "a kernel's bitcode lacks its facts");
  CHECK_THROWS_WITH(link_kernels(library.module, {"no bitcode"}, {5}, ""),
                    Catch::Contains("can't read a kernel's bitcode"));
  CHECK_THROWS_WITH(link_kernels(library.module, {close_kernel(from_halide(), target())}, {50}, ""),
                    Catch::Contains("k0: ") && Catch::Contains("operands where 50 were planned"));
}

}  // namespace test_close_kernel

// Kernels that multiply bf16 as LLVM gets them: what rounds is an instruction, and what is to come is asked
// for.
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/LLVMContext.h>

#include "catch.h"
#include "codegen/close_kernel.h"
#include "codegen/halide_bitcode.h"
#include "process/files.h"
#include "process/scratch.h"
#include "schedules/kernel_types.h"
#include "schedules/separable.h"
#include "schedules/stem.h"

namespace test_dots_code {

using namespace mobilith;

namespace {

struct DotsCode {
  int roundings = 0;  // floats to bf16 by an instruction
  int cuts = 0;       // vectors of 32 bits cut to 16
  int widenings = 0;  // vectors of 16 bits made 32
  int prefetches = 0, into_l1 = 0;
};

template <typename BlockShape>
DotsCode code_of(const BlockShape& shape, const CpuTarget& target, const char* type = "separable") {
  const nlohmann::json text = shape, schedule = default_schedule(shape, target.machine);
  const Scratch scratch;
  const std::filesystem::path file = scratch / "kernel.bc";
  write_bitcode({"kernel", type, text, schedule, ""}, target, file);
  llvm::LLVMContext context;
  const std::unique_ptr<llvm::Module> module = closed_kernel(context, *read_bytes(file), target);
  DotsCode code;
  for (llvm::Function& function : *module)
    for (const llvm::Instruction& instruction : llvm::instructions(function)) {
      const llvm::Type* type = instruction.getType()->getScalarType();
      code.roundings += llvm::isa<llvm::FPTruncInst>(instruction) && type->isBFloatTy();
      code.cuts += llvm::isa<llvm::TruncInst>(instruction) && instruction.getType()->isVectorTy() &&
                   type->isIntegerTy(16);
      code.widenings += llvm::isa<llvm::ZExtInst>(instruction) && instruction.getType()->isVectorTy();
      const auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
      if (!call || call->getIntrinsicID() != llvm::Intrinsic::prefetch) continue;
      code.prefetches++;
      code.into_l1 += llvm::cast<llvm::ConstantInt>(call->getArgOperand(2))->getZExtValue() == 3;
    }
  return code;
}

SeparableShape block(int side, int in, int out) { return {{side, side, side, side, 1, 1, 1}, in, 1, out}; }

CpuTarget of_numbers(const char* cpu, Precision numbers) {
  return resolve_cpu(cpu, "", Products::automatic, /*bytes=*/false, numbers);
}

}  // namespace

TEST_CASE("depthwise results become bf16 by the instruction that rounds") {
  for (const char* cpu : {"znver4", "neoverse-v1"}) {
    INFO(cpu);
    const DotsCode code = code_of(block(14, 64, 64), of_numbers(cpu, Precision::bf16));
    CHECK(code.roundings > 0);
    CHECK(code.cuts == 0);
  }
  CHECK(code_of(block(14, 64, 64), of_numbers("znver4", Precision::f32)).roundings == 0);
}

TEST_CASE("a stem rounds the image by that instruction, and makes floats of none of it") {
  StemShape stem;
  stem.window = {160, 160, 80, 80, 2, 0, 0}, stem.in_channels = 3, stem.out_channels = 16;
  const DotsCode code = code_of(stem, of_numbers("znver4", Precision::bf16), "stem");
  CHECK(code.roundings > 0);
  CHECK(code.cuts == 0);
  CHECK(code.widenings == 0);
}

TEST_CASE("kernels for x86 ask for lines of large images, and for AVX-512 for the next kernel's weights") {
  for (const Precision precision : {Precision::bf16, Precision::f32}) {
    const CpuTarget znver4 = of_numbers("znver4", precision);
    const int small = code_of(block(14, 64, 64), znver4).prefetches;
    CHECK(small > 0);
    CHECK(code_of(block(112, 32, 64), znver4).prefetches > small);
    CHECK(code_of(block(14, 64, 64), of_numbers("neoverse-v1", precision)).prefetches == 0);
  }
  const CpuTarget znver3 = of_numbers("znver3", Precision::f32);
  CHECK(code_of(block(14, 64, 64), znver3).prefetches == 0);
  CHECK(code_of(block(112, 32, 64), znver3).prefetches > 0);
}

TEST_CASE("what many steps ask for again goes to L1 in code for AVX2; what is written does not") {
  const CpuTarget znver3 = of_numbers("znver3", Precision::f32),
                  znver4 = of_numbers("znver4", Precision::f32);
  // Sixteen steps and more ask for each line of the next tile's weights.
  const DotsCode weights = code_of(block(14, 512, 512), znver3);
  CHECK(weights.into_l1 > 0);
  CHECK(weights.into_l1 == weights.prefetches);
  // Rows of the image, and its outputs beside them.
  const DotsCode image = code_of(block(112, 32, 64), znver3);
  CHECK(image.into_l1 > 0);
  CHECK(image.into_l1 < image.prefetches);
  CHECK(code_of(block(14, 512, 512), znver4).into_l1 == 0);
}

TEST_CASE("strips of dots stay in L1 where all of the image's result would fill L2") {
  const Machine bf16 = of_numbers("znver4", Precision::bf16).machine,
                f32 = of_numbers("znver4", Precision::f32).machine;
  CHECK(default_schedule(block(14, 512, 512), bf16).strip == 1);
  CHECK(default_schedule(block(10, 256, 256), bf16).strip == 10);
  CHECK(default_schedule(block(14, 512, 512), f32).strip == 14);
}

TEST_CASE("tiles of dots broadcast little, and are small where a pixel has few pairs") {
  const Machine machine = of_numbers("znver4", Precision::bf16).machine;
  const auto chosen = [&](int in, int pixels, int vectors) {
    const Tile tile =
        choose_tile(machine, matrix_of(in, 1, 16 * vectors, /*direct=*/false, machine), pixels, vectors);
    return std::pair(tile.pixels, tile.vectors);
  };
  CHECK(chosen(32, 40, 4) == std::pair(4, 4));
  CHECK(chosen(512, 14, 32) == std::pair(14, 2));
  CHECK(chosen(512, 7, 64) == std::pair(7, 2));
}

}  // namespace test_dots_code

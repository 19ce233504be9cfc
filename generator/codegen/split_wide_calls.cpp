#include "codegen/split_wide_calls.h"

#include <fmt/format.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Intrinsics.h>
#include <llvm/IR/IntrinsicsX86.h>
#include <llvm/IR/Module.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "targets/errors.h"

namespace mobilith {

namespace {

using llvm::CallInst;
using llvm::Function;
using llvm::Value;
using namespace llvm::Intrinsic;

// Of instructions whose every 128 bits are computed by themselves.
struct Halves {
  ID wide, half;
};

constexpr Halves halves[] = {
    {x86_avx512_vpdpbusd_512, x86_avx512_vpdpbusd_256}, {x86_avx512_vpdpbusds_512, x86_avx512_vpdpbusds_256},
    {x86_avx512_vpdpwssd_512, x86_avx512_vpdpwssd_256}, {x86_avx512_vpdpwssds_512, x86_avx512_vpdpwssds_256},
    {x86_avx512_pmaddw_d_512, x86_avx2_pmadd_wd},       {x86_avx512_pmaddubs_w_512, x86_avx2_pmadd_ub_sw},
    {x86_avx512_pmul_hr_sw_512, x86_avx2_pmul_hr_sw},   {x86_avx512_pmulh_w_512, x86_avx2_pmulh_w},
    {x86_avx512_pmulhu_w_512, x86_avx2_pmulhu_w},       {x86_avx512_packssdw_512, x86_avx2_packssdw},
    {x86_avx512_packsswb_512, x86_avx2_packsswb},       {x86_avx512_packusdw_512, x86_avx2_packusdw},
    {x86_avx512_packuswb_512, x86_avx2_packuswb}};

// AVX-VNNI's own, under the names of AVX-512's.
constexpr ID own[] = {x86_avx512_vpdpbusd_128,  x86_avx512_vpdpbusd_256, x86_avx512_vpdpbusds_128,
                      x86_avx512_vpdpbusds_256, x86_avx512_vpdpwssd_128, x86_avx512_vpdpwssd_256,
                      x86_avx512_vpdpwssds_128, x86_avx512_vpdpwssds_256};

unsigned lanes_of(const Value* vector) {
  return llvm::cast<llvm::FixedVectorType>(vector->getType())->getNumElements();
}

// Half 0 or 1 of the vector, as that type of the same bits.
Value* half_of(llvm::IRBuilder<>& b, Value* vector, unsigned half, llvm::Type* type) {
  std::vector<int> mask(lanes_of(vector) / 2);
  std::iota(mask.begin(), mask.end(), static_cast<int>(half * mask.size()));
  return b.CreateBitCast(b.CreateShuffleVector(vector, mask), type);
}

void split(CallInst& call, Function& half) {
  llvm::IRBuilder<> b(&call);
  Value* results[2];
  for (unsigned i = 0; i < 2; i++) {
    std::vector<Value*> arguments;
    for (unsigned a = 0; a < call.arg_size(); a++)
      arguments.push_back(half_of(b, call.getArgOperand(a), i, half.getFunctionType()->getParamType(a)));
    results[i] = b.CreateCall(&half, arguments);
  }
  std::vector<int> all(2 * lanes_of(results[0]));
  std::iota(all.begin(), all.end(), 0);
  call.replaceAllUsesWith(
      b.CreateBitCast(b.CreateShuffleVector(results[0], results[1], all), call.getType()));
  call.eraseFromParent();
}

}  // namespace

void split_wide_calls(llvm::Module& module, const CpuTarget& target) {
  if (target.features.find("+avxvnni") == std::string::npos ||
      target.features.find("+avx512") != std::string::npos)
    return;
  std::vector<Function*> declared;
  for (Function& function : module)
    if (function.getName().starts_with("llvm.x86.avx512") && !function.use_empty())
      declared.push_back(&function);
  for (Function* wide : declared) {
    const ID id = wide->getIntrinsicID();
    if (std::find(std::begin(own), std::end(own), id) != std::end(own)) continue;
    const auto* row = std::find_if(std::begin(halves), std::end(halves),
                                   [&](const Halves& each) { return each.wide == id; });
    if (row == std::end(halves))
      throw CodegenError(fmt::format("a kernel for {} calls {}", target.cpu, wide->getName().str()));
    Function* half = llvm::Intrinsic::getOrInsertDeclaration(&module, row->half);
    const std::vector<llvm::User*> users(wide->user_begin(), wide->user_end());
    for (llvm::User* user : users) split(*llvm::cast<CallInst>(user), *half);
  }
}

}  // namespace mobilith

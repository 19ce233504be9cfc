#include "codegen/hooks.h"

#include <fmt/format.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <vector>

#include "layout/instructions.h"
#include "mobilith_abi.h"
#include "targets/errors.h"

namespace mobilith {

namespace {

using llvm::CallInst;
using llvm::IRBuilder;
using llvm::Value;

std::vector<CallInst*> calls_of(llvm::Module& module, llvm::StringRef name) {
  std::vector<CallInst*> calls;
  if (llvm::Function* function = module.getFunction(name))
    for (llvm::User* user : function->users())
      if (auto* call = llvm::dyn_cast<CallInst>(user); call && call->getCalledFunction() == function)
        calls.push_back(call);
  // Users are listed in no order that we would like to depend on: the places in scratch follow the order of
  // the code.
  std::vector<CallInst*> ordered;
  for (llvm::Function& function : module)
    for (llvm::BasicBlock& block : function)
      for (llvm::Instruction& instruction : block)
        if (auto* call = llvm::dyn_cast<CallInst>(&instruction);
            call && std::find(calls.begin(), calls.end(), call) != calls.end())
          ordered.push_back(call);
  return ordered;
}

// The fields of mobilith_worker, all of them pointers.
enum class Field { parallel, scratch_top, scratch_end };
static_assert(offsetof(mobilith_worker, parallel) == 0 &&
              offsetof(mobilith_worker, scratch_top) == sizeof(void*) &&
              offsetof(mobilith_worker, scratch_end) == 2 * sizeof(void*));

Value* load_field(IRBuilder<>& builder, Value* worker, Field field) {
  return builder.CreateLoad(
      builder.getPtrTy(),
      builder.CreateConstInBoundsGEP1_64(builder.getPtrTy(), worker, static_cast<uint64_t>(field)));
}

void replace(CallInst* call, Value* value) {
  if (value) call->replaceAllUsesWith(value);
  call->eraseFromParent();
}

// Every allocation has a constant size, so each gets a place of its own: no state, nothing to release, and
// any order of releases (Halide frees after the last use, not in reverse order) is right. A kernel's function
// and its tasks run at the same time on worker 0: the one counts from the end of the scratch, the other from
// its start.
ScratchUse place_allocations(llvm::Module& module, const llvm::Function& kernel) {
  ScratchUse use;
  std::vector<std::pair<CallInst*, int64_t>> of_kernel;
  std::map<const llvm::Function*, int64_t> of_task;
  for (CallInst* call : calls_of(module, "halide_malloc")) {
    const auto* size = llvm::dyn_cast<llvm::ConstantInt>(call->getArgOperand(1));
    if (!size)
      throw CodegenError(fmt::format("{}: an allocation without a constant size", kernel.getName().str()));
    const int64_t bytes = (size->getSExtValue() + 63) / 64 * 64;
    if (call->getFunction() == &kernel) {
      use.kernel += bytes;
      of_kernel.emplace_back(call, use.kernel);
      continue;
    }
    int64_t& top = of_task[call->getFunction()];
    IRBuilder<> builder(call);
    Value* begin = load_field(builder, call->getArgOperand(0), Field::scratch_top);
    replace(call, builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), begin, top));
    top += bytes;
    use.task = std::max(use.task, top);
  }
  for (auto [call, from_end] : of_kernel) {
    IRBuilder<> builder(call);
    Value* end = load_field(builder, call->getArgOperand(0), Field::scratch_end);
    replace(call, builder.CreateGEP(builder.getInt8Ty(), end, builder.getInt64(-from_end)));
  }
  for (CallInst* call : calls_of(module, "halide_free")) replace(call, nullptr);
  return use;
}

void forward_parallel_loops(llvm::Module& module) {
  for (CallInst* call : calls_of(module, "halide_do_par_for")) {
    IRBuilder<> builder(call);
    Value* parallel = load_field(builder, call->getArgOperand(0), Field::parallel);
    const std::vector<Value*> arguments(call->arg_begin(), call->arg_end());
    replace(call, builder.CreateCall(call->getFunctionType(), parallel, arguments));
  }
}

constexpr unsigned into_l1 = 3, into_l2 = 2;  // LLVM's locality

void prefetch_into_l1(llvm::Module& module) {
  for (CallInst* call : calls_of(module, instructions::prefetch_l1)) {
    IRBuilder<> builder(call);
    Value* address = builder.CreateGEP(builder.getInt8Ty(), call->getArgOperand(0), call->getArgOperand(1));
    constexpr unsigned to_read = 0, data = 1;
    builder.CreateIntrinsic(
        llvm::Intrinsic::prefetch, {address->getType()},
        {address, builder.getInt32(to_read), builder.getInt32(into_l1), builder.getInt32(data)});
    replace(call, builder.getInt32(0));
  }
}

// Halide asks for lines "not to be used again", past L2; what schedules ask for are weights for the next
// loop: into L2.
void prefetch_into_l2(llvm::Module& module) {
  for (llvm::Function& function : module)
    for (llvm::BasicBlock& block : function)
      for (llvm::Instruction& instruction : block)
        if (auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
            call && call->getIntrinsicID() == llvm::Intrinsic::prefetch) {
          llvm::Type* type = call->getArgOperand(1)->getType();
          call->setArgOperand(1, llvm::ConstantInt::get(type, 0));  // to read
          call->setArgOperand(2, llvm::ConstantInt::get(type, into_l2));
        }
}

}  // namespace

ScratchUse resolve_hooks(llvm::Module& module, llvm::Function& kernel) {
  const ScratchUse use = place_allocations(module, kernel);
  forward_parallel_loops(module);
  prefetch_into_l2(module);
  prefetch_into_l1(module);
  return use;
}

}  // namespace mobilith

#include "bench/peak.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Intrinsics.h>
#include <llvm/IR/IntrinsicsX86.h>
#include <llvm/IR/Module.h>
#include <llvm/TargetParser/Host.h>

#include <algorithm>
#include <chrono>

#include "bench/jit.h"
#include "bench/loaded_library.h"

namespace mobilith {

namespace {

// Two units with a latency of 4 (5 on some CPUs) need 8 to 10 chains; 12 fit 16 registers with the two
// operands.
constexpr int chains = 12, unroll = 4;
constexpr int64_t iterations = 2500;

// The widths' instructions: 128, 256, 512 bits.
llvm::Intrinsic::ID of_width(int bits, const llvm::Intrinsic::ID (&ids)[3]) {
  return ids[bits == 512 ? 2 : bits == 256 ? 1 : 0];
}

// The instruction's result as `like`, its operands from vectors of any element type.
llvm::Value* call(llvm::IRBuilder<>& b, llvm::Module& module, llvm::Intrinsic::ID id,
                  std::vector<llvm::Value*> operands, llvm::Type* like) {
  llvm::Function* instruction = llvm::Intrinsic::getOrInsertDeclaration(&module, id);
  for (size_t i = 0; i < operands.size(); i++)
    operands[i] =
        b.CreateBitCast(operands[i], instruction->getFunctionType()->getParamType(static_cast<unsigned>(i)));
  return b.CreateBitCast(b.CreateCall(instruction, operands), like);
}

// value + products of value and factor, or of two constants where the sum alone makes the chain.
llvm::Value* multiply_add(llvm::IRBuilder<>& b, llvm::Module& module, int byte_group, int bits,
                          llvm::Value* value, llvm::Value* scale, llvm::Value* step) {
  namespace id = llvm::Intrinsic;
  llvm::Type* type = value->getType();
  constexpr id::ID fours[] = {id::x86_avx512_vpdpbusd_128, id::x86_avx512_vpdpbusd_256,
                              id::x86_avx512_vpdpbusd_512};
  constexpr id::ID pairs[] = {id::x86_sse2_pmadd_wd, id::x86_avx2_pmadd_wd, id::x86_avx512_pmaddw_d_512};
  switch (byte_group) {
    case 0:
      return b.CreateIntrinsic(id::fma, {type}, {value, scale, step});
    case 4:
      return call(b, module, of_width(bits, fours), {value, scale, step}, type);
    case 2:
      return b.CreateAdd(call(b, module, of_width(bits, pairs), {value, scale}, type), value);
    default:
      return b.CreateAdd(b.CreateMul(value, scale), step);
  }
}

// void peak(void *out, int64 n): chains of multiply-adds, kept from being folded by stores of the results.
std::unique_ptr<llvm::Module> build(llvm::LLVMContext& context, int vector_bits, int byte_group) {
  auto module = std::make_unique<llvm::Module>("peak", context);
  llvm::IRBuilder<> b(context);
  llvm::Type* element = byte_group == 0 ? b.getFloatTy() : static_cast<llvm::Type*>(b.getInt32Ty());
  auto* vector = llvm::FixedVectorType::get(element, vector_bits / 32);
  auto* function =
      llvm::Function::Create(llvm::FunctionType::get(b.getVoidTy(), {b.getPtrTy(), b.getInt64Ty()}, false),
                             llvm::Function::ExternalLinkage, "peak", *module);
  std::string features;
  for (const auto& feature : llvm::sys::getHostCPUFeatures())
    features +=
        (features.empty() ? "" : ",") + std::string(feature.second ? "+" : "-") + feature.first().str();
  function->addFnAttr("target-cpu", llvm::sys::getHostCPUName());
  function->addFnAttr("target-features", features);
  function->addFnAttr("prefer-vector-width", std::to_string(vector_bits));
  function->addFnAttr("min-legal-vector-width", std::to_string(vector_bits));

  auto* entry = llvm::BasicBlock::Create(context, "entry", function);
  auto* loop = llvm::BasicBlock::Create(context, "loop", function);
  auto* done = llvm::BasicBlock::Create(context, "done", function);
  b.SetInsertPoint(entry);
  llvm::Value *scale = b.CreateLoad(vector, function->getArg(0)),
              *step = b.CreateLoad(vector, function->getArg(0));
  b.CreateBr(loop);
  b.SetInsertPoint(loop);
  llvm::PHINode* i = b.CreatePHI(b.getInt64Ty(), 2);
  i->addIncoming(b.getInt64(0), entry);
  std::vector<llvm::PHINode*> starts;
  std::vector<llvm::Value*> values;
  for (int chain = 0; chain < chains; chain++) {
    starts.push_back(b.CreatePHI(vector, 2));
    starts.back()->addIncoming(byte_group == 0 ? llvm::ConstantFP::get(vector, 0.125 * (chain + 1))
                                               : llvm::ConstantInt::get(vector, uint64_t(chain + 1)),
                               entry);
    values.push_back(starts.back());
  }
  for (int u = 0; u < unroll; u++)
    for (llvm::Value*& value : values)
      value = multiply_add(b, *module, byte_group, vector_bits, value, scale, step);
  llvm::Value* next = b.CreateAdd(i, b.getInt64(1));
  i->addIncoming(next, loop);
  for (int chain = 0; chain < chains; chain++) starts[chain]->addIncoming(values[chain], loop);
  b.CreateCondBr(b.CreateICmpULT(next, function->getArg(1)), loop, done);
  b.SetInsertPoint(done);
  llvm::Value* sum = values[0];
  for (int chain = 1; chain < chains; chain++)
    sum = byte_group == 0 ? b.CreateFAdd(sum, values[chain]) : b.CreateXor(sum, values[chain]);
  b.CreateAlignedStore(sum, function->getArg(0), llvm::Align(4));
  b.CreateRetVoid();
  return module;
}

}  // namespace

struct PeakMeter::Impl {
  std::unique_ptr<llvm::orc::LLJIT> jit = make_jit();
  void (*run)(float*, int64_t) = nullptr;
  int products = 0;  // of one instruction
  alignas(64) float values[16] = {};
};

PeakMeter::PeakMeter(int vector_bits, int byte_group) : impl_(std::make_unique<Impl>()) {
  impl_->products = vector_bits / 32 * std::max(byte_group, 1);
  auto context = std::make_unique<llvm::LLVMContext>();
  auto module = build(*context, vector_bits, byte_group);
  if (auto error =
          impl_->jit->addIRModule(llvm::orc::ThreadSafeModule(std::move(module), std::move(context))))
    throw LoadError("can't compile the peak loop: " + llvm::toString(std::move(error)));
  auto symbol = impl_->jit->lookup("peak");
  if (!symbol) throw LoadError("can't compile the peak loop: " + llvm::toString(symbol.takeError()));
  impl_->run = symbol->toPtr<void (*)(float*, int64_t)>();
}

PeakMeter::~PeakMeter() = default;

double PeakMeter::flops_per_burst() const {
  return 2.0 * chains * unroll * static_cast<double>(iterations) * impl_->products;
}

double PeakMeter::burst() {
  using Clock = std::chrono::steady_clock;
  for (float& value : impl_->values) value = 0.5f;  // converges to 1: never a denormal, never infinite
  const Clock::time_point start = Clock::now();
  impl_->run(impl_->values, iterations);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return flops_per_burst() / seconds / 1e9;
}

}  // namespace mobilith

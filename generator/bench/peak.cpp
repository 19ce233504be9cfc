#include "bench/peak.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Intrinsics.h>
#include <llvm/IR/Module.h>
#include <llvm/TargetParser/Host.h>

#include <chrono>

#include "bench/jit.h"
#include "bench/loaded_library.h"

namespace mobilith {

namespace {

// Two units with a latency of 4 (5 on some CPUs) need 8 to 10 chains; 12 fit 16 registers with the two
// operands.
constexpr int chains = 12, unroll = 4;
constexpr int64_t iterations = 2500;

// float peak(float *out): chains of x = x * a + b, kept from being folded by stores of the results.
std::unique_ptr<llvm::Module> build(llvm::LLVMContext& context, int vector_bits) {
  auto module = std::make_unique<llvm::Module>("peak", context);
  llvm::IRBuilder<> b(context);
  auto* vector = llvm::FixedVectorType::get(b.getFloatTy(), vector_bits / 32);
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
    starts.back()->addIncoming(llvm::ConstantFP::get(vector, 0.125 * (chain + 1)), entry);
    values.push_back(starts.back());
  }
  for (int u = 0; u < unroll; u++)
    for (llvm::Value*& value : values)
      value = b.CreateIntrinsic(llvm::Intrinsic::fma, {vector}, {value, scale, step});
  llvm::Value* next = b.CreateAdd(i, b.getInt64(1));
  i->addIncoming(next, loop);
  for (int chain = 0; chain < chains; chain++) starts[chain]->addIncoming(values[chain], loop);
  b.CreateCondBr(b.CreateICmpULT(next, function->getArg(1)), loop, done);
  b.SetInsertPoint(done);
  llvm::Value* sum = values[0];
  for (int chain = 1; chain < chains; chain++) sum = b.CreateFAdd(sum, values[chain]);
  b.CreateAlignedStore(sum, function->getArg(0), llvm::Align(4));
  b.CreateRetVoid();
  return module;
}

}  // namespace

struct PeakMeter::Impl {
  std::unique_ptr<llvm::orc::LLJIT> jit = make_jit();
  void (*run)(float*, int64_t) = nullptr;
  int lanes = 0;
  alignas(64) float values[16] = {};
};

PeakMeter::PeakMeter(int vector_bits) : impl_(std::make_unique<Impl>()) {
  impl_->lanes = vector_bits / 32;
  auto context = std::make_unique<llvm::LLVMContext>();
  auto module = build(*context, vector_bits);
  if (auto error =
          impl_->jit->addIRModule(llvm::orc::ThreadSafeModule(std::move(module), std::move(context))))
    throw LoadError("can't compile the peak loop: " + llvm::toString(std::move(error)));
  auto symbol = impl_->jit->lookup("peak");
  if (!symbol) throw LoadError("can't compile the peak loop: " + llvm::toString(symbol.takeError()));
  impl_->run = symbol->toPtr<void (*)(float*, int64_t)>();
}

PeakMeter::~PeakMeter() = default;

double PeakMeter::flops_per_burst() const {
  return 2.0 * chains * unroll * static_cast<double>(iterations) * impl_->lanes;
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

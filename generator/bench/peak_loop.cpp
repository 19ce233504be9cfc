#include "bench/peak_loop.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Intrinsics.h>
#include <llvm/IR/IntrinsicsAArch64.h>
#include <llvm/IR/IntrinsicsX86.h>

#include <optional>
#include <vector>

namespace mobilith {

namespace {

// The widths' instructions: 128, 256, 512 bits.
llvm::Intrinsic::ID of_width(int bits, const llvm::Intrinsic::ID (&ids)[3]) {
  return ids[bits == 512 ? 2 : bits == 256 ? 1 : 0];
}

// The instruction's result as `like`, its operands from vectors of any element type.
llvm::Value* call(llvm::IRBuilder<>& b, llvm::Function* instruction, std::vector<llvm::Value*> operands,
                  llvm::Type* like) {
  for (size_t i = 0; i < operands.size(); i++)
    operands[i] =
        b.CreateBitCast(operands[i], instruction->getFunctionType()->getParamType(static_cast<unsigned>(i)));
  return b.CreateBitCast(b.CreateCall(instruction, operands), like);
}

class Loop {
 public:
  Loop(llvm::Module& module, llvm::IRBuilder<>& b, int bits, PeakProducts products)
      : module_(module),
        b_(b),
        bits_(bits),
        products_(products),
        floats_(products == PeakProducts::floats || products == PeakProducts::brain_pairs),
        vector_(llvm::FixedVectorType::get(
            floats_ ? b.getFloatTy() : static_cast<llvm::Type*>(b.getInt32Ty()), unsigned(bits / 32))) {}

  void build(llvm::Function* function) {
    llvm::LLVMContext& context = module_.getContext();
    auto* entry = llvm::BasicBlock::Create(context, "entry", function);
    auto* loop = llvm::BasicBlock::Create(context, "loop", function);
    auto* done = llvm::BasicBlock::Create(context, "done", function);
    b_.SetInsertPoint(entry);
    llvm::Value *scale = b_.CreateLoad(vector_, function->getArg(0)),
                *step = b_.CreateLoad(vector_, function->getArg(0));
    b_.CreateBr(loop);
    b_.SetInsertPoint(loop);
    llvm::PHINode* i = b_.CreatePHI(b_.getInt64Ty(), 2);
    i->addIncoming(b_.getInt64(0), entry);
    std::vector<llvm::PHINode*> starts;
    std::vector<llvm::Value*> values;
    for (int chain = 1; chain <= peak_chains; chain++) {
      starts.push_back(b_.CreatePHI(vector_, 2));
      starts.back()->addIncoming(floats_ ? llvm::ConstantFP::get(vector_, 0.125 * chain)
                                         : llvm::ConstantInt::get(vector_, uint64_t(chain)),
                                 entry);
      values.push_back(starts.back());
    }
    for (int u = 0; u < peak_unroll; u++)
      for (llvm::Value*& value : values) value = multiply_add(value, scale, step);
    llvm::Value* next = b_.CreateAdd(i, b_.getInt64(1));
    i->addIncoming(next, loop);
    for (size_t chain = 0; chain < starts.size(); chain++) starts[chain]->addIncoming(values[chain], loop);
    b_.CreateCondBr(b_.CreateICmpULT(next, function->getArg(1)), loop, done);
    b_.SetInsertPoint(done);
    // Kept from being folded by a store of all results.
    llvm::Value* sum = values[0];
    for (size_t chain = 1; chain < values.size(); chain++)
      sum = floats_ ? b_.CreateFAdd(sum, values[chain]) : b_.CreateXor(sum, values[chain]);
    b_.CreateAlignedStore(sum, function->getArg(0), llvm::Align(4));
    b_.CreateRetVoid();
  }

 private:
  // The one instruction that multiplies so; null: there is none. `sums`: it also adds to its first operand.
  llvm::Function* instruction(bool& sums) const {
    namespace id = llvm::Intrinsic;
    const llvm::Triple::ArchType arch = module_.getTargetTriple().getArch();
    const auto named = [&](id::ID found, std::vector<llvm::Type*> types = {}) {
      return id::getOrInsertDeclaration(&module_, found, types);
    };
    sums = products_ != PeakProducts::byte_pairs;
    if (arch == llvm::Triple::x86_64) {
      if (products_ == PeakProducts::byte_fours)
        return named(of_width(
            bits_, {id::x86_avx512_vpdpbusd_128, id::x86_avx512_vpdpbusd_256, id::x86_avx512_vpdpbusd_512}));
      if (products_ == PeakProducts::byte_pairs)
        return named(
            of_width(bits_, {id::x86_sse2_pmadd_wd, id::x86_avx2_pmadd_wd, id::x86_avx512_pmaddw_d_512}));
      if (products_ == PeakProducts::brain_pairs)
        return named(of_width(bits_, {id::x86_avx512bf16_dpbf16ps_128, id::x86_avx512bf16_dpbf16ps_256,
                                      id::x86_avx512bf16_dpbf16ps_512}));
    }
    if (arch == llvm::Triple::aarch64 && bits_ == 128) {
      const auto of = [](llvm::Type* element, unsigned count) {
        return llvm::FixedVectorType::get(element, count);
      };
      if (products_ == PeakProducts::byte_fours)
        return named(id::aarch64_neon_sdot, {vector_, of(b_.getInt8Ty(), 16)});
      if (products_ == PeakProducts::brain_pairs)
        return named(id::aarch64_neon_bfdot, {vector_, of(b_.getBFloatTy(), 8)});
    }
    return nullptr;
  }

  // value + products of value and factor, or of two constants where the sum alone makes the chain.
  llvm::Value* multiply_add(llvm::Value* value, llvm::Value* scale, llvm::Value* step) {
    if (products_ == PeakProducts::floats)
      return b_.CreateIntrinsic(llvm::Intrinsic::fma, {vector_}, {value, scale, step});
    bool sums = false;
    llvm::Function* one = instruction(sums);
    if (one && sums) return call(b_, one, {value, scale, step}, vector_);
    if (one) return b_.CreateAdd(call(b_, one, {value, scale}, vector_), value);
    return floats_ ? b_.CreateFAdd(b_.CreateFMul(value, scale), step)
                   : b_.CreateAdd(b_.CreateMul(value, scale), step);
  }

  llvm::Module& module_;
  llvm::IRBuilder<>& b_;
  int bits_;
  PeakProducts products_;
  bool floats_;
  llvm::FixedVectorType* vector_;
};

}  // namespace

int products_in_a_lane(PeakProducts products) {
  switch (products) {
    case PeakProducts::byte_fours:
      return 4;
    case PeakProducts::byte_pairs:
    case PeakProducts::brain_pairs:
      return 2;
    default:
      return 1;
  }
}

std::unique_ptr<llvm::Module> peak_loop(llvm::LLVMContext& context, const llvm::Triple& triple,
                                        const std::string& cpu, const std::string& features, int vector_bits,
                                        PeakProducts products) {
  auto module = std::make_unique<llvm::Module>("peak", context);
  module->setTargetTriple(triple);
  llvm::IRBuilder<> b(context);
  auto* function =
      llvm::Function::Create(llvm::FunctionType::get(b.getVoidTy(), {b.getPtrTy(), b.getInt64Ty()}, false),
                             llvm::Function::ExternalLinkage, "peak", *module);
  function->addFnAttr("target-cpu", cpu);
  function->addFnAttr("target-features", features);
  function->addFnAttr("prefer-vector-width", std::to_string(vector_bits));
  function->addFnAttr("min-legal-vector-width", std::to_string(vector_bits));
  Loop(*module, b, vector_bits, products).build(function);
  return module;
}

}  // namespace mobilith

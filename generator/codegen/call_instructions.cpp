#include "codegen/call_instructions.h"

#include <fmt/format.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/IntrinsicsAArch64.h>
#include <llvm/IR/Module.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include "codegen/lanes.h"
#include "layout/instructions.h"
#include "targets/errors.h"

namespace mobilith {

namespace {

using llvm::CallInst;
using llvm::InsertElementInst;
using llvm::Value;

constexpr unsigned vector_lanes = 4;  // of 32 bits: NEON's

// An instruction, its LLVM feature, and its vectors but the sum's. LLVM finds the form whose last factor is
// an element of a register where that is one number for all lanes.
struct Row {
  const char* name;
  const char* feature;
  llvm::Intrinsic::ID id;
  enum { bytes, bf16, f16 } factors;
  bool element_first;  // the intrinsic's order: where the first factor, of a pixel, stands
};

constexpr Row rows[] = {
    {instructions::dot_s8, "+dotprod", llvm::Intrinsic::aarch64_neon_sdot, Row::bytes, false},
    {instructions::dot_u8, "+i8mm", llvm::Intrinsic::aarch64_neon_usdot, Row::bytes, true},
    {instructions::dot_bf16, "+bf16", llvm::Intrinsic::aarch64_neon_bfdot, Row::bf16, false},
    {instructions::fma_f16, "+fp16fml", llvm::Intrinsic::aarch64_neon_fmlal, Row::f16, false},
};

// Values of a vector's lanes, where a call is made.
using LaneValues = std::array<Value*, vector_lanes>;

// Of calls whose results make one vector, from lane 0 on; empty: `last` is no such vector's last lane.
using Calls = std::array<CallInst*, vector_lanes>;

std::optional<Calls> vector_of_calls(InsertElementInst& last, const llvm::Function& function) {
  const std::vector<Value*> inserted = inserted_lanes(last);
  if (inserted.size() != vector_lanes) return std::nullopt;
  Calls calls{};
  for (unsigned i = 0; i < vector_lanes; i++) {
    calls[i] = llvm::dyn_cast<CallInst>(inserted[i]);
    if (!calls[i] || calls[i]->getCalledFunction() != &function) return std::nullopt;
  }
  return calls;
}

// The vector whose lanes these are, in order.
Value* whole_vector(const LaneValues& lanes) {
  Value* vector = nullptr;
  for (unsigned i = 0; i < vector_lanes; i++) {
    auto* extract = llvm::dyn_cast<llvm::ExtractElementInst>(lanes[i]);
    const auto* lane = extract ? llvm::dyn_cast<llvm::ConstantInt>(extract->getIndexOperand()) : nullptr;
    if (!lane || lane->getZExtValue() != i || (vector && vector != extract->getVectorOperand()))
      return nullptr;
    vector = extract->getVectorOperand();
  }
  const auto* type = llvm::dyn_cast<llvm::FixedVectorType>(vector->getType());
  return type && type->getNumElements() == vector_lanes ? vector : nullptr;
}

// LLVM has taken a load of a vector apart: neighbours in memory, the first one read first.
Value* loaded_vector(const LaneValues& lanes) {
  auto* first = llvm::dyn_cast<llvm::LoadInst>(lanes[0]);
  if (!first || !first->isSimple()) return nullptr;
  const llvm::DataLayout& layout = first->getDataLayout();
  const auto bytes = static_cast<int64_t>(layout.getTypeStoreSize(first->getType()).getFixedValue());
  const auto place = [&](const llvm::LoadInst& load, int64_t& offset) {
    llvm::APInt total(layout.getIndexTypeSizeInBits(load.getPointerOperandType()), 0);
    const Value* base = load.getPointerOperand()->stripAndAccumulateConstantOffsets(layout, total, true);
    offset = total.getSExtValue();
    return base;
  };
  int64_t start = 0, offset = 0;
  const Value* base = place(*first, start);
  for (unsigned i = 1; i < vector_lanes; i++) {
    auto* load = llvm::dyn_cast<llvm::LoadInst>(lanes[i]);
    if (!load || !load->isSimple() || load->getParent() != first->getParent() ||
        place(*load, offset) != base || offset != start + i * bytes || !first->comesBefore(load) ||
        !nothing_written(*first, *load))
      return nullptr;
  }
  llvm::IRBuilder<> b(first);
  return b.CreateAlignedLoad(llvm::FixedVectorType::get(first->getType(), vector_lanes),
                             first->getPointerOperand(), first->getAlign());
}

Value* splat(llvm::IRBuilder<>& b, Value* value) {
  auto* extract = llvm::dyn_cast<llvm::ExtractElementInst>(value);
  const auto* lane = extract ? llvm::dyn_cast<llvm::ConstantInt>(extract->getIndexOperand()) : nullptr;
  if (!lane) return b.CreateVectorSplat(vector_lanes, value);
  return b.CreateShuffleVector(extract->getVectorOperand(),
                               std::vector<int>(vector_lanes, static_cast<int>(lane->getZExtValue())));
}

// The same bits as bf16. The fence is no instruction: LLVM finds bfdot's form by element where a register of
// bf16 is what the element is of, and would else read it as other numbers.
Value* fenced_brain_floats(llvm::Instruction& vector, llvm::Type* type) {
  for (llvm::User* user : vector.users())
    if (user->getType() == type)
      for (llvm::User* of : user->users())
        if (auto* fence = llvm::dyn_cast<llvm::IntrinsicInst>(of);
            fence && fence->getIntrinsicID() == llvm::Intrinsic::arithmetic_fence)
          return fence;
  llvm::IRBuilder<> b(vector.getNextNode());
  return b.CreateIntrinsic(llvm::Intrinsic::arithmetic_fence, {type}, {b.CreateBitCast(&vector, type)});
}

Value* brain_floats(llvm::IRBuilder<>& b, Value* vector) {
  llvm::Type* type = llvm::FixedVectorType::get(b.getBFloatTy(), 2 * vector_lanes);
  auto* shuffle = llvm::dyn_cast<llvm::ShuffleVectorInst>(vector);
  auto* whole = shuffle ? llvm::dyn_cast<llvm::LoadInst>(shuffle->getOperand(0)) : nullptr;
  if (!whole || whole->getType() != vector->getType()) return b.CreateBitCast(vector, type);
  std::vector<int> mask;
  for (const int lane : shuffle->getShuffleMask()) mask.insert(mask.end(), {2 * lane, 2 * lane + 1});
  return b.CreateShuffleVector(fenced_brain_floats(*whole, type), mask);
}

Value* vector_of(llvm::IRBuilder<>& b, const LaneValues& lanes) {
  if (std::all_of(lanes.begin(), lanes.end(), [&](Value* lane) { return lane == lanes[0]; }))
    return splat(b, lanes[0]);
  if (Value* vector = whole_vector(lanes)) return vector;
  if (Value* vector = loaded_vector(lanes)) return vector;
  Value* vector = llvm::PoisonValue::get(llvm::FixedVectorType::get(lanes[0]->getType(), vector_lanes));
  for (unsigned i = 0; i < vector_lanes; i++) vector = b.CreateInsertElement(vector, lanes[i], uint64_t{i});
  return vector;
}

// Four numbers of 16 bits as what FMLAL reads of a register, the lower half.
Value* lower_half(llvm::IRBuilder<>& b, Value* vector) {
  return b.CreateShuffleVector(vector, {0, 1, 2, 3, -1, -1, -1, -1});
}

// sum, factor of a pixel, weight.
Value* instruction(llvm::IRBuilder<>& b, const Row& row, Value* sum, Value* pixel, Value* weight) {
  llvm::Type* element = row.factors == Row::bytes ? static_cast<llvm::Type*>(b.getInt8Ty())
                        : row.factors == Row::f16 ? b.getHalfTy()
                                                  : b.getBFloatTy();
  if (row.factors == Row::f16) pixel = lower_half(b, pixel), weight = lower_half(b, weight);
  if (row.factors == Row::bf16) pixel = brain_floats(b, pixel);
  llvm::Type* factor = llvm::FixedVectorType::get(element, 128 / element->getScalarSizeInBits());
  pixel = b.CreateBitCast(pixel, factor), weight = b.CreateBitCast(weight, factor);
  if (!row.element_first) std::swap(pixel, weight);
  return b.CreateIntrinsic(row.id, {sum->getType(), factor}, {sum, pixel, weight});
}

LaneValues argument(const Calls& calls, unsigned i) {
  LaneValues lanes{};
  for (unsigned lane = 0; lane < vector_lanes; lane++) lanes[lane] = calls[lane]->getArgOperand(i);
  return lanes;
}

// What makes vectors of a function's calls.
class Vectors {
 public:
  Vectors(const llvm::Function& function, const Row& row) : function_(function), row_(row) {}

  // Null: the calls are in several blocks.
  Value* make(const Calls& calls) {
    if (Value* made = made_of(calls)) return made;
    CallInst* latest = calls[0];
    for (CallInst* call : calls) {
      if (call->getParent() != latest->getParent() || vectors_.count(call)) return nullptr;
      if (latest->comesBefore(call)) latest = call;
    }
    llvm::IRBuilder<> b(latest);
    Value* const parts[] = {sum_of(b, calls), vector_of(b, argument(calls, 1)),
                            vector_of(b, argument(calls, 2))};
    Value* vector = instruction(b, row_, parts[0], parts[1], parts[2]);
    for (unsigned i = 0; i < vector_lanes; i++) vectors_[calls[i]] = {vector, i}, calls_.push_back(calls[i]);
    return vector;
  }

  // Those that nothing reads any more: a call that another one of them reads comes before it.
  void erase_calls() {
    for (auto call = calls_.rbegin(); call != calls_.rend(); ++call)
      if ((*call)->use_empty()) (*call)->eraseFromParent();
  }

 private:
  // LLVM hands lanes from one call to the next without a vector between them.
  Value* sum_of(llvm::IRBuilder<>& b, const Calls& calls) {
    const LaneValues lanes = argument(calls, 0);
    Calls before{};
    for (unsigned i = 0; i < vector_lanes; i++) {
      before[i] = llvm::dyn_cast<CallInst>(lanes[i]);
      if (!before[i] || before[i]->getCalledFunction() != &function_) return vector_of(b, lanes);
    }
    Value* vector = make(before);
    return vector ? vector : vector_of(b, lanes);
  }

  Value* made_of(const Calls& calls) const {
    Value* vector = nullptr;
    for (unsigned i = 0; i < vector_lanes; i++) {
      const auto found = vectors_.find(calls[i]);
      if (found == vectors_.end() || found->second.second != i || (vector && vector != found->second.first))
        return nullptr;
      vector = found->second.first;
    }
    return vector;
  }

  const llvm::Function& function_;
  const Row& row_;
  std::map<CallInst*, std::pair<Value*, unsigned>> vectors_;  // asked alone, never gone through
  std::vector<CallInst*> calls_;
};

// From the last lane on, inserts that nothing reads any more.
void erase_chain(InsertElementInst* last) {
  for (Value* at = last; auto* insert = llvm::dyn_cast<InsertElementInst>(at);) {
    if (!insert->use_empty()) return;
    at = insert->getOperand(0);
    insert->eraseFromParent();
  }
}

void make_vectors(llvm::Module& module, llvm::Function& function, const Row& row) {
  std::vector<std::pair<InsertElementInst*, Calls>> found;
  for (llvm::Function& kernel : module)
    for (llvm::Instruction& at : llvm::instructions(kernel))
      if (auto* insert = llvm::dyn_cast<InsertElementInst>(&at))
        if (const std::optional<Calls> calls = vector_of_calls(*insert, function))
          found.emplace_back(insert, *calls);
  Vectors vectors(function, row);
  for (const auto& [last, calls] : found)
    if (Value* vector = vectors.make(calls)) last->replaceAllUsesWith(vector), erase_chain(last);
  vectors.erase_calls();
}

void make_scalars(llvm::Function& function, const Row& row) {
  while (!function.use_empty()) {
    auto* call = llvm::cast<CallInst>(function.user_back());
    llvm::IRBuilder<> b(call);
    const auto wide = [&](unsigned i) { return b.CreateVectorSplat(vector_lanes, call->getArgOperand(i)); };
    Value *sum = wide(0), *pixel = wide(1), *weight = wide(2);
    call->replaceAllUsesWith(b.CreateExtractElement(instruction(b, row, sum, pixel, weight), uint64_t{0}));
    call->eraseFromParent();
  }
}

}  // namespace

void call_instructions(llvm::Module& module, const std::string& features) {
  for (const Row& row : rows) {
    llvm::Function* function = module.getFunction(row.name);
    if (!function) continue;
    if (("," + features + ",").find(fmt::format(",{},", row.feature)) == std::string::npos ||
        !module.getTargetTriple().isAArch64())
      throw CodegenError(fmt::format("a kernel calls {} on a CPU without {}", row.name, row.feature));
    make_vectors(module, *function, row);
    make_scalars(*function, row);
    function->eraseFromParent();
  }
}

}  // namespace mobilith

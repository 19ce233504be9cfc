#include "codegen/shuffle_bytes.h"

#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/IntrinsicsAArch64.h>
#include <llvm/IR/IntrinsicsWebAssembly.h>
#include <llvm/IR/IntrinsicsX86.h>
#include <llvm/Support/KnownBits.h>

#include <bit>
#include <numeric>
#include <optional>

#include "codegen/byte_lookups.h"

namespace mobilith {

namespace {

using llvm::Value;

constexpr unsigned block = 16, block_lanes = 8;

// A shuffle within each 16 bytes of a register. An index of 128 and more gives zero.
struct Shuffle {
  bool (llvm::Triple::*architecture)() const;
  const char* feature;
  llvm::Intrinsic::ID id;
  unsigned blocks;  // of a register
};

constexpr Shuffle shuffles[] = {
    {&llvm::Triple::isX86, "+avx512bw", llvm::Intrinsic::x86_avx512_pshuf_b_512, 4},
    {&llvm::Triple::isX86, "+avx2", llvm::Intrinsic::x86_avx2_pshuf_b, 2},
    {&llvm::Triple::isX86, "+ssse3", llvm::Intrinsic::x86_ssse3_pshuf_b_128, 1},
    {&llvm::Triple::isAArch64, "+neon", llvm::Intrinsic::aarch64_neon_tbl1, 1},
    {&llvm::Triple::isWasm, "+simd128", llvm::Intrinsic::wasm_swizzle, 1},
};

// The widest that is no wider than so many blocks; null: there is none.
const Shuffle* shuffle_of(const llvm::Triple& target, const std::string& features, size_t blocks) {
  for (const Shuffle& row : shuffles)
    if ((target.*row.architecture)() && features.find(row.feature) != std::string::npos &&
        row.blocks <= blocks)
      return &row;
  return nullptr;
}

// The 16 bytes of the array that each eight lanes read, if that is known; else nothing.
std::vector<uint64_t> blocks_of(const ByteLookup& lookup, const llvm::DataLayout& layout) {
  const auto* array = llvm::dyn_cast<llvm::AllocaInst>(lookup.table);
  const std::optional<llvm::TypeSize> bytes = array ? array->getAllocationSize(layout) : std::nullopt;
  if (!bytes || lookup.lanes % block_lanes != 0) return {};
  std::vector<uint64_t> blocks;
  for (unsigned lane = 0; lane < lookup.lanes; lane++) {
    const llvm::KnownBits known = llvm::computeKnownBits(
        lookup.indices, llvm::APInt::getOneBitSet(lookup.lanes, lane), llvm::SimplifyQuery(layout));
    llvm::APInt upper = known.Zero | known.One;
    upper.setLowBits(4);
    const uint64_t at = known.One.getZExtValue() / block;
    if (!upper.isAllOnes() || (at + 1) * block > *bytes) return {};
    if (lane % block_lanes == 0) blocks.push_back(at);
    if (blocks.back() != at) return {};
  }
  return blocks;
}

Value* part(llvm::IRBuilder<>& b, Value* vector, unsigned from, unsigned count) {
  std::vector<int> lanes(count);
  std::iota(lanes.begin(), lanes.end(), int(from));
  return b.CreateShuffleVector(vector, lanes);
}

// One behind the other: a power of two of them.
Value* joined(llvm::IRBuilder<>& b, std::vector<Value*> parts) {
  while (parts.size() > 1) {
    std::vector<Value*> pairs;
    const unsigned lanes = llvm::cast<llvm::FixedVectorType>(parts[0]->getType())->getNumElements();
    std::vector<int> both(2 * size_t{lanes});
    std::iota(both.begin(), both.end(), 0);
    for (size_t i = 0; i < parts.size(); i += 2)
      pairs.push_back(b.CreateShuffleVector(parts[i], parts[i + 1], both));
    parts = pairs;
  }
  return parts[0];
}

// The lanes as numbers of 16 bits.
Value* shuffled(const ByteLookup& lookup, const std::vector<uint64_t>& blocks, const Shuffle& shuffle) {
  llvm::IRBuilder<> b(lookup.last);
  auto* wide = llvm::FixedVectorType::get(b.getInt16Ty(), lookup.lanes);
  Value* places = b.CreateAnd(b.CreateZExtOrTrunc(lookup.indices, wide), llvm::ConstantInt::get(wide, 15));
  places = b.CreateOr(places, llvm::ConstantInt::get(wide, 0x8000));  // each upper byte: zero
  auto* sixteen = llvm::FixedVectorType::get(b.getInt8Ty(), block);
  std::vector<Value*> registers;
  const unsigned each = shuffle.blocks;
  for (size_t i = 0; i < blocks.size(); i += each) {
    std::vector<Value*> bytes;
    for (size_t j = i; j < i + each; j++)
      bytes.push_back(b.CreateAlignedLoad(
          sixteen, b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), lookup.table, blocks[j] * block),
          llvm::Align(1)));
    Value* at = b.CreateBitCast(part(b, places, unsigned(i) * block_lanes, each * block_lanes),
                                llvm::FixedVectorType::get(b.getInt8Ty(), each * block));
    std::vector<llvm::Type*> overloads;
    if (llvm::Intrinsic::isOverloaded(shuffle.id)) overloads.push_back(at->getType());
    registers.push_back(b.CreateIntrinsic(shuffle.id, overloads, {joined(b, bytes), at}));
  }
  return b.CreateBitCast(joined(b, registers), wide);
}

// What widens the lookup's bytes, and nothing else reads them; else nothing.
std::vector<llvm::Instruction*> widenings(const ByteLookup& lookup) {
  std::vector<llvm::Instruction*> all;
  for (llvm::User* user : lookup.last->users()) {
    auto* widening = llvm::dyn_cast<llvm::ZExtInst>(user);
    if (!widening || !widening->getType()->getScalarType()->isIntegerTy(16)) return {};
    all.push_back(widening);
  }
  return all;
}

}  // namespace

void shuffle_bytes(llvm::Module& module, const std::string& features) {
  for (const ByteLookup& lookup : byte_lookups(module)) {
    const std::vector<llvm::Instruction*> users = widenings(lookup);
    const std::vector<uint64_t> blocks = blocks_of(lookup, module.getDataLayout());
    const Shuffle* shuffle = shuffle_of(module.getTargetTriple(), features, blocks.size());
    if (users.empty() || !shuffle || !std::has_single_bit(blocks.size())) continue;
    Value* wide = shuffled(lookup, blocks, *shuffle);
    for (llvm::Instruction* user : users) user->replaceAllUsesWith(wide);
  }
}

}  // namespace mobilith

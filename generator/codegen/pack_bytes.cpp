#include "codegen/pack_bytes.h"

#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/IntrinsicsX86.h>
#include <llvm/Support/KnownBits.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "codegen/lanes.h"
#include "layout/quantised_shapes.h"
#include "targets/target.h"

namespace mobilith {

namespace {

using llvm::Value;
using llvm::Intrinsic::ID;

constexpr int32_t magic_bits = 0x4B400000;  // 1.5 * 2^23: algorithms/rescale.cpp

// A minimum or maximum with one byte, as i32, as it stands around the numbers.
struct Bound {
  ID bytes;  // umin or umax
  Value* byte;
};

// How one register's numbers come about; the bounds of the result from the outermost on.
struct Numbers {
  std::vector<Bound> bounds;
  Lanes whole{};           // i32
  Lanes real{nullptr};     // instead: floats, to be rounded,
  Value* added = nullptr;  // and what is added to their bits (read_nearest())
};

bool operator==(const Bound& a, const Bound& b) { return a.bytes == b.bytes && a.byte == b.byte; }

// The number and what is added to it are from 0 to 255.
bool is_byte(const Value* number, const llvm::DataLayout& layout, int32_t added = 0) {
  if (!number) return false;
  const llvm::KnownBits known = llvm::computeKnownBits(number, layout);
  return llvm::KnownBits::add(known, llvm::KnownBits::makeConstant(llvm::APInt(32, uint32_t(added))))
             .countMaxActiveBits() <= 8;
}

// x of a minimum of it and `most`, which says that x is less (Rescaling::near).
std::optional<Lanes> below(const LaneReader& reader, const llvm::DataLayout& layout, Lanes lanes) {
  lanes = reader.source(lanes);
  auto* select = llvm::dyn_cast<llvm::SelectInst>(lanes.vector);
  if (!select) return std::nullopt;
  const Lanes condition = reader.source({select->getCondition(), lanes.from});
  auto* compare = llvm::dyn_cast<llvm::FCmpInst>(condition.vector);
  if (!compare) return std::nullopt;
  const bool swapped = compare->getPredicate() == llvm::FCmpInst::FCMP_OGT;
  if (!swapped && compare->getPredicate() != llvm::FCmpInst::FCMP_OLT) return std::nullopt;
  const Lanes x = reader.source({compare->getOperand(swapped ? 1 : 0), condition.from});
  Value* most = reader.same({compare->getOperand(swapped ? 0 : 1), condition.from});
  if (!most || reader.source({select->getTrueValue(), lanes.from}) != x ||
      reader.same({select->getFalseValue(), lanes.from}) != most)
    return std::nullopt;
  const auto* whole = llvm::dyn_cast<llvm::CastInst>(most);
  if (!whole || !llvm::isa<llvm::SIToFPInst, llvm::UIToFPInst>(whole)) return std::nullopt;
  const llvm::KnownBits known = llvm::computeKnownBits(whole->getOperand(0), layout);
  if (known.getMinValue().ult(near_most) || known.getMaxValue().ugt(near_most + UINT8_MAX))
    return std::nullopt;
  return x;
}

// nearest(x) + zero is the bits of x + 1.5 * 2^23, and one number. Of an x that is known not to be large.
void read_nearest(const LaneReader& reader, const llvm::DataLayout& layout, Numbers& numbers) {
  auto* add = llvm::dyn_cast<llvm::BinaryOperator>(numbers.whole.vector);
  if (!add || add->getOpcode() != llvm::Instruction::Add) return;
  for (const int side : {0, 1}) {
    Value* number = reader.same({add->getOperand(1 - side), numbers.whole.from});
    const Lanes bits = reader.source({add->getOperand(side), numbers.whole.from});
    auto* cast = llvm::dyn_cast<llvm::BitCastInst>(bits.vector);
    if (!number || !cast) continue;
    const Lanes rounded = reader.source({cast->getOperand(0), bits.from});
    auto* sum = llvm::dyn_cast<llvm::BinaryOperator>(rounded.vector);
    if (!sum || sum->getOpcode() != llvm::Instruction::FAdd) continue;
    const auto* magic =
        llvm::dyn_cast_or_null<llvm::ConstantFP>(reader.same({sum->getOperand(1), rounded.from}));
    if (!magic || magic->getValueAPF().bitcastToAPInt() != uint32_t{magic_bits} ||
        !is_byte(number, layout, magic_bits))
      continue;
    const std::optional<Lanes> x = below(reader, layout, {sum->getOperand(0), rounded.from});
    if (x) numbers.added = number, numbers.real = *x;
    return;
  }
}

Numbers read_numbers(const LaneReader& reader, const llvm::DataLayout& layout, Lanes lanes) {
  Numbers numbers;
  numbers.whole = reader.source(lanes);
  while (auto* bound = llvm::dyn_cast<llvm::MinMaxIntrinsic>(numbers.whole.vector)) {
    const ID id = bound->getIntrinsicID();
    if (id != llvm::Intrinsic::smin && id != llvm::Intrinsic::smax) break;
    const unsigned from = numbers.whole.from;
    const Value* left = reader.same({bound->getLHS(), from});
    Value* byte = reader.same({left ? bound->getLHS() : bound->getRHS(), from});
    if (!is_byte(byte, layout)) break;
    numbers.bounds.push_back(
        {id == llvm::Intrinsic::smin ? llvm::Intrinsic::umin : llvm::Intrinsic::umax, byte});
    numbers.whole = reader.source({left ? bound->getRHS() : bound->getLHS(), from});
  }
  read_nearest(reader, layout, numbers);
  return numbers;
}

// A number below 0 becomes 0 by the packs and one above 255 becomes 255: right where both ends are bounded.
bool bounded(const Numbers& numbers) {
  const auto has = [&](ID id) {
    return std::any_of(numbers.bounds.begin(), numbers.bounds.end(),
                       [&](const Bound& b) { return b.bytes == id; });
  };
  return has(llvm::Intrinsic::umin) && has(llvm::Intrinsic::umax);
}

bool alike(const Numbers& a, const Numbers& b) {
  return a.bounds == b.bounds && a.added == b.added &&
         (a.real.vector == nullptr) == (b.real.vector == nullptr);
}

class Packs {
 public:
  Packs(llvm::IRBuilder<>& b, unsigned lanes) : b_(b), lanes_(lanes), reader_(b, lanes) {}

  const LaneReader& reader() const { return reader_; }

  // The bytes of one to four registers' numbers, in their order.
  Value* bytes(llvm::ArrayRef<Numbers> numbers) {
    std::vector<Value*> whole;
    for (const Numbers& n : numbers)
      whole.push_back(n.real.vector ? rounded(reader_.make(n.real)) : reader_.make(n.whole));
    const auto words = [&](size_t i) -> Value* {
      Value* packed =
          call(wide() ? llvm::Intrinsic::x86_avx512_packssdw_512 : llvm::Intrinsic::x86_avx2_packssdw,
               whole[i], whole[std::min(i + 1, whole.size() - 1)]);
      if (!numbers[0].added) return packed;
      Value* zero = b_.CreateTrunc(b_.CreateAdd(numbers[0].added, b_.getInt32(magic_bits)), b_.getInt16Ty());
      return b_.CreateAdd(packed, b_.CreateVectorSplat(2 * lanes_, zero));
    };
    Value* low = words(0);
    Value* bytes =
        call(wide() ? llvm::Intrinsic::x86_avx512_packuswb_512 : llvm::Intrinsic::x86_avx2_packuswb, low,
             whole.size() > 2 ? words(2) : low);
    for (size_t i = numbers[0].bounds.size(); i-- > 0;) {
      const Bound& bound = numbers[0].bounds[i];
      bytes = b_.CreateBinaryIntrinsic(
          bound.bytes, bytes, b_.CreateVectorSplat(4 * lanes_, b_.CreateTrunc(bound.byte, b_.getInt8Ty())));
    }
    return ordered(bytes, unsigned(whole.size()));
  }

 private:
  bool wide() const { return lanes_ == 16; }

  Value* call(ID id, Value* a, Value* b) { return b_.CreateIntrinsic(id, {}, {a, b}); }

  Value* rounded(Value* x) {
    if (!wide()) return b_.CreateIntrinsic(llvm::Intrinsic::x86_avx_cvt_ps2dq_256, {}, {x});
    constexpr int current_rounding = 4;
    Value* none = llvm::PoisonValue::get(llvm::FixedVectorType::get(b_.getInt32Ty(), lanes_));
    return b_.CreateIntrinsic(llvm::Intrinsic::x86_avx512_mask_cvtps2dq_512, {},
                              {x, none, b_.getInt16(UINT16_MAX), b_.getInt32(current_rounding)});
  }

  // Packs keep to parts of 128 bits: part p has four bytes of register r at 4 * r.
  Value* ordered(Value* bytes, unsigned registers) {
    const unsigned quads = lanes_ / 4;
    std::vector<int> mask;
    for (unsigned r = 0; r < registers; r++)
      for (unsigned part = 0; part < quads; part++) mask.push_back(int(4 * part + r));
    Value* parts = b_.CreateBitCast(bytes, llvm::FixedVectorType::get(b_.getInt32Ty(), lanes_));
    return b_.CreateBitCast(b_.CreateShuffleVector(parts, mask),
                            llvm::FixedVectorType::get(b_.getInt8Ty(), registers * lanes_));
  }

  llvm::IRBuilder<>& b_;
  unsigned lanes_;
  LaneReader reader_;
};

// Bytes one behind the other, as wide as `type`.
Value* joined(llvm::IRBuilder<>& b, const std::vector<Value*>& parts, unsigned width) {
  Value* all = nullptr;
  unsigned done = 0;
  for (Value* part : parts) {
    const unsigned own = llvm::cast<llvm::FixedVectorType>(part->getType())->getNumElements();
    std::vector<int> widen(width, -1), place(width, -1);
    for (unsigned i = 0; i < own; i++) widen[i] = int(i);
    for (unsigned i = 0; i < done; i++) place[i] = int(i);
    for (unsigned i = 0; i < own; i++) place[done + i] = int(width + i);
    Value* widened = b.CreateShuffleVector(part, widen);
    all = all ? b.CreateShuffleVector(all, widened, place) : widened;
    done += own;
  }
  return all;
}

// What stores take of it is a part by itself, where it is one.
void replace(llvm::TruncInst& trunc, llvm::IRBuilder<>& b, const std::vector<Value*>& parts) {
  for (llvm::User* user : llvm::make_early_inc_range(trunc.users())) {
    auto* shuffle = llvm::dyn_cast<llvm::ShuffleVectorInst>(user);
    int from = 0;
    for (size_t i = 0; shuffle && i < parts.size(); i++) {
      const int width = int(llvm::cast<llvm::FixedVectorType>(parts[i]->getType())->getNumElements());
      const llvm::ArrayRef<int> mask = shuffle->getShuffleMask();
      bool whole = int(mask.size()) == width && shuffle->getOperand(0) == &trunc;
      for (int lane = 0; whole && lane < width; lane++) whole = mask[size_t(lane)] == from + lane;
      if (whole) {
        shuffle->replaceAllUsesWith(parts[i]);
        break;
      }
      from += width;
    }
  }
  trunc.replaceAllUsesWith(
      joined(b, parts, llvm::cast<llvm::FixedVectorType>(trunc.getType())->getNumElements()));
  trunc.eraseFromParent();
}

void pack(llvm::TruncInst& trunc, unsigned lanes) {
  llvm::IRBuilder<> b(&trunc);
  Packs packs(b, lanes);
  std::vector<Numbers> numbers;
  for (unsigned from = 0; from < llvm::cast<llvm::FixedVectorType>(trunc.getType())->getNumElements();
       from += lanes) {
    numbers.push_back(read_numbers(packs.reader(), trunc.getDataLayout(), {trunc.getOperand(0), from}));
    if (!bounded(numbers.back()) || !alike(numbers.back(), numbers.front())) return;
  }
  std::vector<Value*> parts;
  for (size_t i = 0; i < numbers.size(); i += 4)
    parts.push_back(
        packs.bytes(llvm::ArrayRef<Numbers>(numbers).slice(i, std::min<size_t>(4, numbers.size() - i))));
  replace(trunc, b, parts);
}

}  // namespace

void pack_bytes(llvm::Module& module, const CpuTarget& target) {
  if (!module.getTargetTriple().isX86()) return;
  const unsigned lanes = unsigned(target.vector_bits) / 32;
  const char* needed = lanes == 16 ? "+avx512bw" : lanes == 8 ? "+avx2" : nullptr;
  if (!needed || target.features.find(needed) == std::string::npos) return;
  std::vector<llvm::TruncInst*> found;
  for (llvm::Function& function : module)
    for (llvm::Instruction& instruction : llvm::instructions(function))
      if (auto* trunc = llvm::dyn_cast<llvm::TruncInst>(&instruction)) {
        const auto* to = llvm::dyn_cast<llvm::FixedVectorType>(trunc->getType());
        if (to && to->getElementType()->isIntegerTy(8) &&
            trunc->getSrcTy()->getScalarType()->isIntegerTy(32) && to->getNumElements() % lanes == 0)
          found.push_back(trunc);
      }
  for (llvm::TruncInst* trunc : found) pack(*trunc, lanes);
}

}  // namespace mobilith

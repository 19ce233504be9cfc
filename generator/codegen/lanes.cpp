#include "codegen/lanes.h"

#include <llvm/ADT/Sequence.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/Instructions.h>

namespace mobilith {

namespace {

using llvm::Value;

unsigned width_of(const Value& vector) {
  return llvm::cast<llvm::FixedVectorType>(vector.getType())->getNumElements();
}

// Element i, if it is a constant or was put there.
Value* element(Value* vector, unsigned i) {
  while (true) {
    if (auto* constant = llvm::dyn_cast<llvm::Constant>(vector)) return constant->getAggregateElement(i);
    if (auto* insert = llvm::dyn_cast<llvm::InsertElementInst>(vector)) {
      const auto* place = llvm::dyn_cast<llvm::ConstantInt>(insert->getOperand(2));
      if (!place) return nullptr;
      if (place->getZExtValue() == i) return insert->getOperand(1);
      vector = insert->getOperand(0);
    } else if (auto* shuffle = llvm::dyn_cast<llvm::ShuffleVectorInst>(vector)) {
      const int from = shuffle->getMaskValue(i), width = int(width_of(*shuffle->getOperand(0)));
      if (from < 0) return nullptr;
      vector = shuffle->getOperand(from < width ? 0 : 1), i = unsigned(from < width ? from : from - width);
    } else {
      return nullptr;
    }
  }
}

// Each lane of the result is that of the operands.
bool by_lane(const llvm::Instruction& instruction) {
  if (llvm::isa<llvm::BinaryOperator, llvm::SIToFPInst>(instruction)) return true;
  return llvm::isa<llvm::BitCastInst>(instruction) && instruction.getOperand(0)->getType()->isVectorTy() &&
         width_of(*instruction.getOperand(0)) == width_of(instruction);
}

}  // namespace

std::vector<Value*> inserted_lanes(llvm::InsertElementInst& last) {
  const auto* type = llvm::dyn_cast<llvm::FixedVectorType>(last.getType());
  std::vector<Value*> lanes(type ? type->getNumElements() : 0);
  Value* at = &last;
  for (size_t i = 0; i < lanes.size(); i++) {
    auto* insert = llvm::dyn_cast<llvm::InsertElementInst>(at);
    const auto* place = insert ? llvm::dyn_cast<llvm::ConstantInt>(insert->getOperand(2)) : nullptr;
    if (!place || place->getZExtValue() >= lanes.size() || lanes[place->getZExtValue()]) return {};
    lanes[place->getZExtValue()] = insert->getOperand(1), at = insert->getOperand(0);
  }
  return lanes;
}

bool nothing_written(const llvm::Instruction& from, const llvm::Instruction& to) {
  if (from.getParent() != to.getParent()) return false;
  for (const llvm::Instruction* at = &from; at != &to; at = at->getNextNode())
    if (!at || at->mayWriteToMemory()) return false;
  return true;
}

Lanes LaneReader::source(Lanes lanes) const {
  while (const auto* shuffle = llvm::dyn_cast<llvm::ShuffleVectorInst>(lanes.vector)) {
    const int first = shuffle->getMaskValue(lanes.from), width = int(width_of(*shuffle->getOperand(0)));
    for (unsigned i = 0; i < lanes_; i++)
      if (first < 0 || shuffle->getMaskValue(lanes.from + i) != first + int(i)) return lanes;
    if (first < width && first + int(lanes_) > width) return lanes;
    lanes = {shuffle->getOperand(first < width ? 0 : 1), unsigned(first < width ? first : first - width)};
  }
  return lanes;
}

Value* LaneReader::same(Lanes lanes) const {
  Value* common = element(lanes.vector, lanes.from);
  for (unsigned i = 1; common && i < lanes_; i++)
    if (element(lanes.vector, lanes.from + i) != common) return nullptr;
  return common;
}

Value* LaneReader::computed(const llvm::Instruction& instruction, unsigned from) {
  Value* first = make({instruction.getOperand(0), from});
  if (const auto* binary = llvm::dyn_cast<llvm::BinaryOperator>(&instruction))
    return b_.CreateBinOp(binary->getOpcode(), first, make({instruction.getOperand(1), from}));
  auto* element = llvm::cast<llvm::VectorType>(instruction.getType())->getElementType();
  return b_.CreateCast(llvm::cast<llvm::CastInst>(instruction).getOpcode(), first,
                       llvm::FixedVectorType::get(element, lanes_));
}

Value* LaneReader::make(Lanes lanes) {
  lanes = source(lanes);
  if (width_of(*lanes.vector) == lanes_) return lanes.vector;
  if (const auto found = made_.find(lanes); found != made_.end()) return found->second;
  Value* value = nullptr;
  const auto* instruction = llvm::dyn_cast<llvm::Instruction>(lanes.vector);
  if (Value* number = same(lanes)) {
    value = b_.CreateVectorSplat(lanes_, number);
  } else if (instruction && by_lane(*instruction)) {
    value = computed(*instruction, lanes.from);
    if (auto* own = llvm::dyn_cast<llvm::Instruction>(value)) own->copyIRFlags(lanes.vector);
  } else {
    std::vector<int> mask;
    for (unsigned i = 0; i < lanes_; i++) mask.push_back(int(lanes.from + i));
    value = b_.CreateShuffleVector(lanes.vector, mask);
  }
  return made_[lanes] = value;
}

}  // namespace mobilith

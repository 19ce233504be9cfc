#include "codegen/byte_lookups.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>

#include <optional>

#include "codegen/lanes.h"

namespace mobilith {

namespace {

using llvm::Value;

// One lane: table[indices[lane]].
struct Lane {
  Value *table, *indices;
  uint64_t number;
};

Value* without_extension(Value* value) {
  while (auto* cast = llvm::dyn_cast<llvm::ZExtInst>(value)) value = cast->getOperand(0);
  return value;
}

std::optional<Lane> lane_of(Value* value) {
  auto* load = llvm::dyn_cast<llvm::LoadInst>(value);
  if (!load || !load->isSimple() || !load->getType()->isIntegerTy(8)) return std::nullopt;
  auto* address = llvm::dyn_cast<llvm::GetElementPtrInst>(load->getPointerOperand());
  if (!address || address->getNumIndices() != 1 || !address->getSourceElementType()->isIntegerTy(8))
    return std::nullopt;
  auto* extract = llvm::dyn_cast<llvm::ExtractElementInst>(without_extension(address->getOperand(1)));
  if (!extract) return std::nullopt;
  auto* number = llvm::dyn_cast<llvm::ConstantInt>(extract->getIndexOperand());
  if (!number) return std::nullopt;
  return Lane{address->getPointerOperand(), without_extension(extract->getVectorOperand()),
              number->getZExtValue()};
}

// The lanes of the vector that the chain of insertions ends with; 0: it goes on, or is of no bytes.
unsigned lanes_of(const llvm::InsertElementInst& insert) {
  for (const llvm::User* user : insert.users())
    if (llvm::isa<llvm::InsertElementInst>(user) && user->getOperand(0) == &insert) return 0;
  const auto* type = llvm::dyn_cast<llvm::FixedVectorType>(insert.getType());
  return type && type->getElementType()->isIntegerTy(8) ? type->getNumElements() : 0;
}

// The chain's table and indices, if each of its lanes is that of one table.
std::optional<ByteLookup> lookup_of(llvm::InsertElementInst& last, unsigned lanes) {
  std::optional<Lane> common;
  const std::vector<Value*> inserted = inserted_lanes(last);
  for (size_t i = 0; i < inserted.size(); i++) {
    const std::optional<Lane> lane = lane_of(inserted[i]);
    if (!lane || lane->number != i || !nothing_written(*llvm::cast<llvm::Instruction>(inserted[i]), last))
      return std::nullopt;
    if (common && (common->table != lane->table || common->indices != lane->indices)) return std::nullopt;
    common = lane;
  }
  if (!common) return std::nullopt;
  const auto* type = llvm::dyn_cast<llvm::FixedVectorType>(common->indices->getType());
  if (!type || type->getNumElements() != lanes) return std::nullopt;
  return ByteLookup{&last, common->table, common->indices, lanes};
}

}  // namespace

std::vector<ByteLookup> byte_lookups(llvm::Module& module) {
  std::vector<ByteLookup> lookups;
  for (llvm::Function& function : module)
    for (llvm::Instruction& instruction : llvm::instructions(function))
      if (auto* insert = llvm::dyn_cast<llvm::InsertElementInst>(&instruction))
        if (const unsigned lanes = lanes_of(*insert))
          if (const std::optional<ByteLookup> lookup = lookup_of(*insert, lanes)) lookups.push_back(*lookup);
  return lookups;
}

}  // namespace mobilith

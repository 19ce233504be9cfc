#include "codegen/permute_tables.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicsX86.h>
#include <llvm/IR/Module.h>

#include <optional>
#include <vector>

namespace mobilith {

namespace {

using llvm::Value;

constexpr unsigned lanes = 64;

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
  Value* indices = without_extension(extract->getVectorOperand());
  const auto* type = llvm::cast<llvm::VectorType>(indices->getType());
  if (!number || !type->getElementType()->isIntegerTy(8)) return std::nullopt;
  return Lane{address->getPointerOperand(), indices, number->getZExtValue()};
}

bool ends_chain(const llvm::InsertElementInst& insert) {
  for (const llvm::User* user : insert.users())
    if (llvm::isa<llvm::InsertElementInst>(user) && user->getOperand(0) == &insert) return false;
  const auto* type = llvm::dyn_cast<llvm::FixedVectorType>(insert.getType());
  return type && type->getNumElements() == lanes && type->getElementType()->isIntegerTy(8);
}

// Between them nothing writes.
bool only_reads(const llvm::Instruction& from, const llvm::Instruction& to) {
  if (from.getParent() != to.getParent()) return false;
  for (const llvm::Instruction* at = &from; at && at != &to; at = at->getNextNode())
    if (at->mayWriteToMemory()) return false;
  return true;
}

// The chain's table and indices, if each of its lanes is that of one table.
std::optional<Lane> table_of(llvm::InsertElementInst& last) {
  std::optional<Lane> common;
  std::vector<bool> found(lanes, false);
  Value* at = &last;
  for (unsigned i = 0; i < lanes; i++) {
    auto* insert = llvm::dyn_cast<llvm::InsertElementInst>(at);
    if (!insert) return std::nullopt;
    const auto* place = llvm::dyn_cast<llvm::ConstantInt>(insert->getOperand(2));
    const std::optional<Lane> lane = lane_of(insert->getOperand(1));
    if (!place || !lane || lane->number != place->getZExtValue() || lane->number >= lanes ||
        found[lane->number])
      return std::nullopt;
    if (common && (common->table != lane->table || common->indices != lane->indices)) return std::nullopt;
    if (!only_reads(*llvm::cast<llvm::Instruction>(insert->getOperand(1)), last)) return std::nullopt;
    found[lane->number] = true, common = lane, at = insert->getOperand(0);
  }
  const auto* type = llvm::dyn_cast<llvm::FixedVectorType>(common->indices->getType());
  return type && type->getNumElements() == lanes ? common : std::nullopt;
}

void permute(llvm::InsertElementInst& last, const Lane& of) {
  llvm::IRBuilder<> b(&last);
  std::vector<Value*> quarters;
  for (unsigned i = 0; i < 4; i++)
    quarters.push_back(b.CreateAlignedLoad(
        last.getType(), b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), of.table, uint64_t{lanes} * i),
        llvm::Align(1)));
  const auto half = [&](size_t i) -> Value* {
    return b.CreateIntrinsic(llvm::Intrinsic::x86_avx512_vpermi2var_qi_512, {},
                             {quarters[i], of.indices, quarters[i + 1]});
  };
  Value* upper = b.CreateICmpSLT(of.indices, llvm::Constant::getNullValue(of.indices->getType()));
  last.replaceAllUsesWith(b.CreateSelect(upper, half(2), half(0)));
}

}  // namespace

void permute_tables(llvm::Module& module, const std::string& features) {
  if (!module.getTargetTriple().isX86() || features.find("+avx512vbmi") == std::string::npos) return;
  std::vector<std::pair<llvm::InsertElementInst*, Lane>> chains;
  for (llvm::Function& function : module)
    for (llvm::Instruction& instruction : llvm::instructions(function))
      if (auto* insert = llvm::dyn_cast<llvm::InsertElementInst>(&instruction); insert && ends_chain(*insert))
        if (const std::optional<Lane> table = table_of(*insert)) chains.emplace_back(insert, *table);
  for (const auto& [last, table] : chains) permute(*last, table);
}

}  // namespace mobilith

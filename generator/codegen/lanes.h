// A vector's lanes, followed through LLVM's shuffles.
#pragma once

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Instructions.h>

#include <map>
#include <utility>
#include <vector>

namespace mobilith {

// So many lanes of a vector as a register has, from one on.
struct Lanes {
  llvm::Value* vector;
  unsigned from = 0;
  auto operator<=>(const Lanes&) const = default;
};

// What the chain of insertions that ends with `last` puts into each of the vector's lanes, each of them once;
// empty: it is no such chain.
std::vector<llvm::Value*> inserted_lanes(llvm::InsertElementInst& last);

// Both are in one block, and nothing between them writes to memory.
bool nothing_written(const llvm::Instruction& from, const llvm::Instruction& to);

class LaneReader {
 public:
  LaneReader(llvm::IRBuilder<>& builder, unsigned lanes) : b_(builder), lanes_(lanes) {}

  // The same lanes where they come from, through shuffles that leave them beside each other.
  Lanes source(Lanes) const;
  // The number that all of them are; null: they differ, or it is not known.
  llvm::Value* same(Lanes) const;
  // The lanes as a vector of their own, computed so where each lane is computed by itself.
  llvm::Value* make(Lanes);

 private:
  llvm::Value* computed(const llvm::Instruction&, unsigned from);

  llvm::IRBuilder<>& b_;
  unsigned lanes_;
  std::map<Lanes, llvm::Value*> made_;
};

}  // namespace mobilith

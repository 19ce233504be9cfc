// Bytes that Halide's code reads one by one for a vector: table[indices[lane]], of each lane.
#pragma once

#include <llvm/IR/Instructions.h>
#include <llvm/IR/Module.h>

#include <vector>

namespace mobilith {

struct ByteLookup {
  llvm::InsertElementInst* last;  // whose value is the vector; all loads are in its block, and nothing is
                                  // written between the first and it
  llvm::Value* table;             // where the bytes are
  llvm::Value* indices;           // a vector of whole numbers without a sign, of as many lanes
  unsigned lanes;
};

std::vector<ByteLookup> byte_lookups(llvm::Module&);

}  // namespace mobilith

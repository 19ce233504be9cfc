#include "inspect/loop_lines.h"

#include <llvm/Analysis/LoopInfo.h>
#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/DIBuilder.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>

#include <set>

#include "inspect/disassembler.h"

namespace mobilith::inspect {

namespace {

// The number in a block's name, of the loop that it heads; -1: it heads none.
int loop_headed_by(const llvm::BasicBlock& block) {
  const llvm::StringRef name = block.getName();
  const size_t word = name.find("_for_"), mark = name.rfind('#');
  if (word == llvm::StringRef::npos || mark == llvm::StringRef::npos || name.contains("end_for_")) return -1;
  llvm::StringRef digits = name.substr(mark + 1);
  unsigned number = 0;
  return digits.consumeInteger(10, number) ? -1 : static_cast<int>(number);
}

int loop_of(const llvm::Loop& loop) {
  if (const int number = loop_headed_by(*loop.getHeader()); number >= 0) return number;
  for (const llvm::BasicBlock* block : loop.blocks())
    if (const int number = loop_headed_by(*block); number >= 0) return number;
  return -1;
}

// Halide names a parallel loop's body "..._par_for_output_s0_y_strip_7".
int parallel_loop_of(const llvm::Function& function) {
  const llvm::StringRef name = function.getName();
  if (!name.contains("_par_for_")) return -1;
  unsigned number = 0;
  return name.substr(name.rfind('_') + 1).getAsInteger(10, number) ? -1 : static_cast<int>(number);
}

struct Subprograms {
  explicit Subprograms(llvm::Module& module) : builder(module) {
    file = builder.createFile("loops", "");
    builder.createCompileUnit(llvm::DISourceLanguageName(llvm::dwarf::DW_LANG_C99), file, "", false, "", 0,
                              "", llvm::DICompileUnit::LineTablesOnly);
    type = builder.createSubroutineType(builder.getOrCreateTypeArray({}));
  }
  void add(llvm::Function& function) {
    function.setSubprogram(builder.createFunction(file, function.getName(), "", file, 1, type, 1,
                                                  llvm::DINode::FlagZero,
                                                  llvm::DISubprogram::SPFlagDefinition));
  }
  llvm::DIBuilder builder;
  llvm::DIFile* file;
  llvm::DISubroutineType* type;
};

}  // namespace

std::string with_loop_lines(const std::string& bitcode) {
  llvm::LLVMContext context;
  auto module = llvm::parseBitcodeFile(llvm::MemoryBufferRef(bitcode, "kernel"), context);
  if (!module) throw InspectError("can't read a kernel's bitcode: " + llvm::toString(module.takeError()));
  (*module)->addModuleFlag(llvm::Module::Warning, "Debug Info Version", llvm::DEBUG_METADATA_VERSION);
  Subprograms subprograms(**module);
  for (llvm::Function& function : **module) {
    if (function.isDeclaration()) continue;
    subprograms.add(function);
    llvm::DominatorTree dominators(function);
    const llvm::LoopInfo loops(dominators);
    const int around = parallel_loop_of(function);
    for (llvm::BasicBlock& block : function) {
      int number = around;
      for (const llvm::Loop* loop = loops.getLoopFor(&block); loop; loop = loop->getParentLoop())
        if (const int named = loop_of(*loop); named >= 0) {
          number = named;
          break;
        }
      for (llvm::Instruction& instruction : block)
        instruction.setDebugLoc(
            llvm::DILocation::get(context, static_cast<unsigned>(number + 1), 0, function.getSubprogram()));
    }
  }
  subprograms.builder.finalize();
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  llvm::WriteBitcodeToFile(**module, stream, /*ShouldPreserveUseListOrder=*/true);
  return bytes;
}

void complete_lines(llvm::Module& module, llvm::Function& entry) {
  if (!module.getModuleFlag("Debug Info Version"))
    module.addModuleFlag(llvm::Module::Warning, "Debug Info Version", llvm::DEBUG_METADATA_VERSION);
  std::set<llvm::DICompileUnit*> units;
  for (const llvm::Function& function : module)
    if (const llvm::DISubprogram* subprogram = function.getSubprogram()) units.insert(subprogram->getUnit());
  llvm::NamedMDNode* list = module.getOrInsertNamedMetadata("llvm.dbg.cu");
  for (llvm::DICompileUnit* unit : units) list->addOperand(unit);
  Subprograms subprograms(module);
  subprograms.add(entry);
  for (llvm::BasicBlock& block : entry)
    for (llvm::Instruction& instruction : block)
      instruction.setDebugLoc(llvm::DILocation::get(module.getContext(), 0, 0, entry.getSubprogram()));
  subprograms.builder.finalize();
}

}  // namespace mobilith::inspect

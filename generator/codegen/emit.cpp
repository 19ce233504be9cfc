#include "codegen/emit.h"

#include <fmt/format.h>
#include <llvm/CodeGen/Passes.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Verifier.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Object/ArchiveWriter.h>
#include <llvm/Pass.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include "codegen/accumulate_in_place.h"
#include "codegen/drop_cfi.h"
#include "codegen/keep_constants_near.h"
#include "targets/errors.h"
#include "targets/llvm_targets.h"

namespace mobilith {

std::unique_ptr<llvm::TargetMachine> target_machine(const CpuTarget& target) {
  const llvm::Triple triple(target.platform->triple);
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Fast;
  if (triple.getArch() == llvm::Triple::riscv64) options.MCOptions.ABIName = "lp64d";
  return std::unique_ptr<llvm::TargetMachine>(llvm_target(triple).createTargetMachine(
      triple, target.baseline, target.features, options, llvm::Reloc::PIC_, llvm::CodeModel::Small,
      llvm::CodeGenOptLevel::Aggressive));
}

namespace {

// LLVM's passes, and ours among them.
class CodegenPasses : public llvm::legacy::PassManager {
 public:
  CodegenPasses(StackFrames* frames, FunctionNames& spilled) : frames_(frames), spilled_(spilled) {}
  void add(llvm::Pass* pass) override {
    const bool phis = pass->getPassID() == &llvm::PHIEliminationID,
               prologues = pass->getPassID() == &llvm::PrologEpilogCodeInserterID;
    // Steps before would load constants ahead of all loops again; those behind leave SSA.
    if (pass->getPassID() == &llvm::ProcessImplicitDefsID)
      llvm::legacy::PassManager::add(keep_constants_near());
    if (prologues) llvm::legacy::PassManager::add(find_spilled_sums(spilled_));
    llvm::legacy::PassManager::add(pass);
    if (prologues) llvm::legacy::PassManager::add(drop_cfi());
    if (prologues && frames_) llvm::legacy::PassManager::add(measure_frames(*frames_));
    if (phis) llvm::legacy::PassManager::add(accumulate_in_place());
  }

 private:
  StackFrames* frames_;  // null: nobody asks
  FunctionNames& spilled_;
};

std::string emit_once(llvm::Module& module, llvm::TargetMachine& machine, StackFrames* frames,
                      FunctionNames& spilled) {
  llvm::SmallVector<char, 0> object;
  llvm::raw_svector_ostream stream(object);
  CodegenPasses passes(frames, spilled);
  if (machine.addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::ObjectFile))
    throw CodegenError("LLVM can't write objects for this target");
  passes.run(module);
  return {object.data(), object.size()};
}

}  // namespace

std::string emit_object(llvm::Module& module, llvm::TargetMachine& machine, StackFrames* frames) {
  std::string problem;
  llvm::raw_string_ostream problems(problem);
  if (llvm::verifyModule(module, &problems))
    throw CodegenError("the library's code is malformed: " + problem);

  FunctionNames spilled;
  // LLVM's steps change the module, too.
  const auto unchanged = machine.getTargetTriple().isX86() ? llvm::CloneModule(module) : nullptr;
  const std::string object = emit_once(module, machine, frames, spilled);
  if (spilled.empty() || !unchanged) return object;
  for (const std::string& name : spilled) unchanged->getFunction(name)->addFnAttr(constants_near);
  FunctionNames still;
  return emit_once(*unchanged, machine, frames, still);
}

std::string archive(const std::vector<ArchiveMember>& members, const Platform& platform) {
  const llvm::Triple triple(platform.triple);
  const auto kind = triple.isOSDarwin()                 ? llvm::object::Archive::K_DARWIN
                    : triple.isWindowsMSVCEnvironment() ? llvm::object::Archive::K_COFF
                                                        : llvm::object::Archive::K_GNU;
  std::vector<llvm::NewArchiveMember> entries;
  for (const ArchiveMember& member : members)
    entries.emplace_back(llvm::MemoryBufferRef(member.bytes, member.name));
  auto written = llvm::writeArchiveToBuffer(entries, llvm::SymtabWritingMode::NormalSymtab, kind,
                                            /*Deterministic=*/true, /*Thin=*/false);
  if (!written) throw CodegenError("can't write the archive: " + llvm::toString(written.takeError()));
  return (*written)->getBuffer().str();
}

std::string archive_name(const std::string& library, const Platform& platform) {
  return llvm::Triple(platform.triple).isWindowsMSVCEnvironment() ? library + ".lib" : "lib" + library + ".a";
}

}  // namespace mobilith

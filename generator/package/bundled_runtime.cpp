#include "package/bundled_runtime.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>

#include <memory>

#include "package/runtime_bitcode.h"
#include "targets/errors.h"
#include "targets/llvm_targets.h"

namespace mobilith {

namespace {

std::string_view bitcode_for(const std::string& platform) {
  for (const embedded::RuntimeBitcode& row : embedded::runtime_bitcode())
    if (row.platform == platform) return row.bitcode;
  throw CodegenError(fmt::format("no compiled runtime for '{}': there is one for {}", platform,
                                 fmt::join(runtime_platforms(), ", ")));
}

std::unique_ptr<llvm::Module> parse(const std::string& platform, llvm::LLVMContext& context) {
  const std::string_view bitcode = bitcode_for(platform);
  auto module = llvm::parseBitcodeFile({llvm::StringRef(bitcode.data(), bitcode.size()), platform}, context);
  if (!module) throw CodegenError("the runtime's bitcode: " + llvm::toString(module.takeError()));
  return std::move(*module);
}

// wasm code runs under any system or none.
bool same_platform(const llvm::Triple& a, const llvm::Triple& b) {
  return a.getArch() == b.getArch() &&
         (a.isWasm() || a.getOS() == b.getOS() || (a.isMacOSX() && b.isMacOSX()));
}

// For the CPU and features that clang compiled each function for: the least that the platform has.
std::unique_ptr<llvm::TargetMachine> machine_for(const llvm::Module& module, const llvm::Triple& triple) {
  const llvm::Function& function = *module.getFunction("mobilith_run");
  const auto attribute = [&](const char* name) { return function.getFnAttribute(name).getValueAsString(); };
  llvm::TargetOptions options;
  options.FunctionSections = options.DataSections = true;
  return std::unique_ptr<llvm::TargetMachine>(llvm_target(triple).createTargetMachine(
      triple, attribute("target-cpu"), attribute("target-features"), options,
      triple.isWasm() ? llvm::Reloc::Static : llvm::Reloc::PIC_, llvm::CodeModel::Small,
      llvm::CodeGenOptLevel::Default));
}

}  // namespace

std::vector<std::string> runtime_platforms() {
  std::vector<std::string> names;
  for (const embedded::RuntimeBitcode& row : embedded::runtime_bitcode()) names.emplace_back(row.platform);
  return names;
}

std::string runtime_object(const std::string& platform, const llvm::Triple& triple) {
  llvm::LLVMContext context;
  const std::unique_ptr<llvm::Module> module = parse(platform, context);
  if (!same_platform(module->getTargetTriple(), triple))
    throw CodegenError(fmt::format("the compiled runtime for {} is not one for {}", platform, triple.str()));
  const std::unique_ptr<llvm::TargetMachine> machine = machine_for(*module, triple);
  module->setTargetTriple(triple);
  if (module->getDataLayout() != machine->createDataLayout())
    throw CodegenError(
        fmt::format("the compiled runtime for {} has another data layout than {}", platform, triple.str()));

  llvm::SmallVector<char, 0> object;
  llvm::raw_svector_ostream stream(object);
  llvm::legacy::PassManager passes;
  if (machine->addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::ObjectFile))
    throw CodegenError(fmt::format("LLVM can't write objects for {}", triple.str()));
  passes.run(*module);
  return {object.begin(), object.end()};
}

}  // namespace mobilith

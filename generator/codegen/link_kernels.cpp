#include "codegen/link_kernels.h"

#include <HalideRuntime.h>
#include <fmt/format.h>
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/Linker/Linker.h>
#include <llvm/Support/MemoryBuffer.h>

#include <cctype>

#include "codegen/call_instructions.h"
#include "codegen/halide_bitcode.h"
#include "codegen/hooks.h"
#include "codegen/keep_nans.h"
#include "codegen/pack_bytes.h"
#include "codegen/permute_tables.h"
#include "codegen/round_to_bf16.h"
#include "codegen/shuffle_bytes.h"
#include "targets/errors.h"
#include "targets/llvm_targets.h"

namespace mobilith {

namespace {

using llvm::Function;
using llvm::Value;

std::unique_ptr<llvm::Module> parse(llvm::LLVMContext& context, const std::string& bitcode) {
  auto module = llvm::parseBitcodeFile(llvm::MemoryBufferRef(bitcode, "kernel"), context);
  if (!module)
    throw CodegenError(fmt::format("can't read a kernel's bitcode: {}", llvm::toString(module.takeError())));
  return std::move(*module);
}

// Compiled for exactly the named CPU, whatever Halide wrote.
void set_target(Function& function, const CpuTarget& target) {
  for (const char* name : {"target-cpu", "tune-cpu", "target-features", "prefer-vector-width",
                           "frame-pointer", "uwtable", "stack-protector-guard"})
    function.removeFnAttr(name);
  function.addFnAttr("target-cpu", target.baseline);
  function.addFnAttr("tune-cpu", main_name(function.getParent()->getTargetTriple(), target.cpu));
  function.addFnAttr("target-features", target.features);
  function.addFnAttr("prefer-vector-width", std::to_string(target.vector_bits));
  function.setDSOLocal(true);
}

// Of halide_buffer_t (HalideRuntime.h): a 64-bit handle and a pointer come before `host`.
int64_t host_offset(const llvm::DataLayout& layout) { return 8 + layout.getPointerSize(); }

// The table's uniform signature: int32 (mobilith_worker*, void *const *operands). Halide's kernels take
// halide_buffer_t*; with constant extents and strides they read nothing of it but `host`, so that after
// inlining no buffer is left.
Function* make_entry(llvm::Module& module, Function& kernel, int operands, const std::string& name) {
  llvm::LLVMContext& context = module.getContext();
  llvm::IRBuilder<> builder(context);
  auto* type = llvm::FunctionType::get(builder.getInt32Ty(), {builder.getPtrTy(), builder.getPtrTy()}, false);
  Function* entry = Function::Create(type, Function::InternalLinkage, name, module);
  entry->addFnAttr(llvm::Attribute::NoUnwind);
  builder.SetInsertPoint(llvm::BasicBlock::Create(context, "", entry));
  if (kernel.arg_size() != size_t(operands) + 1)
    throw CodegenError(
        fmt::format("{}: {} operands where {} were planned", name, kernel.arg_size() - 1, operands));
  std::vector<Value*> arguments{entry->getArg(0)};
  auto* buffer_type = llvm::ArrayType::get(builder.getInt8Ty(), sizeof(halide_buffer_t));
  for (int i = 0; i < operands; i++) {
    llvm::AllocaInst* buffer = builder.CreateAlloca(buffer_type);
    buffer->setAlignment(llvm::Align(alignof(halide_buffer_t)));
    builder.CreateMemSet(buffer, builder.getInt8(0), sizeof(halide_buffer_t), llvm::Align(8));
    Value* host = builder.CreateLoad(
        builder.getPtrTy(), builder.CreateConstInBoundsGEP1_64(builder.getPtrTy(), entry->getArg(1), i));
    builder.CreateStore(host, builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), buffer,
                                                                 host_offset(module.getDataLayout())));
    arguments.push_back(buffer);
  }
  builder.CreateRet(builder.CreateCall(&kernel, arguments));
  kernel.removeFnAttr(llvm::Attribute::NoInline);
  kernel.addFnAttr(llvm::Attribute::AlwaysInline);
  return entry;
}

// What only another architecture has would end the process in LLVM's instruction selection.
void require_no_foreign_intrinsics(const llvm::Module& module) {
  const llvm::StringRef own = module.getTargetTriple().getArchTypePrefix(module.getTargetTriple().getArch());
  for (const Function& function : module)
    for (const char* prefix : {"x86", "aarch64", "riscv", "wasm"})
      if (function.getName().starts_with(fmt::format("llvm.{}.", prefix)) && own != prefix)
        throw CodegenError(fmt::format("a kernel for {} calls {}", own.str(), function.getName().str()));
}

// Halide's module flags, identification and names carry nothing that we need, and names would show in the
// object.
void strip(llvm::Module& module) {
  while (!module.named_metadata_empty()) module.eraseNamedMetadata(&*module.named_metadata_begin());
  module.setSourceFileName("");
}

}  // namespace

std::string function_prefix(const std::string& cpu, size_t cpus) {
  if (cpus == 1) return "";
  std::string prefix = cpu + ".";
  for (char& letter : prefix)
    if (!std::isalnum(static_cast<unsigned char>(letter)) && letter != '.') letter = '_';
  return prefix;
}

LinkedKernels link_kernels(llvm::Module& into, const std::vector<std::string>& bitcode,
                           const std::vector<int>& operands, const CpuTarget& target,
                           const std::string& prefix) {
  LinkedKernels linked;
  llvm::Linker linker(into);
  int64_t task_bytes = 0;
  for (size_t i = 0; i < bitcode.size(); i++) {
    std::unique_ptr<llvm::Module> module = parse(into.getContext(), bitcode[i]);
    module->setDataLayout(into.getDataLayout());
    module->setTargetTriple(into.getTargetTriple());
    strip(*module);
    require_no_foreign_intrinsics(*module);
    pack_bytes(*module, target);
    keep_nans(*module);
    call_instructions(*module, target.features);
    round_to_bf16(*module, target.features);
    permute_tables(*module, target.features);
    shuffle_bytes(*module, target.features);
    Function* kernel = module->getFunction(kernel_symbol);
    if (!kernel) throw CodegenError("a kernel's bitcode lacks its function");
    const ScratchUse use = resolve_hooks(*module, *kernel);
    linked.scratch_bytes = std::max(linked.scratch_bytes, use.kernel + use.task);
    task_bytes = std::max(task_bytes, use.task);
    const std::string entry = fmt::format("{}k{}", prefix, i);
    int part = 0;
    make_entry(*module, *kernel, operands[i], entry)
        ->setLinkage(Function::ExternalLinkage);  // until it is linked
    for (Function& function : *module) {
      if (function.isDeclaration()) continue;
      set_target(function, target);
      if (function.getName() == entry) continue;
      function.setLinkage(Function::InternalLinkage);
      function.setComdat(nullptr);
      function.setName(fmt::format("{}.{}", entry, part++));
    }
    for (llvm::GlobalVariable& global : module->globals()) {
      if (global.isDeclaration()) continue;
      global.setLinkage(llvm::GlobalValue::InternalLinkage);
      global.setComdat(nullptr);
      global.setName(fmt::format("{}.data{}", entry, part++));
    }
    if (linker.linkInModule(std::move(module))) throw CodegenError("LLVM can't link a kernel's bitcode");
    linked.entries.push_back(into.getFunction(entry));
    linked.entries.back()->setLinkage(Function::InternalLinkage);
  }
  linked.worker_bytes = task_bytes;
  return linked;
}

}  // namespace mobilith

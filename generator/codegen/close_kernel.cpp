#include "codegen/close_kernel.h"

#include <HalideRuntime.h>
#include <fmt/format.h>
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>

#include "codegen/call_instructions.h"
#include "codegen/emit.h"
#include "codegen/halide_bitcode.h"
#include "codegen/hooks.h"
#include "codegen/keep_nans.h"
#include "codegen/optimise.h"
#include "codegen/pack_bytes.h"
#include "codegen/permute_tables.h"
#include "codegen/round_anywhere.h"
#include "codegen/round_to_bf16.h"
#include "codegen/shuffle_bytes.h"
#include "codegen/split_wide_calls.h"
#include "targets/errors.h"
#include "targets/llvm_targets.h"

namespace mobilith {

namespace {

using llvm::Function;
using llvm::Value;

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

// The first argument is the worker.
unsigned operands_of(const Function& kernel) { return static_cast<unsigned>(kernel.arg_size()) - 1; }

// The table's uniform signature: int32 (mobilith_worker*, void *const *operands). Halide's kernels take
// halide_buffer_t*; with constant extents and strides they read nothing of it but `host`, so that after
// inlining no buffer is left.
Function* make_entry(llvm::Module& module, Function& kernel, const std::string& name) {
  llvm::LLVMContext& context = module.getContext();
  llvm::IRBuilder<> builder(context);
  auto* type = llvm::FunctionType::get(builder.getInt32Ty(), {builder.getPtrTy(), builder.getPtrTy()}, false);
  Function* entry = Function::Create(type, Function::InternalLinkage, name, module);
  entry->addFnAttr(llvm::Attribute::NoUnwind);
  builder.SetInsertPoint(llvm::BasicBlock::Create(context, "", entry));
  std::vector<Value*> arguments{entry->getArg(0)};
  auto* buffer_type = llvm::ArrayType::get(builder.getInt8Ty(), sizeof(halide_buffer_t));
  for (unsigned i = 0; i < operands_of(kernel); i++) {
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

// Facts are numbers in metadata of this name.
constexpr const char* facts_name = "mobilith.kernel";

void add_facts(llvm::Module& module, const KernelFacts& facts) {
  llvm::LLVMContext& context = module.getContext();
  llvm::NamedMDNode* node = module.getOrInsertNamedMetadata(facts_name);
  for (const int64_t fact : {facts.kernel_bytes, facts.task_bytes, facts.operands})
    node->addOperand(llvm::MDNode::get(context, llvm::ConstantAsMetadata::get(llvm::ConstantInt::get(
                                                    llvm::Type::getInt64Ty(context), uint64_t(fact)))));
}

}  // namespace

std::unique_ptr<llvm::Module> read_kernel(llvm::LLVMContext& context, const std::string& bitcode) {
  auto module = llvm::parseBitcodeFile(llvm::MemoryBufferRef(bitcode, "kernel"), context);
  if (!module)
    throw CodegenError(fmt::format("can't read a kernel's bitcode: {}", llvm::toString(module.takeError())));
  return std::move(*module);
}

std::unique_ptr<llvm::Module> closed_kernel(llvm::LLVMContext& context, const std::string& bitcode,
                                            const CpuTarget& target) {
  std::unique_ptr<llvm::Module> module = read_kernel(context, bitcode);
  const std::unique_ptr<llvm::TargetMachine> machine = target_machine(target);
  module->setDataLayout(machine->createDataLayout());
  module->setTargetTriple(machine->getTargetTriple());
  strip(*module);
  round_anywhere(*module);
  require_no_foreign_intrinsics(*module);
  split_wide_calls(*module, target);
  pack_bytes(*module, target);
  keep_nans(*module);
  call_instructions(*module, target.features);
  round_to_bf16(*module, target.features);
  permute_tables(*module, target.features);
  shuffle_bytes(*module, target.features);
  Function* kernel = module->getFunction(kernel_symbol);
  if (!kernel) throw CodegenError("a kernel's bitcode lacks its function");
  const ScratchUse use = resolve_hooks(*module, *kernel);
  add_facts(*module, {use.kernel, use.task, operands_of(*kernel)});
  int part = 0;
  make_entry(*module, *kernel, entry_symbol)->setLinkage(Function::ExternalLinkage);  // until it is linked
  for (Function& function : *module) {
    if (function.isDeclaration()) continue;
    set_target(function, target);
    if (function.getName() == entry_symbol) continue;
    function.setLinkage(Function::InternalLinkage);
    function.setComdat(nullptr);
    function.setName(fmt::format("{}.{}", entry_symbol, part++));
  }
  for (llvm::GlobalVariable& global : module->globals()) {
    if (global.isDeclaration()) continue;
    global.setLinkage(llvm::GlobalValue::InternalLinkage);
    global.setComdat(nullptr);
    global.setName(fmt::format("{}.data{}", entry_symbol, part++));
  }
  return module;
}

KernelFacts kernel_facts(const llvm::Module& module) {
  const llvm::NamedMDNode* node = module.getNamedMetadata(facts_name);
  if (!node || node->getNumOperands() != 3) throw CodegenError("a kernel's bitcode lacks its facts");
  const auto fact = [&](unsigned i) {
    return llvm::mdconst::extract<llvm::ConstantInt>(node->getOperand(i)->getOperand(0))->getSExtValue();
  };
  return {fact(0), fact(1), fact(2)};
}

void drop_facts(llvm::Module& module) {
  if (llvm::NamedMDNode* node = module.getNamedMetadata(facts_name)) module.eraseNamedMetadata(node);
}

std::string optimised_bitcode(llvm::Module& module, const CpuTarget& target) {
  std::string problem;
  llvm::raw_string_ostream problems(problem);
  if (llvm::verifyModule(module, &problems)) throw CodegenError("its code is malformed: " + problem);
  optimise(module, *target_machine(target));
  std::string bitcode;
  llvm::raw_string_ostream stream(bitcode);
  // In another order of uses than the optimiser leaves, some code comes out otherwise.
  llvm::WriteBitcodeToFile(module, stream, /*ShouldPreserveUseListOrder=*/true);
  return bitcode;
}

std::string close_kernel(const std::string& bitcode, const CpuTarget& target) {
  llvm::LLVMContext context;
  return optimised_bitcode(*closed_kernel(context, bitcode, target), target);
}

}  // namespace mobilith

#include "bench/loaded_library.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <llvm/BinaryFormat/Magic.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/Object/Archive.h>
#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/archive_bounds.h"
#include "bench/jit.h"
#include "bench/tree_file.h"

namespace mobilith {

namespace fs = std::filesystem;

struct LoadedLibrary::Impl {
  std::unique_ptr<llvm::orc::LLJIT> jit;
  const mobilith_model* model = nullptr;
  std::string name, weights_file;
  nlohmann::json manifest;  // of a tree
};

LoadedLibrary::LoadedLibrary(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LoadedLibrary::LoadedLibrary(LoadedLibrary&&) noexcept = default;
LoadedLibrary::~LoadedLibrary() = default;
const mobilith_model* LoadedLibrary::model() const { return impl_->model; }
const std::string& LoadedLibrary::name() const { return impl_->name; }
void LoadedLibrary::add_weights(mobilith_options& options) const {
  if (!impl_->model->weights) options.weights_file = impl_->weights_file.c_str();
}

PeakProducts LoadedLibrary::products() const {
  const nlohmann::json& manifest = impl_->manifest;
  try {
    if (manifest.is_null()) return PeakProducts::floats;
    const bool bytes = manifest.at("configuration").at("dtype") == "int8";
    const std::string cpu = mobilith_model_describe(impl_->model)->cpu;
    for (const nlohmann::json& variant : manifest.at("variants"))
      if (const nlohmann::json& machine = variant.at("machine"); variant.at("cpu") == cpu)
        return bytes ? products_of_bytes(machine.value("byte_group", 1))
                     : products_of_floats(machine.value("bf16_products", false));
  } catch (const nlohmann::json::exception&) {
    throw LoadError(fmt::format("{}: its manifest says nothing of its type or machine", impl_->name));
  }
  return PeakProducts::floats;
}

namespace {

// Adds every object of the archive.
void add_members(llvm::orc::LLJIT& jit, const std::string& bytes, const std::string& name) {
  if (const std::string fault = archive_fault(bytes); !fault.empty())
    throw LoadError(fmt::format("lib{}.a: {}", name, fault));
  auto archive = llvm::object::Archive::create(llvm::MemoryBufferRef(bytes, name));
  if (!archive) throw LoadError(fmt::format("lib{}.a: {}", name, llvm::toString(archive.takeError())));
  llvm::Error error = llvm::Error::success();
  for (const auto& child : (*archive)->children(error)) {
    auto member = child.getMemoryBufferRef();
    if (!member) {
      llvm::consumeError(std::move(error));
      throw LoadError(fmt::format("lib{}.a: {}", name, llvm::toString(member.takeError())));
    }
    if (llvm::identify_magic(member->getBuffer()) != llvm::file_magic::elf_relocatable) {
      llvm::consumeError(std::move(error));
      throw LoadError(fmt::format("lib{}.a: holds something that is no ELF object", name));
    }
    // A copy: members of an archive are aligned to two bytes only, the object's tables want more.
    if (auto added = jit.addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(member->getBuffer(), name))) {
      llvm::consumeError(std::move(error));
      throw LoadError(fmt::format("lib{}.a: {}", name, llvm::toString(std::move(added))));
    }
  }
  if (error) throw LoadError(fmt::format("lib{}.a: {}", name, llvm::toString(std::move(error))));
}

const mobilith_model* loaded_model(llvm::orc::LLJIT& jit, const std::string& archive,
                                   const std::string& name) {
  add_members(jit, archive, name);
  auto symbol = jit.lookup(name);
  if (!symbol) {
    const std::string why = llvm::toString(symbol.takeError());
    throw LoadError(
        fmt::format("lib{}.a: no usable model '{}': {}", name, name, why.substr(0, why.find('\n'))));
  }
  return symbol->toPtr<const mobilith_model*>();
}

}  // namespace

LoadedLibrary LoadedLibrary::from_bytes(const std::string& archive, const std::string& name) {
  auto impl = std::make_unique<Impl>();
  impl->jit = make_jit();
  impl->name = name;
  impl->model = using_jit(impl->jit, [&] { return loaded_model(*impl->jit, archive, name); });
  if (!mobilith_model_describe(impl->model))
    throw LoadError(fmt::format("lib{}.a: made by an incompatible version of mobilith", name));
  if (reinterpret_cast<uintptr_t>(impl->model->weights) % 64 != 0)
    throw LoadError(fmt::format("lib{}.a: weights not aligned", name));
  return LoadedLibrary(std::move(impl));
}

std::vector<std::string> library_names(const fs::path& tree) {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(tree / "share", error))
    if (fs::exists(entry.path() / "manifest.json", error)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string chosen_library(const fs::path& tree, const std::string& wanted) {
  std::error_code error;
  if (!fs::is_directory(tree, error)) throw LoadError(fmt::format("{}: no such folder", tree.string()));
  const std::vector<std::string> names = library_names(tree);
  if (names.empty())
    throw LoadError(
        fmt::format("{}: no generated library here (no share/NAME/manifest.json)", tree.string()));
  if (wanted.empty() && names.size() > 1)
    throw LoadError({.text = fmt::format("{}: several libraries; choose one with ", tree.string()),
                     .mentioned = "name",
                     .rest = fmt::format(": {}", fmt::join(names, ", "))});
  if (!wanted.empty() && std::find(names.begin(), names.end(), wanted) == names.end())
    throw LoadError(
        fmt::format("{}: no library '{}'; there is {}", tree.string(), wanted, fmt::join(names, ", ")));
  return wanted.empty() ? names.front() : wanted;
}

LoadedLibrary LoadedLibrary::from_tree(const fs::path& tree, const std::string& wanted) {
  const std::string name = chosen_library(tree, wanted);
  nlohmann::json manifest = read_native_manifest(tree / "share" / name / "manifest.json");
  const fs::path path = tree / "lib" / ("lib" + name + ".a");
  LoadedLibrary library = from_bytes(read_tree_file(path), name);
  library.impl_->manifest = std::move(manifest);
  library.impl_->weights_file = tree / "share" / name / (name + ".weights");
  return library;
}

}  // namespace mobilith

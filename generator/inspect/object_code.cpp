#include "inspect/object_code.h"

#include <fmt/format.h>
#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/Object/Archive.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Object/SymbolSize.h>
#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "apart/computed_apart.h"
#include "bench/archive_bounds.h"

namespace mobilith::inspect {

namespace {

namespace object = llvm::object;

// A function as it lies in an archive.
struct FunctionBytes {
  int kernel = 0;
  std::string symbol;
  uint64_t address = 0;
  std::string code;
};
template <Wire W>
void pass(W& wire, FunctionBytes& of) {
  auto& [kernel, symbol, address, code] = of;
  wire(kernel, symbol, address, code);
}

template <typename T>
T taken(llvm::Expected<T> value) {
  if (value) return std::move(*value);
  const std::string message = llvm::toString(value.takeError());
  throw InspectError("damaged: " + message.substr(0, message.find('\n')));
}

// "k7" and "k7.0", with the underscore in front that some formats want: 7.
std::optional<int> kernel_of(llvm::StringRef symbol, const std::string& prefix) {
  symbol.consume_front("_");
  if (!symbol.consume_front(prefix + "k")) return std::nullopt;
  unsigned kernel = 0, part = 0;
  if (symbol.consumeInteger(10, kernel)) return std::nullopt;
  if (!symbol.empty() && (!symbol.consume_front(".") || symbol.consumeInteger(10, part) || !symbol.empty()))
    return std::nullopt;
  return static_cast<int>(kernel);
}

using Visit = std::function<void(const object::ObjectFile&, const object::SectionRef&, FunctionBytes)>;

void visit_functions(const object::ObjectFile& file, int wanted, const std::string& prefix,
                     const Visit& visit) {
  for (const auto& [symbol, size] : object::computeSymbolSizes(file)) {
    const llvm::StringRef name = taken(symbol.getName());
    const std::optional<int> kernel = kernel_of(name, prefix);
    if (!kernel || (wanted >= 0 && *kernel != wanted)) continue;
    const auto section = taken(symbol.getSection());
    if (section == file.section_end() || !section->isText()) continue;
    const llvm::StringRef bytes = taken(section->getContents());
    const uint64_t address = taken(symbol.getAddress()), begin = address - section->getAddress();
    if (begin > bytes.size() || size > bytes.size() - begin)
      throw InspectError(fmt::format("damaged: function {} lies outside its section", name.str()));
    visit(file, *section, {*kernel, name.str(), address, bytes.substr(begin, size).str()});
  }
}

// All objects of the archive.
void visit_archive(const std::string& archive, const llvm::Triple& triple, int kernel,
                   const std::string& prefix, const Visit& visit) {
  if (const std::string fault = archive_fault(archive); !fault.empty()) throw InspectError(fault);
  const llvm::MemoryBufferRef buffer(archive, "archive");
  const std::unique_ptr<object::Archive> members = taken(object::Archive::create(buffer));
  llvm::Error error = llvm::Error::success();
  std::string problem;
  for (const auto& child : members->children(error)) {
    // A copy: members of an archive are aligned to two bytes only.
    auto member = child.getMemoryBufferRef();
    if (!member) {
      problem = llvm::toString(member.takeError());
      break;
    }
    const auto copy = llvm::MemoryBuffer::getMemBufferCopy(member->getBuffer());
    auto file = object::ObjectFile::createObjectFile(copy->getMemBufferRef());
    if (!file) {
      problem = llvm::toString(file.takeError());
      break;
    }
    if ((*file)->getArch() != triple.getArch()) {
      problem = "code for " + llvm::Triple::getArchTypeName((*file)->getArch()).str() + ", not " +
                llvm::Triple::getArchTypeName(triple.getArch()).str();
      break;
    }
    try {
      visit_functions(**file, kernel, prefix, visit);
    } catch (const InspectError& broken) {
      llvm::consumeError(std::move(error));
      throw;
    }
  }
  if (error) {
    const std::string message = llvm::toString(std::move(error));
    if (problem.empty()) problem = message;
  }
  if (!problem.empty()) throw InspectError("damaged: " + problem.substr(0, problem.find('\n')));
}

KernelFunction decoded(const FunctionBytes& bytes, const Disassembler& target) {
  KernelFunction function{bytes.kernel, bytes.symbol, target.decode(bytes.code, bytes.address), {}};
  // Where the format keeps no sizes, what fills up to the next function seems to belong to this one.
  const auto fills = [](const std::string& name) { return name.starts_with("nop") || name == "int3"; };
  while (!function.code.empty() && fills(function.code.back().mnemonic)) function.code.pop_back();
  function.lines.resize(function.code.size());
  return function;
}

std::vector<KernelFunction> sorted(std::vector<KernelFunction> found) {
  if (found.empty()) throw InspectError("holds no kernels");
  std::sort(found.begin(), found.end(), [](const KernelFunction& a, const KernelFunction& b) {
    return std::pair(a.kernel, a.symbol) < std::pair(b.kernel, b.symbol);
  });
  return found;
}

}  // namespace

std::vector<KernelFunction> kernel_functions(const std::string& archive, const Disassembler& target) {
  std::vector<KernelFunction> found;
  visit_archive(
      archive, target.triple, -1, "", [&](const auto& file, const auto& section, const auto& bytes) {
        found.push_back(decoded(bytes, target));
        KernelFunction& function = found.back();
        const auto lines = llvm::DWARFContext::create(file);
        for (size_t i = 0; i < function.code.size(); i++) {
          const auto line = lines->getLineInfoForAddress({function.code[i].address, section.getIndex()});
          if (line) function.lines[i] = static_cast<int>(line->Line);
        }
      });
  return sorted(std::move(found));
}

std::vector<KernelFunction> kernel_functions_apart(const std::string& archive, const Disassembler& target,
                                                   int kernel, const std::string& prefix) {
  const auto taken_apart = [&] {
    std::vector<FunctionBytes> functions;
    visit_archive(archive, target.triple, kernel, prefix, [&](const auto&, const auto&, FunctionBytes bytes) {
      functions.push_back(std::move(bytes));
    });
    return functions;
  };
  std::vector<FunctionBytes> functions;
  try {
    functions = computed_apart<std::vector<FunctionBytes>>(taken_apart, 4 * archive.size(), {});
  } catch (const std::runtime_error& error) {
    throw InspectError(error.what());
  }
  std::vector<KernelFunction> found;
  for (const FunctionBytes& bytes : functions) found.push_back(decoded(bytes, target));
  return sorted(std::move(found));
}

}  // namespace mobilith::inspect

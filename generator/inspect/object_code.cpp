#include "inspect/object_code.h"

#include <fmt/format.h>
#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/Object/Archive.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Object/SymbolSize.h>
#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "bench/archive_bounds.h"

namespace mobilith::inspect {

namespace {

namespace object = llvm::object;

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

void add_functions(const object::ObjectFile& file, const Disassembler& target, int wanted,
                   const std::string& prefix, std::vector<KernelFunction>& found) {
  const std::unique_ptr<llvm::DWARFContext> lines = llvm::DWARFContext::create(file);
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
    KernelFunction function{*kernel, name.str(), target.decode({bytes.data() + begin, size}, address), {}};
    // Where the format keeps no sizes, what fills up to the next function seems to belong to this one.
    const auto fills = [](const std::string& name) { return name.starts_with("nop") || name == "int3"; };
    while (!function.code.empty() && fills(function.code.back().mnemonic)) function.code.pop_back();
    for (const Instruction& instruction : function.code) {
      const auto line = lines->getLineInfoForAddress({instruction.address, section->getIndex()});
      function.lines.push_back(line ? static_cast<int>(line->Line) : 0);
    }
    found.push_back(std::move(function));
  }
}

}  // namespace

std::vector<KernelFunction> kernel_functions(const std::string& archive, const Disassembler& target,
                                             int kernel, const std::string& prefix) {
  if (const std::string fault = archive_fault(archive); !fault.empty()) throw InspectError(fault);
  const llvm::MemoryBufferRef buffer(archive, "archive");
  const std::unique_ptr<object::Archive> members = taken(object::Archive::create(buffer));
  std::vector<KernelFunction> found;
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
    if ((*file)->getArch() != target.triple.getArch()) {
      problem = "code for " + llvm::Triple::getArchTypeName((*file)->getArch()).str() + ", not " +
                llvm::Triple::getArchTypeName(target.triple.getArch()).str();
      break;
    }
    try {
      add_functions(**file, target, kernel, prefix, found);
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
  if (found.empty()) throw InspectError("holds no kernels");
  std::sort(found.begin(), found.end(), [](const KernelFunction& a, const KernelFunction& b) {
    return std::pair(a.kernel, a.symbol) < std::pair(b.kernel, b.symbol);
  });
  return found;
}

}  // namespace mobilith::inspect

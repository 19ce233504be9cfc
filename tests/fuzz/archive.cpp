// Archives of objects, as bench, verify and inspect take them apart.
#include <llvm/Object/Archive.h>
#include <llvm/Support/MemoryBuffer.h>

#include <string>

#include "bench/archive_bounds.h"
#include "fuzz/harness.h"

using namespace mobilith;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  if (!archive_fault(text).empty()) return 0;
  auto archive = llvm::object::Archive::create(llvm::MemoryBufferRef(text, "archive"));
  if (!archive) return llvm::consumeError(archive.takeError()), 0;
  llvm::Error error = llvm::Error::success();
  unsigned sum = 0;
  for (const auto& child : (*archive)->children(error)) {
    auto member = child.getMemoryBufferRef();
    if (!member) {
      llvm::consumeError(member.takeError());
      continue;
    }
    for (const char byte : member->getBuffer()) sum += static_cast<unsigned char>(byte);
  }
  llvm::consumeError(std::move(error));
  return sum == 1 && size == 0 ? -1 : 0;  // uses the sum: an archive has a first byte
}

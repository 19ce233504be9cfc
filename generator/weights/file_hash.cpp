#include "weights/file_hash.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/SHA256.h>

#include "weights/weights.h"

namespace mobilith {

std::string file_sha256(const std::string& path) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!file) throw WeightsError(path + ": " + file.getError().message());
  const llvm::StringRef bytes = (*file)->getBuffer();
  return llvm::toHex(
      llvm::SHA256::hash(llvm::ArrayRef(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size())), true);
}

}  // namespace mobilith

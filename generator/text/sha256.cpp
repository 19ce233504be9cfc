#include "text/sha256.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/SHA1.h>
#include <llvm/Support/SHA256.h>

namespace mobilith {

namespace {

llvm::ArrayRef<uint8_t> data_of(std::string_view bytes) {
  return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string sha256(std::string_view bytes) {
  return llvm::toHex(llvm::SHA256::hash(data_of(bytes)), /*LowerCase=*/true);
}

std::string sha1(std::string_view bytes) {
  return llvm::toHex(llvm::SHA1::hash(data_of(bytes)), /*LowerCase=*/true);
}

}  // namespace mobilith

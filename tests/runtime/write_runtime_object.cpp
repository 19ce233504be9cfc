// write_runtime_object PLATFORM TRIPLE FILE: the compiled runtime that the generator carries.
#include <cstdio>
#include <fstream>

#include "package/bundled_runtime.h"

int main(int count, char** words) {
  if (count != 4) return 2;
  std::ofstream file(words[3], std::ios::binary);
  file << mobilith::runtime_object(words[1], llvm::Triple(words[2]));
  return file.flush() ? 0 : 1;
}

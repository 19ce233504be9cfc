// The runtime as LLVM bitcode, one module for each platform, carried inside the generator.
#pragma once

#include <span>
#include <string_view>

namespace mobilith::embedded {

struct RuntimeBitcode {
  std::string_view platform, bitcode;
};

// In the order of bundled_runtime.cmake.
std::span<const RuntimeBitcode> runtime_bitcode();

}  // namespace mobilith::embedded

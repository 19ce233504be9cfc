// What can't be compiled for.
#pragma once

#include "text/field_error.h"

namespace mobilith {

// A target that can't be compiled for, or a compiler failure; one line.
struct CodegenError : FieldError {
  using FieldError::FieldError;
};

// TargetOptions::target names no platform; the message suggests near names.
struct UnknownTarget : CodegenError {
  using CodegenError::CodegenError;
};

// TargetOptions::cpus names what is no CPU of the platform, with near names, or two that can't be told
// apart.
struct UnknownCpu : CodegenError {
  using CodegenError::CodegenError;
};

// TargetOptions::numbers are such as a CPU has no instructions for.
struct NoSuchNumbers : CodegenError {
  using CodegenError::CodegenError;
};

}  // namespace mobilith

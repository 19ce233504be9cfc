// A harness is a program of one function, as libFuzzer calls it; driver.cpp is its main where libFuzzer is
// not.
#pragma once

#include <cstddef>
#include <cstdint>

// Takes any bytes. A crash, a hang or abort() is a finding; what is refused in one line is not.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size);

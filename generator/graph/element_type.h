// The types of a model file's numbers.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

namespace mobilith::file {

enum class ElementType { unsaid, f32, f16, bf16, f64, i8, u8, i16, u16, i32, u32, i64, u64, boolean };

// "f32", "u8"...
const char* name_of(ElementType);

// How many bytes one element has in a file; 0 for unsaid.
int width_of(ElementType);

// Whole numbers, truth values with them.
bool is_whole(ElementType);

// The least and the largest value that a whole type holds (of 64 bits: rounded to double).
std::pair<double, double> range_of(ElementType);

// The element whose little-endian bytes begin `bytes`, exact but for 64-bit integers above 2^53.
double element(ElementType, const char* bytes);

}  // namespace mobilith::file

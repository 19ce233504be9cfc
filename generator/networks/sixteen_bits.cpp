#include "networks/sixteen_bits.h"

#include <bit>
#include <cmath>

namespace mobilith {

namespace {

// Drops the lower `bits` of a number, rounding to nearest, ties to even.
uint32_t shifted(uint32_t number, int bits) {
  const uint32_t odd = number >> bits & 1, half = uint32_t{1} << (bits - 1);
  return (number + half - 1 + odd) >> bits;
}

uint16_t to_bf16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  if (std::isnan(value)) return static_cast<uint16_t>(bits >> 16 | 0x40);
  return static_cast<uint16_t>(shifted(bits, 16));
}

// A float has 23 bits of fraction and its exponent counts from 127, f16 has 10 and 15.
uint16_t to_f16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const uint32_t sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
  if (std::isnan(value)) return static_cast<uint16_t>(sign | 0x7e00 | (magnitude >> 13 & 0x3ff));
  constexpr uint32_t infinity = 0x7c00, rebias = (127 - 15) << 23, least_normal = (127 - 14) << 23,
                     least = (127 - 25) << 23;
  if (magnitude < least) return static_cast<uint16_t>(sign);
  if (magnitude < least_normal) {
    const uint32_t fraction = (magnitude & 0x7fffff) | 0x800000;
    return static_cast<uint16_t>(sign | shifted(fraction, static_cast<int>(126 - (magnitude >> 23))));
  }
  if (magnitude >= 0x7f800000u - rebias) return static_cast<uint16_t>(sign | infinity);
  const uint32_t result = shifted(magnitude - rebias, 13);
  return static_cast<uint16_t>(sign | (result < infinity ? result : infinity));
}

float from_f16(uint16_t bits) {
  const uint32_t sign = uint32_t{bits} >> 15 << 31, exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
  if (exponent == 0) {
    const float value = std::ldexp(static_cast<float>(fraction), -24);
    return sign ? -value : value;
  }
  const uint32_t biased = exponent == 0x1f ? 0xff : exponent + 127 - 15;
  return std::bit_cast<float>(sign | biased << 23 | fraction << 13);
}

}  // namespace

uint16_t narrowed(float value, ElementType type) {
  return type == ElementType::bf16 ? to_bf16(value) : to_f16(value);
}

float widened(uint16_t bits, ElementType type) {
  return type == ElementType::bf16 ? std::bit_cast<float>(uint32_t{bits} << 16) : from_f16(bits);
}

float rounded(float value, ElementType type) {
  return type == ElementType::f32 ? value : widened(narrowed(value, type), type);
}

}  // namespace mobilith

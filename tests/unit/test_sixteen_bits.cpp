// Floats of 16 bits: rounding to nearest even, and what is no number, infinite or denormal.
#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "catch.h"
#include "networks/sixteen_bits.h"

namespace test_sixteen_bits {

using namespace mobilith;

namespace {

constexpr ElementType both[] = {ElementType::bf16, ElementType::f16};
constexpr float infinity = std::numeric_limits<float>::infinity();

}  // namespace

TEST_CASE("every number of 16 bits is itself after widening and narrowing") {
  for (const ElementType type : both)
    for (uint32_t bits = 0; bits <= 0xffff; bits++) {
      const auto half = static_cast<uint16_t>(bits);
      const float wide = widened(half, type);
      if (!std::isnan(wide) && narrowed(wide, type) != half) FAIL(name_of(type) << " " << bits);
      if (std::isnan(wide) && !std::isnan(rounded(wide, type))) FAIL(name_of(type) << " " << bits);
    }
}

TEST_CASE("of two neighbours the nearer is taken, in the middle the even one") {
  for (const ElementType type : both) {
    const uint16_t largest = type == ElementType::bf16 ? 0x7f7f : 0x7bff;
    for (uint16_t half = 0; half < largest; half++) {
      const uint16_t next = static_cast<uint16_t>(half + 1), even = half % 2 == 0 ? half : next;
      const double low = double{widened(half, type)}, high = double{widened(next, type)};
      const auto middle = static_cast<float>((low + high) / 2);  // exact, but for bf16's least
      if (double{middle} != (low + high) / 2) continue;
      const bool right = narrowed(middle, type) == even &&
                         narrowed(std::nextafter(middle, 0.0f), type) == half &&
                         narrowed(std::nextafter(middle, infinity), type) == next &&
                         narrowed(-middle, type) == (even | 0x8000);
      if (!right) FAIL(name_of(type) << " " << half);
    }
  }
}

TEST_CASE("special numbers stay what they are") {
  for (const ElementType type : both) {
    INFO(name_of(type));
    CHECK(rounded(infinity, type) == infinity);
    CHECK(rounded(-infinity, type) == -infinity);
    CHECK(std::signbit(rounded(-0.0f, type)));
    // Payloads of which nothing is left in 16 bits, and such as a carry would make zero.
    for (const uint32_t bits : {0x7f800001u, 0x7fffffffu, 0xffffffffu, 0x7fc00000u})
      CHECK(std::isnan(rounded(std::bit_cast<float>(bits), type)));
  }
}

TEST_CASE("what is beyond the range is infinite, what is below it a denormal or zero") {
  CHECK(rounded(65504, ElementType::f16) == most_f16);
  CHECK(rounded(65519.996f, ElementType::f16) == most_f16);
  CHECK(rounded(65520, ElementType::f16) == infinity);  // in the middle: even is what would be 65536
  CHECK(rounded(-70000, ElementType::f16) == -infinity);
  CHECK(rounded(std::numeric_limits<float>::max(), ElementType::bf16) == infinity);
  CHECK(rounded(0x1p-24f, ElementType::f16) == 0x1p-24f);
  CHECK(rounded(0x1p-25f, ElementType::f16) == 0);
  CHECK(rounded(0x1.8p-25f, ElementType::f16) == 0x1p-24f);
  CHECK(rounded(0x1p-133f, ElementType::bf16) == 0x1p-133f);
  CHECK(rounded(0x1p-134f, ElementType::bf16) == 0);
  CHECK(rounded(0.1f, ElementType::f32) == 0.1f);
}

#ifdef __FLT16_MAX__
TEST_CASE("f16 is the compiler's own") {
  std::mt19937 random(1);
  for (int i = 0; i < 2000000; i++) {
    const auto value = std::bit_cast<float>(static_cast<uint32_t>(random()));
    if (std::isnan(value)) continue;
    const auto theirs = static_cast<_Float16>(value);
    if (narrowed(value, ElementType::f16) != std::bit_cast<uint16_t>(theirs)) FAIL(value);
  }
}
#endif

}  // namespace test_sixteen_bits

#include "graph/element_type.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace mobilith::file {

namespace {

template <class T>
T load(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

template <class T>
double plain(const char* bytes) {
  return double(load<T>(bytes));
}

double half(const char* bytes) {
  const auto bits = load<uint16_t>(bytes);
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  double size;
  if (exponent == 31)
    size = fraction ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
  else if (exponent == 0)
    size = std::ldexp(fraction, -24);
  else
    size = std::ldexp(1024 + fraction, exponent - 25);
  return bits >> 15 ? -size : size;
}

double brain(const char* bytes) { return std::bit_cast<float>(uint32_t(load<uint16_t>(bytes)) << 16); }

double truth(const char* bytes) { return *bytes != 0; }

template <class T>
constexpr std::pair<double, double> limits = {double(std::numeric_limits<T>::min()),
                                              double(std::numeric_limits<T>::max())};

// A type is a row here and a word in ElementType, in the same order.
struct TypeRow {
  const char* name;
  int width;
  bool whole;
  std::pair<double, double> range;
  double (*element)(const char*);
};
constexpr std::pair<double, double> none = {0, 0};
constexpr TypeRow types[] = {
    {"of no type", 0, false, none, nullptr},
    {"f32", 4, false, none, plain<float>},
    {"f16", 2, false, none, half},
    {"bf16", 2, false, none, brain},
    {"f64", 8, false, none, plain<double>},
    {"i8", 1, true, limits<int8_t>, plain<int8_t>},
    {"u8", 1, true, limits<uint8_t>, plain<uint8_t>},
    {"i16", 2, true, limits<int16_t>, plain<int16_t>},
    {"u16", 2, true, limits<uint16_t>, plain<uint16_t>},
    {"i32", 4, true, limits<int32_t>, plain<int32_t>},
    {"u32", 4, true, limits<uint32_t>, plain<uint32_t>},
    {"i64", 8, true, limits<int64_t>, plain<int64_t>},
    {"u64", 8, true, limits<uint64_t>, plain<uint64_t>},
    {"bool", 1, true, {0, 1}, truth},
};
static_assert(std::endian::native == std::endian::little, "files are little-endian, and read as they are");
static_assert(std::size(types) == size_t(ElementType::boolean) + 1);

}  // namespace

const char* name_of(ElementType type) { return types[size_t(type)].name; }
int width_of(ElementType type) { return types[size_t(type)].width; }
bool is_whole(ElementType type) { return types[size_t(type)].whole; }
std::pair<double, double> range_of(ElementType type) { return types[size_t(type)].range; }
double element(ElementType type, const char* bytes) { return types[size_t(type)].element(bytes); }

}  // namespace mobilith::file

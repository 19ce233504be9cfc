#include <cstring>

#include "catch.h"
#include "cli/npy_file.h"
#include "process.h"

namespace test_npy_file {

using namespace mobilith;

namespace {

std::string npy(const std::string& type, const std::string& shape, const std::string& values,
                const std::string& order = "False", int version = 1) {
  std::string header = "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  const size_t before = version == 1 ? 10 : 12;
  header.append(64 - (before + header.size() + 1) % 64, ' ') += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += char(version), bytes += '\0';
  for (size_t i = 0; i < before - 8; i++) bytes += char(header.size() >> (8 * i) & 255);
  return bytes + header + values;
}

template <class T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

Array read(const std::string& bytes) {
  const TemporaryFolder folder;
  write_text(folder / "array.npy", bytes);
  return read_npy(folder / "array.npy");
}

}  // namespace

TEST_CASE("Arrays of NumPy's three types are read, of each version") {
  const std::string floats = bytes_of<float>({1, -2.5f, 3, 4, 5, 6});
  for (int version = 1; version <= 3; version++) {
    const Array array = read(npy("<f4", "(2, 3)", floats, "False", version));
    CHECK(array.shape == std::vector<int64_t>{2, 3});
    CHECK(array.values == std::vector<double>{1, -2.5, 3, 4, 5, 6});
  }
  CHECK(read(npy("<f8", "(2,)", bytes_of<double>({1e300, -1}))).values == std::vector<double>{1e300, -1});
  CHECK(read(npy("|u1", "(1, 1, 3)", std::string("\x00\x7f\xff", 3))).values ==
        std::vector<double>{0, 127, 255});
}

TEST_CASE("Other arrays and damaged ones are refused in one line that names the file") {
  const std::string floats = bytes_of<float>({1, 2, 3, 4});
  const std::string good = npy("<f4", "(2, 2)", floats);
  for (const auto& [bytes, why] : {std::pair(npy("<f4", "(2, 3)", floats), "its shape says 24"),
                                   {npy("<i8", "(2, 1)", floats), "type '<i8'"},
                                   {npy(">f4", "(2, 2)", floats), "type '>f4'"},
                                   {npy("<f4", "(2, 2)", floats, "True"), "Fortran's order"},
                                   {npy("<f4", "(0, 2)", ""), "no values"},
                                   {npy("<f4", "(99999, 99999)", floats), "2^28"},
                                   {npy("|O", "(2,)", floats), "type '|O'"},
                                   {npy("<f4", "(2, 2)", floats, "False", 9), "version 9"},
                                   {good.substr(0, 40), "does not end"},
                                   {good + "x", "17 bytes"},
                                   {std::string("no array"), "no file of NumPy"},
                                   {std::string(), "no file of NumPy"}}) {
    INFO(why);
    CHECK_THROWS_WITH(read(bytes),
                      Catch::Matchers::Contains("array.npy: ") && Catch::Matchers::Contains(why));
  }
  // Cut anywhere it is refused, never read beyond.
  for (size_t length = 0; length < good.size(); length++)
    CHECK_THROWS_AS(read(good.substr(0, length)), std::runtime_error);
}

}  // namespace test_npy_file

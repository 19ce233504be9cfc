// The apps' picture reader, value by value.
#include "../../generated/apps/picture/picture.h"
#include "catch.h"
#include "nightly.h"
#include "package/png.h"
#include "process.h"

namespace test_picture {

using namespace mobilith::package;

namespace {

const std::string pictures = MOBILITH_TEST_DATA "/pictures/";

// What the network gets for a sample of 0 to 255.
Approx input_of(double sample) { return Approx(sample / 127.5 - 1).margin(1e-6); }

std::vector<float> read(const std::string& bytes, int height, int width) {
  const TemporaryFolder folder;
  write_text(folder / "picture", bytes);
  return read_picture(folder / "picture", height, width);
}

std::string complaint_about(const std::filesystem::path& path) {
  try {
    read_picture(path, 4, 4);
  } catch (const PictureError& error) {
    return error.what();
  }
  return "";
}

std::string complaint(const std::string& bytes) {
  const TemporaryFolder folder;
  write_text(folder / "picture", bytes);
  return complaint_about(folder / "picture");
}

}  // namespace

TEST_CASE("a picture is resized between pixel centres, its borders repeated, without antialiasing") {
  // 2 pixels to 4: centres at -0.25, 0.25, 0.75, 1.25 of the input.
  const std::string row = png(2, 1, PngColour::grey, std::string("\x00\xc8", 2));
  const double larger[] = {0, 50, 150, 200};
  const std::vector<float> wide = read(row, 1, 4);
  for (int x = 0; x < 4; x++)
    for (int c = 0; c < 3; c++) CHECK(wide[3 * x + c] == input_of(larger[x]));
  // 8 rows to 2: centres at 1.5 and 5.5, between two rows each; the others don't count.
  const std::vector<float> low =
      read(png(1, 8, PngColour::grey, std::string("\xff\x0a\x14\xff\xff\x1e\x28\xff", 8)), 2, 1);
  CHECK(low[0] == input_of(15));
  CHECK(low[3] == input_of(35));
}

TEST_CASE("rows, columns and channels keep their order") {
  const std::string pixels("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c", 12);
  const std::vector<float> input = read(png(2, 2, PngColour::rgb, pixels), 2, 2);
  REQUIRE(input.size() == 12);
  for (int i = 0; i < 12; i++) CHECK(input[i] == input_of(i + 1));
}

TEST_CASE("grey, alpha and 16 bits become RGB over white") {
  const std::string quarter("\x33", 1);  // alpha 0.2
  CHECK(read(png(1, 1, PngColour::grey, "\x64"), 1, 1)[2] == input_of(100));
  CHECK(read(png(3, 3, PngColour::grey_alpha, "\x64" + quarter), 1, 1)[1] == input_of(255 - 155 * 0.2));
  CHECK(read(png(3, 3, PngColour::rgba, "\x64\x32\x96" + quarter), 1, 1)[1] == input_of(255 - 205 * 0.2));
  CHECK(read(png(1, 1, PngColour::rgba, std::string("\x64\x32\x96\x00", 4)), 1, 1)[0] == input_of(255));
  CHECK(read(png(1, 1, PngColour::grey, "\x64\x10", 16), 1, 1)[0] == input_of(100));
  CHECK(read(png(2, 2, PngColour::rgb, "\x64\x10\x32\x10\x96\x10", 16), 1, 1)[2] == input_of(150));
}

TEST_CASE("baseline and progressive JPEG files are read") {
  for (const char* name : {"halves.jpg", "halves_progressive.jpg"}) {  // (200, 40, 40) beside (30, 60, 220)
    const std::vector<float> input = read_picture(pictures + name, 1, 4);
    const double expected[] = {200, 40, 40, 30, 60, 220};
    for (int c = 0; c < 6; c++)
      CHECK(input[(c < 3 ? 0 : 6) + c] == Approx(expected[c] / 127.5 - 1).margin(0.03));
  }
}

TEST_CASE("a JPEG or PNG cut short anywhere is refused") {  // by day at every third byte
  for (const std::string& whole :
       {read_text(pictures + "halves.jpg"), read_text(pictures + "halves_progressive.jpg"),
        png(9, 9, PngColour::rgb, "abc")}) {
    REQUIRE(complaint(whole).empty());
    const size_t needed =
        whole[0] == '\x89' ? whole.size() - 16 : whole.size();  // PNG: IEND and a checksum follow
    const size_t step = mobilith::testing::nightly() ? 1 : 3;
    for (size_t length = (needed - 1) % step; length < needed; length += step) {  // the longest, too
      INFO(length << " of " << whole.size());
      CHECK(complaint(whole.substr(0, length)).find("not a readable JPEG or PNG") != std::string::npos);
    }
  }
}

TEST_CASE("bytes behind a JPEG's end don't matter") {
  CHECK(complaint(read_text(pictures + "halves.jpg") + "\xff\xda no picture").empty());
}

TEST_CASE("a JPEG of more scans than encoders make is refused, whatever stands between them") {
  const std::string whole = read_text(pictures + "halves.jpg"), end = "\xff\xd9",
                    scan = whole.substr(whole.find("\xff\xda")).substr(0, 14),
                    comment = std::string("\xff\xfe\x00\x04", 4) + end;
  REQUIRE(whole.substr(whole.size() - 2) == end);
  std::string more = whole.substr(0, whole.size() - 2);
  for (int i = 1; i < 500; i++) more += comment + scan;
  CHECK(complaint(more + end).find("scans") == std::string::npos);
  CHECK(complaint(more + comment + scan + end).find("not a readable JPEG or PNG (more than 500 scans)") !=
        std::string::npos);
}

// stb_image 2.27 writes past its tables, and reads far from them, where these have more than 256 codes.
TEST_CASE("a JPEG whose Huffman tables have more codes than there are values is refused, in its header too") {
  const std::string whole = read_text(pictures + "halves.jpg");
  const size_t first = whole.find("\xff\xc4"), scan = whole.find("\xff\xda");
  const auto table = [](const std::string& counts, size_t codes, size_t written) {
    const size_t length = 2 + 1 + 16 + codes;
    return std::string("\xff\xc4") + static_cast<char>(length >> 8) + static_cast<char>(length & 255) + '\0' +
           counts + std::string(written, '\x05');
  };
  const std::string few(8, '\0'), most = few + std::string(7, '\xff') + '\xff',
                                  full = few + std::string(6, '\0') + "\x01\xff";
  for (const size_t at : {size_t{2}, first, scan}) {
    CHECK(complaint(std::string(whole).insert(at, table(most, 2040, 2040))).find("a broken Huffman table") !=
          std::string::npos);
    CHECK(complaint(std::string(whole).insert(at, table(full, 300, 256))).find("a broken Huffman table") !=
          std::string::npos);
  }
  CHECK(complaint("\xff" + std::string(whole).insert(2, table(most, 2040, 2040)))
            .find("a broken Huffman table") != std::string::npos);
  CHECK(complaint(std::string(whole).insert(2, table(full, 256, 256))).empty());
}

TEST_CASE("a JPEG without tables is not decoded by what lies in memory") {
  std::string bare = read_text(pictures + "halves.jpg");
  for (size_t at; (at = bare.find("\xff\xc4")) != bare.npos;)
    bare.erase(at, 2 + size_t(static_cast<unsigned char>(bare[at + 2])) * 256 +
                       static_cast<unsigned char>(bare[at + 3]));
  // The same each time, whatever was in the blocks before.
  std::string first;
  for (int i = 0; i < 3; i++) {
    for (std::vector<std::vector<char>> used; used.size() < 256;)
      used.emplace_back(1024 + 256 * used.size(), static_cast<char>(37 * i));
    const std::string said = complaint(bare), now = said.substr(said.find(": "));
    if (i == 0) first = now;
    CHECK(now == first);
  }
}

TEST_CASE("a picture too large to decode is refused by its header") {
  CHECK(complaint(png_header(20000, 15000)).find("20000 x 15000 pixels; at most 134217728") !=
        std::string::npos);
}

TEST_CASE("a picture that never ends, and a folder, are refused") {
  CHECK(complaint_about("/dev/zero").find("larger than any picture") != std::string::npos);
  CHECK(complaint_about("/").find("can't be read") != std::string::npos);
  CHECK(complaint_about("/none").find("can't be opened") != std::string::npos);
}

}  // namespace test_picture

// Texts and archives of others: read within bounds.
#include "bench/archive_bounds.h"
#include "catch.h"
#include "text/bounded_json.h"
#include "text/printable.h"

namespace test_bounds {

using namespace mobilith;
using Catch::Matchers::Contains;

namespace {

std::string why_not(const std::string& text, const JsonBounds& bounds = {}) {
  try {
    parse_json_within(text, bounds);
  } catch (const JsonFault& fault) {
    return fault.what();
  }
  return "";
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; i++) all += text;
  return all;
}

std::string member(std::string name, const std::string& size, const std::string& bytes) {
  name.resize(16, ' ');
  std::string header = name + std::string(32, ' ') + size;
  header.resize(58, ' ');
  return header + "`\n" + bytes;
}

}  // namespace

TEST_CASE("JSON is read up to its depth, its values, its names") {
  CHECK(parse_json_within(R"({"a": [1, {"b": null}], "a": 2.5})") == nlohmann::json::parse(R"({"a": 2.5})"));
  CHECK(why_not(repeated("[", 32) + repeated("]", 32)) == "");
  CHECK(why_not(repeated("[", 33) + repeated("]", 33)) == "nested deeper than 32");
  CHECK(why_not(repeated("{\"a\":", 1'000'000)) == "nested deeper than 32");
  CHECK(why_not("[1,2,3]", {.values = 3}) == "more than 3 values");
  CHECK(why_not(R"({"a": 1, "b": {"a": 2}, "a": 3})", {.names_once = true}) == "a");
  CHECK(why_not(R"({"a": 1, "b": {"a": 2}})", {.names_once = true}) == "");
  CHECK_THAT(why_not("1e999"), Contains("number overflow"));
  for (const std::string& damaged :
       std::vector<std::string>{"", "{", "[1,]", "1 2", "\"\xff\"", "\x80", std::string("{}\0{", 4)}) {
    INFO(damaged);
    CHECK_THAT(why_not(damaged), Contains("column"));
    CHECK(why_not(damaged).find('\n') == std::string::npos);
  }
}

TEST_CASE("texts of others are printed without what a terminal takes for a command") {
  for (const char* good : {"", "conv1/kernel:0", "\xc3\xa9t\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\x88",
                           "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x81\xa5"}) {
    CHECK(is_printable(good));
    CHECK(printable(good) == good);
  }
  for (const char* bad : {"\x1b[31m", "a\nb", "\x7f", "\xc2\x9b", "\x9b", "\xff", "\xc0\x80", "\xed\xa0\x80",
                          "\xe2\x82", "\xf4\x90\x80\x80", "\xf0\x80\x80\x80", "\xe2\x80\xae", "\xe2\x80\xaa",
                          "\xe2\x81\xa6", "\xe2\x81\xa9"}) {
    INFO(bad);
    CHECK(!is_printable(bad));
    CHECK(is_printable(printable(bad)));
  }
  CHECK(printable("a\x1b[31m\n", "\n") == "a?[31m\n");
  CHECK(why_not("{\"a\\u001b\": 1}", {.printable = true}) == "a text with control characters");
  CHECK(why_not("[\"\\u009b\"]", {.printable = true}) == "a text with control characters");
  CHECK(why_not("[\"\\u009b\"]") == "");
}

// A parser that looks through the list at each item's end takes minutes for it.
TEST_CASE("a long list of lists is read in the time of a long text") {
  CHECK(parse_json_within("[" + repeated("{},", 400'000) + "1]").size() == 400'001);
}

TEST_CASE("an archive's members end inside it") {
  const std::string magic = "!<arch>\n",
                    good = magic + member("a.o/", "3", "abc\n") + member("b.o/", "2", "de");
  CHECK(archive_fault(good) == "");
  CHECK(archive_fault(magic) == "");
  CHECK_THAT(archive_fault("!<thin>\n"), Contains("no archive"));
  for (size_t size = 0; size < good.size(); size++) {
    // Without the second member, or its byte that fills up, it is whole.
    const bool whole = size == 8 || size == 8 + 63 || size == 8 + 64;
    CHECK((archive_fault(good.substr(0, size)) == "") == whole);
  }
  CHECK_THAT(archive_fault(magic + member("a.o/", "-1", "")), Contains("damaged"));
  CHECK_THAT(archive_fault(magic + member("a.o/", "1x", "a")), Contains("damaged"));
  CHECK_THAT(archive_fault(magic + member("a.o/", "9999999999", "a")), Contains("cut short"));
  CHECK_THAT(archive_fault(magic + member("#1/9", "4", "abcd")), Contains("damaged"));
  CHECK(archive_fault(magic + member("#1/4", "4", "abcd")) == "");
}

}  // namespace test_bounds

// What CTest is told of skipped cases. The hidden ones are run by the others.
#include "catch.h"
#include "process.h"
#include "skip.h"

namespace test_skip {

namespace {

int code_of(const std::string& cases) {
  return run_process({std::filesystem::read_symlink("/proc/self/exe"), cases}).code;
}

}  // namespace

TEST_CASE("skips", "[.skips]") { skip("as a test of it"); }
TEST_CASE("passes", "[.passes]") { CHECK(true); }
TEST_CASE("fails", "[.fails]") { CHECK(false); }
TEST_CASE("asks for a program that nobody has", "[.asks]") {
  CHECK(missing("no-such-program-anywhere", "apt: none"));
}
TEST_CASE("asks for a shell", "[.has]") { CHECK_FALSE(missing("sh", "apt: dash")); }

TEST_CASE("a program in which something is skipped ends with 77, whatever passed beside it") {
  CHECK(code_of("[skips]") == 77);
  CHECK(code_of("[skips],[passes]") == 77);
  CHECK(code_of("[asks]") == 77);
  CHECK(code_of("[passes]") == 0);
  CHECK(code_of("[has]") == 0);
}

TEST_CASE("a failure is not hidden by what is skipped beside it, before or after") {
  for (const char* cases : {"[fails],[skips]", "[skips],[fails]", "[asks],[fails]", "[fails]"}) {
    INFO(cases);
    CHECK(code_of(cases) != 0);
    CHECK(code_of(cases) != 77);
  }
}

}  // namespace test_skip

// Equal inputs give byte-identical trees.
#include <unistd.h>

#include "catch.h"
#include "nightly.h"
#include "package/trees.h"

namespace test_reproducible {

using namespace mobilith::package;

namespace {

void check_equal(const std::filesystem::path& a, const std::filesystem::path& b) {
  const std::vector<std::string> files = files_below(a);
  REQUIRE(files.size() == 9);
  REQUIRE(files_below(b) == files);
  for (const std::string& file : files) {
    INFO(file);
    CHECK((read_text(a / file) == read_text(b / file)));
  }
}

void generate(const std::string& name, const std::filesystem::path& out,
              const std::vector<std::string>& added, const std::vector<std::string>& environment) {
  std::vector<std::string> call = generate_call(name, out);
  call.insert(call.end(), added.begin(), added.end());
  const ProcessResult result = run_process(call, environment);
  INFO(result.err);
  REQUIRE(result.code == 0);
}

}  // namespace

TEST_CASE(
    "trees are byte-identical from different folders, at different times, with a cold, a warm and no cache, "
    "and any number of jobs") {
  std::vector<std::string> names{"small"};
  if (mobilith::testing::nightly()) names = {"package_v1", "package_v2"};
  for (const std::string& name : names) {
    const TemporaryFolder folder;
    const std::string cache = "MOBILITH_CACHE=" + (folder / "cache").string();
    generate(name, folder / "cold", {"--jobs", "2"}, {cache});
    CHECK(!files_below(folder / "cache").empty());
    usleep(1100 * 1000);  // another second, should anything carry the time
    generate(name, folder / "deep/er/warm", {}, {cache, "TZ=Asia/Tokyo", "LC_ALL=C.UTF-8"});
    generate(name, folder / "none", {"--no-cache", "--jobs", "1"}, {});
    check_equal(folder / "cold", folder / "deep/er/warm");
    check_equal(folder / "cold", folder / "none");
  }
}

TEST_CASE("a damaged cache entry is compiled again, and two generators may share a cache") {
  const TemporaryFolder folder;
  const std::string cache = "MOBILITH_CACHE=" + (folder / "cache").string();
  generate("package_v1", folder / "first", {}, {cache});
  int damaged = 0;
  for (const std::string& entry : files_below(folder / "cache")) {
    const std::string bytes = read_text(folder / "cache" / entry);
    write_text(folder / "cache" / entry,
               damaged++ % 2 == 0 ? bytes.substr(0, bytes.size() / 2) : std::string("noise"));
  }
  CHECK(damaged > 5);
  // Both at once, each through a shell of its own.
  std::string both = "set -e; ";
  for (const char* out : {"second", "third"}) {
    for (const std::string& word : generate_call("package_v1", folder / out)) both += "'" + word + "' ";
    both += "& ";
  }
  const ProcessResult result = run_process({"sh", "-c", both + "wait %1; wait %2"}, {cache});
  INFO(result.err);
  REQUIRE(result.code == 0);
  check_equal(folder / "first", folder / "second");
  check_equal(folder / "first", folder / "third");
  for (const std::string& entry : files_below(folder / "cache"))
    CHECK(entry.find(".tmp") == std::string::npos);
}

}  // namespace test_reproducible

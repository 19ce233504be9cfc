// Standard streams that the caller closed, or that take nothing.
#include "catch.h"
#include "process.h"

namespace test_streams {

namespace fs = std::filesystem;

namespace {

ProcessResult with_streams(const std::string& streams, const std::vector<std::string>& arguments) {
  std::vector<std::string> words{"sh", "-c", "exec \"$@\" " + streams, "sh", MOBILITH_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return run_process(words);
}

}  // namespace

TEST_CASE("an error that nobody can read is still an error, and no abort") {
  for (const char* streams : {"2>&-", "2>/dev/full", "2>&- <&-", "2>&- >&- <&-"}) {
    INFO(streams);
    CHECK(with_streams(streams, {"describe", "--net", "no_such_network"}).code == 2);
    CHECK(with_streams(streams, {"describe", "--weights", "/no/such/file"}).code == 1);
  }
}

TEST_CASE("a result that nobody can read is an error") {
  for (const char* streams : {">&-", ">/dev/full", ">&- 2>&-"})
    CHECK(with_streams(streams, {"describe", "--net", "mobilenet_v1"}).code == 1);
}

TEST_CASE("no file of a tree takes the place of a stream that is closed") {
  const TemporaryFolder folder;
  for (const char* streams : {"", "2>&-", "<&-", "2>&- <&-"}) {
    const fs::path tree = folder / std::to_string(std::string(streams).size());
    const ProcessResult result =
        with_streams(streams, {"generate", "--net", "mobilenet_v1", "--alpha", "0.25", "--resolution", "32",
                               "--weights", "synthetic", "--out", tree, "--name", "net", "--no-check"});
    INFO(streams << ": " << result.err);
    CHECK(result.code == 0);
    for (const std::string& file : files_below(folder / "0"))
      CHECK(read_text(tree / file) == read_text(folder / "0" / file));
  }
}

}  // namespace test_streams

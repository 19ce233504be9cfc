// A folder for temporary files that can't be used: which one, and which variable names it.
#include "catch.h"
#include "process.h"

namespace test_temporary_folder {

namespace fs = std::filesystem;

namespace {

void check(const std::vector<std::string>& call, const std::vector<std::string>& environment,
           const std::string& expected) {
  const ProcessResult result = run_process(call, environment);
  INFO(call[1]);
  CHECK(result.code == 1);
  CHECK(result.err.substr(result.err.rfind("mobilith: ")) == "mobilith: " + expected + "\n");
}

}  // namespace

TEST_CASE("a missing folder for temporary files is named, and the variable that names it") {
  const TemporaryFolder folder;
  const std::string missing = folder / "missing", file = folder / "file", tree = folder / "tree";
  write_text(file, "");
  const std::vector<std::string> network{"--net", "mobilenet_v1", "--alpha", "0.25", "--resolution", "32"};
  std::vector<std::string> generate{MOBILITH_PROGRAM, "generate", "--weights", "synthetic", "--out", tree},
      tune{MOBILITH_PROGRAM, "autotune", "--budget", "1s", "--schedules", folder / "records"},
      inspect{MOBILITH_PROGRAM, "inspect", tree, "--no-run"};
  generate.insert(generate.end(), network.begin(), network.end());
  tune.insert(tune.end(), network.begin(), network.end());
  REQUIRE(run_process(generate).code == 0);
  generate.emplace_back("--no-cache");

  const std::string gone = ": the folder for temporary files, '" + missing + "', does not exist; set ";
  for (const std::vector<std::string>& call : {generate, tune, inspect}) {
    check(call, {"TMPDIR=" + missing}, "TMPDIR" + gone + "TMPDIR to another");
    check(call, {"TMPDIR=", "TMP=" + missing}, "TMP" + gone + "TMP to another");
  }
  check(generate, {"TMPDIR=" + file},
        "TMPDIR: the folder for temporary files, '" + file + "', is not a folder; set TMPDIR to another");
}

}  // namespace test_temporary_folder

// Programs load their libraries from where they were linked from, and from nowhere that a caller can choose.
#include <fstream>

#include "catch.h"
#include "hardening.h"
#include "runpath.h"
#include "skip.h"

namespace test_libraries {

namespace fs = std::filesystem;

namespace {

bool is_elf(const fs::path& path) {
  char magic[4] = {};
  std::ifstream(path, std::ios::binary).read(magic, sizeof magic);
  return std::string(magic, sizeof magic) == "\177ELF";
}

}  // namespace

TEST_CASE("no program of the build looks for libraries in the folder that it is called from") {
  int programs = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(MOBILITH_PROGRAM).parent_path())) {
    if (!entry.is_regular_file() || !is_elf(entry.path())) continue;
    INFO(entry.path());
    CHECK(unsafe_run_paths(entry.path()) == std::vector<std::string>{});
    programs++;
  }
  CHECK(programs >= 2);  // the generator and this test
}

TEST_CASE("libraries in the current folder are not loaded, whatever their names") {
  const std::vector<std::string> needed = dynamic_values(MOBILITH_PROGRAM, "NEEDED");
  CHECK(std::count(needed.begin(), needed.end(), "libHalide.so") == 1);
  const TemporaryFolder folder;
  for (const std::string& name : needed)
    write_text(folder / name, "no library: who loads this says so, and fails");
  const ProcessResult result =
      run_process({"env", "-u", "LD_LIBRARY_PATH", "-C", folder.path(), MOBILITH_PROGRAM, "--version"});
  INFO(result.err);
  CHECK(result.code == 0);
}

TEST_CASE(
    "the program has full RELRO, is position-independent, and is compiled with FORTIFY and stack "
    "protectors",
    "[.protections]") {
  if (is_sanitized(MOBILITH_PROGRAM)) return skip("a sanitizer's build is not hardened");
  CHECK(missing_protections(MOBILITH_PROGRAM) == std::vector<std::string>{});
}

}  // namespace test_libraries

// What the runtime's archive and sources are, whoever compiles them.
#include <set>
#include <sstream>
#include <string>

#include "catch.h"
#include "process.h"
#include "runtime/symbols.h"
#include "skip.h"

namespace test_sources {

namespace {

const std::string sources = MOBILITH_SOURCE "/runtime";

// Symbols of the archive: undefined, or defined and global.
std::set<std::string> symbols(const std::string& archive, const char* which) {
  const ProcessResult result = run_process({"nm", "--format=posix", "--extern-only", which, archive});
  REQUIRE(result.code == 0);
  std::istringstream lines(result.out);
  std::set<std::string> names;
  for (std::string line; std::getline(lines, line);)
    if (line.find(' ') != std::string::npos) names.insert(line.substr(0, line.find(' ')));
  return names;
}

}  // namespace

TEST_CASE("the archive wants memory, threads, a clock and files: nothing that prints, aborts or exits") {
  std::set<std::string> allowed = runtime_symbols("x86_64-linux");
  allowed.merge(std::set<std::string>{"memset", "memcpy", "memcmp", "bcmp"});         // as compilers like
  allowed.merge(std::set<std::string>{"_GLOBAL_OFFSET_TABLE_", "__stack_chk_fail"});  // compilers' own
  const std::set<std::string> wanted = symbols(MOBILITH_RUNTIME_ARCHIVE, "--undefined-only");
  CHECK(wanted.count("malloc") == 1);
  for (const std::string& name : wanted) {
    INFO(name);
    CHECK(allowed.count(name) == 1);
  }
}

TEST_CASE("the archive defines mobilith.h's functions and nothing else") {
  CHECK(symbols(MOBILITH_RUNTIME_ARCHIVE, "--defined-only") == runtime_functions());
}

TEST_CASE("the archive's bytes name no folder of the machine that built it") {
  CHECK(read_text(MOBILITH_RUNTIME_ARCHIVE).find(MOBILITH_SOURCE) == std::string::npos);
}

TEST_CASE("the sources compile as C11 without a warning, with and without threads, with each compiler") {
  const TemporaryFolder folder;
  for (const auto& [compiler, package] : {std::pair<std::string, std::string>{"cc", "gcc"},
                                          {"gcc", "gcc"},
                                          {"clang-22", "clang-22"},
                                          {"aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu"},
                                          {"riscv64-linux-gnu-gcc", "gcc-riscv64-linux-gnu"}}) {
    if (missing(compiler, "apt: " + package)) continue;
    for (const char* threads : {"-DMOBILITH_THREADS", "-DMOBILITH_NO_THREADS"}) {
      const ProcessResult result = run_process(
          {compiler, "-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror", "-O2", "-fPIC", threads,
           "-I" + sources + "/include", "-c", sources + "/src/mobilith.c", "-o", folder / "runtime.o"});
      INFO(compiler << " " << threads << ": " << result.err);
      CHECK(result.code == 0);
    }
  }
}

TEST_CASE("the public header compiles alone as C99 and C++20, every warning an error") {
  const TemporaryFolder folder;
  const std::string text =
      "#include <mobilith.h>\n#include <mobilith.h>\nint main(void) { return MOBILITH_OK; }\n";
  write_text(folder / "header.c", text);
  write_text(folder / "header.cpp", text);
  for (const auto& [compiler, standard, file] :
       {std::tuple{"cc", "-std=c99", "header.c"}, {"c++", "-std=c++20", "header.cpp"}}) {
    const ProcessResult result = run_process({compiler, standard, "-pedantic", "-Wall", "-Wextra", "-Werror",
                                              "-fsyntax-only", "-I" + sources + "/include", folder / file});
    INFO(result.err);
    CHECK(result.code == 0);
  }
}

}  // namespace test_sources

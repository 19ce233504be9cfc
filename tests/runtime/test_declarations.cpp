// runtime/portable/include/ against the systems' own headers: one file of static assertions holds for both.
#include "catch.h"
#include "runtime/portable/foreign.h"

namespace test_declarations {

namespace {

const std::string declarations = MOBILITH_SOURCE "/tests/runtime/portable/declarations.c";

Words with_ours(const std::string& triple) {
  return {"clang-22",
          "--target=" + triple,
          "-std=c11",
          "-fsyntax-only",
          "-Wall",
          "-Wextra",
          "-Werror",
          "-DPORTABLE",
          "-nostdlibinc",
          "-isystem",
          MOBILITH_SOURCE "/runtime/portable/include",
          "-I" MOBILITH_SOURCE "/runtime/src",
          declarations};
}

}  // namespace

TEST_CASE("our declarations are what the assertions say, for each platform") {
  for (const char* triple :
       {"x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "riscv64-unknown-linux-gnu",
        "x86_64-apple-macosx11.0.0", "arm64-apple-macosx11.0.0", "x86_64-w64-windows-gnu",
        "aarch64-w64-windows-gnu", "wasm32-unknown-unknown"}) {
    const ProcessResult result = run_process(with_ours(triple));
    INFO(triple << ": " << result.err);
    CHECK(result.code == 0);
  }
}

TEST_CASE("the system's own headers say the same", "[.target]") {
  const ForeignTarget& target = target_under_test();
  if (no_compiler(target)) return;
  const TemporaryFolder folder;
  CHECK(compiles(target, {declarations, "-o", folder / "program"}));
}

TEST_CASE("the assertions fail where a declaration is wrong") {
  const TemporaryFolder folder;
  for (const auto& [name, wrong] :
       {std::pair{"CLOCK_MONOTONIC", "7"}, {"MAP_SHARED", "2"}, {"sched_yield", "free"}}) {
    write_text(folder / "wrong.h", "#include <sched.h>\n#include <sys/mman.h>\n#include <time.h>\n#undef " +
                                       std::string(name) + "\n#define " + name + " " + wrong + "\n");
    Words words = with_ours("x86_64-unknown-linux-gnu");
    words.insert(words.end() - 1, {"-include", folder / "wrong.h"});
    const ProcessResult result = run_process(words);
    INFO(result.err);
    CHECK(result.code != 0);
    CHECK(result.err.find("static assertion failed") != std::string::npos);
  }
}

}  // namespace test_declarations

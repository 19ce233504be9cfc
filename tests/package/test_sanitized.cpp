// A generated library under each sanitizer: the runtime and an application instrumented, the kernels as they
// are shipped.
#include "catch.h"
#include "package/trees.h"

namespace test_sanitized {

using namespace mobilith::package;

TEST_CASE("a generated library runs clean under the address, undefined-behaviour and thread sanitizers") {
  for (const char* sanitizer : {"address", "undefined", "thread"})
    for (const auto& [tree, name] : {std::pair{tree_v1(), "package_v1"}, {tree_v2(), "package_v2"}}) {
      INFO(sanitizer << ", " << name);
      const TemporaryFolder folder;
      const ProcessResult compiled = run_process(
          {"cc", "-g", "-O1", std::string("-fsanitize=") + sanitizer, "-fno-sanitize-recover=all",
           std::string("-DMODEL=") + name, std::string("-DMODEL_HEADER=\"") + name + ".h\"",
           "-I" + (tree / "include").string(), "-I" MOBILITH_SOURCE "/runtime/include",
           MOBILITH_SOURCE "/tests/golden/golden_runner.c", MOBILITH_SOURCE "/runtime/src/mobilith.c",
           tree / "lib" / (std::string("lib") + name + ".a"), "-lpthread", "-o", folder / "runner"});
      INFO(compiled.err);
      REQUIRE(compiled.code == 0);
      std::string one_thread;
      for (const char* threads : {"1", "2", "5", "8"}) {
        const ProcessResult result = run_process({folder / "runner", threads});
        INFO(threads << " threads: " << result.err);
        CHECK(result.code == 0);
        CHECK(result.err.empty());
        if (one_thread.empty()) one_thread = result.out;
        CHECK((result.out == one_thread));
      }
      CHECK(one_thread.find("output") != std::string::npos);
    }
}

}  // namespace test_sanitized

// The install trees of foreign targets, in the build systems that people have.
#include <algorithm>

#include "catch.h"
#include "nightly.h"
#include "targets/evidence.h"
#include "targets/golden_target.h"
#include "targets/must.h"

namespace test_foreign_package {

using namespace mobilith;
using namespace mobilith::targets;

namespace {

// As a project of its own would have them.
const char* toolchain = R"(set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
)";
const char* project = R"(cmake_minimum_required(VERSION 3.16)
project(foreign LANGUAGES C)
find_package(golden_model CONFIG REQUIRED)
add_executable(runner ${RUNNER})
target_compile_definitions(runner PRIVATE MODEL=golden_model MODEL_HEADER="golden_model.h")
target_link_libraries(runner PRIVATE golden_model::golden_model m)
target_link_options(runner PRIVATE -static)
)";

nlohmann::json all_targets() {
  const ProcessResult result = run_process({MOBILITH_PROGRAM, "targets", "--format", "json"});
  REQUIRE(result.code == 0);
  return nlohmann::json::parse(result.out);
}

std::string spaced(const Words& words) {
  std::string text = " ";
  for (const std::string& word : words) text += word + " ";
  return text;
}

// pkg-config's: the include folder, the library's folder, the library, threads where a linker is told of
// those.
void check_flags(const nlohmann::json& target, const std::filesystem::path& tree, bool bundled) {
  const std::string name = target["target"], flags = spaced(pkg_config_flags(tree, "golden_model"));
  INFO(name << ", pkg-config says" << flags);
  const bool threads = name.find("linux") != name.npos || name.find("macos") != name.npos;
  const bool archive = name == "x86_64-linux-gnu" && !bundled;
  CHECK(flags.find(" -lgolden_model ") != flags.npos);
  CHECK((flags.find(" -lpthread ") != flags.npos) == threads);
  CHECK((flags.find(" -lmobilith_runtime ") != flags.npos) == archive);
  CHECK(pkg_config_flags(tree, "golden_model").size() == size_t(3 + threads + archive));  // -I, -L, and these
  CHECK(std::filesystem::exists(tree / "lib/libmobilith_runtime.a") == archive);
  CHECK(std::filesystem::exists(tree / "src/mobilith_runtime/mobilith.c") == (!archive && !bundled));
  std::string library = target["library"];
  library.replace(library.find("NAME"), 4, "golden_model");
  CHECK(std::filesystem::exists(tree / "lib" / library));
  CHECK(read_text(tree / "lib/cmake/golden_model/golden_model-config.cmake").find("/lib/" + library) !=
        std::string::npos);
}

}  // namespace

TEST_CASE("a project with a toolchain file alone finds a foreign tree, compiles its runtime, and runs",
          "[cmake]") {
  Evidence evidence("aarch64-linux-gnu", "qemu-aarch64, linked by GCC",
                    small_networks + " through find_package and a toolchain file");
  if (!evidence.has("qemu-aarch64", "qemu-user") ||
      !evidence.has("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu libc6-dev-arm64-cross"))
    return;
  for (const Words& runtime : {Words{}, Words{"--bundle-runtime"}}) {
    const TemporaryFolder folder;
    const nlohmann::json golden = generate_golden(
        small_goldens[0], joined({"--target", "aarch64-linux-gnu"}, runtime), folder / "a tree");
    write_text(folder / "project/CMakeLists.txt", project);
    write_text(folder / "project/aarch64.cmake", toolchain);
    must({"cmake", "-G", "Ninja", "-S", folder / "project", "-B", folder / "build",
          "-DCMAKE_TOOLCHAIN_FILE=" + (folder / "project/aarch64.cmake").string(),
          "-DCMAKE_PREFIX_PATH=" + (folder / "a tree").string(),
          "-DRUNNER=" MOBILITH_SOURCE "/tests/golden/golden_runner.c"});
    must({"cmake", "--build", folder / "build"});
    check_run(golden, {"qemu-aarch64", folder / "build/runner"}, 2);
  }
  evidence.passed();
}

TEST_CASE("each target's tree has its library's name, its runtime, and pkg-config's flags for both",
          "[flags]") {
  // A tree's files and flags don't tell how many kernels it has.
  const Words network = testing::nightly()
                            ? golden::options_for(golden::read(small_goldens[0]), "logits")
                            : Words{"--net", "mobilenet_v1", "--alpha",   "0.25",      "--resolution",
                                    "32",    "--weights",    "synthetic", "--outputs", "separable_1"};
  for (const nlohmann::json& target : all_targets())
    for (bool bundled : {false, true}) {
      const TemporaryFolder folder;
      const std::string cpu = target["default_cpu"] == "host" ? "x86-64-v3" : target["default_cpu"];
      Words options{"--target", target["target"], "--cpu", cpu};
      if (bundled) options.emplace_back("--bundle-runtime");
      golden::generate_tree(joined(network, options), folder / "tree");
      check_flags(target, folder / "tree", bundled);
    }
}

}  // namespace test_foreign_package

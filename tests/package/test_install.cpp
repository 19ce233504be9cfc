// The installed tree works wherever it is put.
#include "catch.h"
#include "hardening.h"
#include "package/prefix.h"
#include "runpath.h"

namespace test_install {

using namespace mobilith::package;
namespace fs = std::filesystem;

namespace {

std::string must(const std::vector<std::string>& words) {
  const ProcessResult result = run_process(words);
  INFO(words[0] << ": " << result.err << result.out);
  REQUIRE(result.code == 0);
  return result.out;
}

void check_generates(const fs::path& program, const fs::path& tree) {
  must({program, "generate", "--net", "mobilenet_v1", "--alpha", "0.25", "--resolution", "32", "--weights",
        "synthetic", "--name", "small", "--out", tree});
  CHECK(fs::exists(tree / "lib/libsmall.a"));
}

// The one library that no system has comes from the prefix itself.
void check_own_halide(const fs::path& program, const fs::path& prefix) {
  const std::string libraries = must({"ldd", program});
  const size_t at = libraries.find("libHalide.so => ");
  REQUIRE(at != std::string::npos);
  const std::string path = libraries.substr(at + 16, libraries.find(" (", at) - at - 16);
  CHECK(fs::equivalent(path, prefix / "lib/mobilith/libHalide.so"));
  CHECK(dynamic_values(program, "PATH") == std::vector<std::string>{"$ORIGIN/../lib/mobilith"});
}

}  // namespace

TEST_CASE(
    "an installed prefix has the program, its manual, completion, the runtime's sources and the CMake "
    "package") {
  for (const char* file :
       {"bin/mobilith", "share/man/man1/mobilith.1", "share/man/man1/mobilith-generate.1",
        "share/bash-completion/completions/mobilith", "share/mobilith/runtime/src/mobilith.c",
        "share/mobilith/runtime/include/mobilith.h", "lib/cmake/Mobilith/MobilithConfig.cmake",
        "lib/cmake/Mobilith/MobilithAddNetwork.cmake", "share/doc/mobilith/LICENSE",
        "share/doc/mobilith/LICENSE.Halide", "share/doc/mobilith/docs/manual/link.md"}) {
    INFO(file);
    CHECK(fs::exists(prefix().path() / file));
  }
}

TEST_CASE("the runtime compiles from its installed sources in one line of C11") {
  const TemporaryFolder folder;
  const fs::path runtime = prefix().path() / "share/mobilith/runtime";
  must({"cc", "-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror", "-I" + (runtime / "include").string(),
        "-c", runtime / "src/mobilith.c", "-o", folder / "mobilith.o"});
}

TEST_CASE("an installed prefix works where it is moved, and through a symlink") {
  const TemporaryFolder folder;
  must({"cmake", "--install", MOBILITH_BUILD, "--prefix", folder / "installed"});
  const fs::path moved = folder / "some where/else";
  fs::create_directories(moved.parent_path());
  fs::rename(folder / "installed", moved);
  check_own_halide(moved / "bin/mobilith", moved);
  if (!is_sanitized(MOBILITH_PROGRAM))
    CHECK(missing_protections(moved / "bin/mobilith") == std::vector<std::string>{});
  check_generates(moved / "bin/mobilith", folder / "tree 1");

  fs::create_directories(folder / "bin");
  fs::create_symlink(moved / "bin/mobilith", folder / "bin/linked");
  check_generates(folder / "bin/linked", folder / "tree 2");

  write_text(
      folder / "project/CMakeLists.txt",
      "cmake_minimum_required(VERSION 3.21)\nproject(any LANGUAGES C)\nfind_package(Mobilith 0.1 REQUIRED)\n"
      "mobilith_add_network(NAME small NET mobilenet_v1 ALPHA 0.25 RESOLUTION 32 WEIGHTS synthetic)\n");
  must({"cmake", "-S", folder / "project", "-B", folder / "build", "-G", "Ninja",
        "-DCMAKE_PREFIX_PATH=" + moved.string()});
  must({"cmake", "--build", folder / "build", "--target", "small_generated"});
  CHECK(fs::exists(folder / "build/mobilith/small/include/small.h"));
}

}  // namespace test_install

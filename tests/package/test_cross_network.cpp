// mobilith_add_network() where a toolchain file names a system, a processor and compilers, and no more.
#include <map>

#include "catch.h"
#include "nightly.h"
#include "package/network_project.h"
#include "skip.h"

namespace test_cross_network {

using namespace mobilith::package;

namespace {

// Configures for C alone, with a toolchain file.
void configure_cross(const NetworkProject& project, const std::string& arguments,
                     const std::string& processor, const std::string& compiler) {
  const std::string file = project.folder / "toolchain.cmake";
  write_text(file, "set(CMAKE_SYSTEM_NAME Linux)\nset(CMAKE_SYSTEM_PROCESSOR " + processor +
                       ")\nset(CMAKE_C_COMPILER " + compiler + ")\n");
  project.configured(small_network + ";WEIGHTS;synthetic" + arguments,
                     {"-DLANGUAGES=C", "-DCMAKE_TOOLCHAIN_FILE=" + file});
}

}  // namespace

TEST_CASE("cross-compiled, the generator runs here and the programs in the emulator") {
  std::map<std::string, std::string> cpus{{"riscv64", "rv64,v=true,vlen=256,elen=64,vext_spec=v1.0"}};
  if (mobilith::testing::nightly()) cpus["aarch64"] = "max";  // by day below: several CPUs
  for (const auto& [architecture, cpu] : cpus) {
    const std::string compiler = architecture + "-linux-gnu-gcc", emulator = "qemu-" + architecture;
    if (missing(compiler, "apt: gcc-" + architecture + "-linux-gnu") || missing(emulator, "apt: qemu-user"))
      continue;
    INFO(architecture);
    const NetworkProject project;
    configure_cross(project, "", architecture, compiler);
    CHECK(project.build() == 1);
    CHECK(classes(project.run(
              "first", {emulator, "-cpu", cpu, "-L", "/usr/" + architecture + "-linux-gnu"})) == small_best);
    CHECK(project.build() == 0);
  }
}

TEST_CASE("cross-compiled, several CPUs in one library") {
  if (missing("aarch64-linux-gnu-gcc", "apt: gcc-aarch64-linux-gnu") ||
      missing("qemu-aarch64", "apt: qemu-user"))
    return;
  const NetworkProject project;
  configure_cross(project, ";CPUS;cortex-a72;neoverse-n1", "aarch64", "aarch64-linux-gnu-gcc");
  CHECK(project.build() == 1);
  CHECK(classes(project.run("second", {"qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"})) == small_best);
}

TEST_CASE("BUNDLE_RUNTIME: the runtime comes in the library, and is not compiled") {
  const NetworkProject project;
  project.configured(small_network + ";WEIGHTS;synthetic;BUNDLE_RUNTIME");
  CHECK(project.build() == 1);
  CHECK(classes(project.run("nested/third")) == small_best);
  CHECK(!std::filesystem::exists(project.folder / "build/libmobilith_network_runtime.a"));
}

TEST_CASE("with musl's compiler the library is for musl, and links into a static program") {
  if (missing("musl-gcc", "apt: musl-tools")) return;
  const NetworkProject project;
  project.configured(small_network + ";WEIGHTS;synthetic;CPU;x86-64",
                     {"-DLANGUAGES=C", "-DCMAKE_C_COMPILER=musl-gcc", "-DCMAKE_EXE_LINKER_FLAGS=-static"});
  CHECK(project.build() == 1);
  CHECK(read_text(project.folder / "build/mobilith/my_net/share/my_net/manifest.json")
            .find("x86_64-linux-musl") != std::string::npos);
  CHECK(classes(project.run("first")) == small_best);
}

TEST_CASE("weights in a file of their own are found beside the library, and are an output of the build") {
  const NetworkProject project;
  project.configured(small_network + ";WEIGHTS;synthetic;WEIGHTS_FILE");
  CHECK(project.build() == 1);
  const std::filesystem::path weights = project.folder / "build/mobilith/my_net/share/my_net/my_net.weights";
  REQUIRE(std::filesystem::exists(weights));
  std::filesystem::remove(weights);
  CHECK(project.build() == 1);
  CHECK(std::filesystem::exists(weights));
}

TEST_CASE("TARGET overrules what CMake says, and the library has the platform's name") {
  const NetworkProject project;
  write_text(
      project.folder / "source/CMakeLists.txt",
      "cmake_minimum_required(VERSION 3.21)\nproject(foreign LANGUAGES C)\nfind_package(Mobilith REQUIRED)\n"
      "foreach(target x86_64-windows-msvc aarch64-macos wasm32-wasi riscv64-linux-gnu)\n"
      "  string(MAKE_C_IDENTIFIER ${target} name)\n"
      "  mobilith_add_network(NAME ${name} TARGET ${target} ${ARGUMENTS})\n"
      "  add_custom_target(all_${name} ALL DEPENDS ${name}_generated)\n"
      "endforeach()\n");
  project.configured(mobilith::testing::nightly() ? small_network + ";WEIGHTS;synthetic"
                                                  : "WEIGHTS;" MOBILITH_TEST_DATA "/small_network.onnx");
  CHECK(project.build() == 4);
  for (const char* library :
       {"x86_64_windows_msvc/lib/x86_64_windows_msvc.lib", "aarch64_macos/lib/libaarch64_macos.a",
        "wasm32_wasi/lib/libwasm32_wasi.a", "riscv64_linux_gnu/lib/libriscv64_linux_gnu.a"})
    CHECK(std::filesystem::exists(project.folder / ("build/mobilith/" + std::string(library))));
  CHECK(project.build() == 0);
}

TEST_CASE("a target that there is none of, or that can't be told, is an error that names it") {
  const NetworkProject project;
  const ProcessResult wrong =
      project.configure(small_network + ";WEIGHTS;synthetic;TARGET;aarch65-linux-gnu");
  CHECK(wrong.code != 0);
  CHECK(wrong.err.find("mobilith_add_network: TARGET: unknown target") != std::string::npos);
  CHECK(wrong.err.find("aarch65-linux-gnu") != std::string::npos);
}

}  // namespace test_cross_network

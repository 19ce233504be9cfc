// mobilith_add_network() where a toolchain file names a system, a processor and compilers, and no more.
#include "catch.h"
#include "package/network_project.h"

using namespace mobilith::package;

namespace {

bool is_here(const std::string& program) {
  return run_process({"sh", "-c", "command -v " + program}).code == 0;
}

std::string toolchain(const std::filesystem::path& folder, const std::string& processor,
                      const std::string& prefix) {
  const std::string file = folder / (processor + ".cmake");
  write_text(file, "set(CMAKE_SYSTEM_NAME Linux)\nset(CMAKE_SYSTEM_PROCESSOR " + processor +
                       ")\nset(CMAKE_C_COMPILER " + prefix + "gcc)\nset(CMAKE_CXX_COMPILER " + prefix +
                       "g++)\n");
  return "-DCMAKE_TOOLCHAIN_FILE=" + file;
}

}  // namespace

TEST_CASE("cross-compiled for AArch64, the generator runs here and the programs in the emulator") {
  for (const char* program : {"aarch64-linux-gnu-gcc", "aarch64-linux-gnu-g++", "qemu-aarch64"})
    if (!is_here(program)) {
      WARN("skipped: no " << program);
      return;
    }
  const NetworkProject project;
  for (const char* more : {"", ";CPUS;cortex-a72;neoverse-v1", ";BUNDLE_RUNTIME"}) {
    INFO(more);
    project.configured(small_network + ";WEIGHTS;synthetic" + more,
                       {toolchain(project.folder.path(), "aarch64", "aarch64-linux-gnu-")});
    CHECK(project.build() == 1);
    CHECK(classes(project.run("first", {"qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"})) == small_best);
    CHECK(project.build() == 0);
  }
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
  project.configured(small_network + ";WEIGHTS;synthetic");
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

#include "runtime/portable/foreign.h"

#include <cstdlib>
#include <filesystem>

#include "catch.h"
#include "skip.h"

const std::vector<ForeignTarget>& foreign_targets() {
  static const std::vector<ForeignTarget> targets{
      {"x86_64-linux-gnu", "x86_64-linux", "x86_64-unknown-linux-gnu", {"gcc", "-pthread"}, {}, "gcc"},
      {"x86_64-linux-musl",
       "x86_64-linux",
       "x86_64-unknown-linux-musl",
       {"musl-gcc", "-static"},
       {},
       "musl-tools"},
      {"aarch64-linux-gnu",
       "aarch64-linux",
       "aarch64-unknown-linux-gnu",
       {"aarch64-linux-gnu-gcc", "-static"},
       {"qemu-aarch64"},
       "gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user"},
      {"riscv64-linux-gnu",
       "riscv64-linux",
       "riscv64-unknown-linux-gnu",
       {"riscv64-linux-gnu-gcc", "-static"},
       {"qemu-riscv64"},
       "gcc-riscv64-linux-gnu libc6-dev-riscv64-cross qemu-user"},
      {"x86_64-windows-gnu",
       "x86_64-windows",
       "x86_64-w64-windows-gnu",
       {"x86_64-w64-mingw32-gcc", "-static"},
       {"wine"},
       "gcc-mingw-w64-x86-64 wine64 wine"},
      {"wasm32-wasi",
       "wasm32",
       "wasm32-unknown-wasi",
       {"clang-22", "--target=wasm32-wasi", "-Wno-deprecated"},
       {"node", "--no-warnings", MOBILITH_SOURCE "/tests/runtime/portable/wasi.mjs"},
       "clang-22 lld-22 wasi-libc libclang-rt-22-dev-wasm32; and Node 20",
       "/"},
  };
  return targets;
}

const ForeignTarget& foreign_target(const std::string& name) {
  for (const ForeignTarget& target : foreign_targets())
    if (target.name == name) return target;
  throw std::out_of_range("no target " + name);
}

namespace {

const std::string runtime = MOBILITH_SOURCE "/runtime";

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

const ForeignTarget& target_under_test() {
  const char* name = std::getenv("MOBILITH_TEST_TARGET");
  return foreign_target(name ? name : "");
}

bool no_compiler(const ForeignTarget& target) {
  return missing(target.compiler[0], "apt: " + target.packages);
}

bool no_emulator(const ForeignTarget& target) {
  return !target.emulator.empty() && missing(target.emulator[0], "apt: " + target.packages);
}

// No warning either.
bool compiles(const ForeignTarget& target, const Words& words) {
  const ProcessResult result = run_process(
      joined(joined(target.compiler, {"-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", "-O2",
                                      "-I" + runtime + "/include", "-I" + runtime + "/src"}),
             words));
  INFO(target.name << ": " << result.err);
  CHECK(result.code == 0);
  return result.code == 0;
}

// In the folder, which is where an emulator may keep what it needs, too.
std::string output_of(const ForeignTarget& target, const TemporaryFolder& folder, const Words& words,
                      const Words& environment) {
  std::filesystem::current_path(folder.path());
  const ProcessResult result =
      run_process(joined(target.emulator, words),
                  joined(environment, {"WINEDEBUG=-all", "WINEPREFIX=" + (folder / "wine").string()}));
  std::filesystem::current_path("/");
  INFO(target.name << ": " << result.out << result.err);
  CHECK(result.code == 0);
  std::string out = result.out;
  std::erase(out, '\r');
  return out;
}

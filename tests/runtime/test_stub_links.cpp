// The compiled runtime linked for systems whose libraries are not here: LLVM's linkers, against stubs that
// export exactly the names in tests/data/runtime_symbols.txt.
#include <fstream>

#include "catch.h"
#include "package/bundled_runtime.h"
#include "process.h"
#include "runtime/symbols.h"
#include "skip.h"

namespace test_stub_links {

using namespace mobilith;

namespace {

void must(const std::vector<std::string>& words) {
  const ProcessResult result = run_process(words);
  INFO(words[0] << ": " << result.err << result.out);
  REQUIRE(result.code == 0);
}

void write_object(const std::filesystem::path& path, const std::string& platform, const std::string& triple) {
  std::ofstream(path, std::ios::binary) << runtime_object(platform, llvm::Triple(triple));
}

std::string readobj(const char* option, const std::filesystem::path& file) {
  const ProcessResult result = run_process({"llvm-readobj-22", option, file});
  INFO(result.err);
  REQUIRE(result.code == 0);
  return result.out;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string exports() {
  std::string lines;
  for (const std::string& name : runtime_functions()) lines += name + "\n";
  return lines;
}

}  // namespace

TEST_CASE("ld64.lld links the macOS objects into a library that needs libSystem alone") {
  if (missing("ld64.lld-22", "apt: lld-22") || missing("llvm-readobj-22", "apt: llvm-22")) return;
  for (const auto& [architecture, triple] :
       {std::pair{"x86_64", "x86_64-apple-macosx11.0.0"}, {"arm64", "arm64-apple-macosx11.0.0"}}) {
    INFO(triple);
    const TemporaryFolder folder;
    const std::string platform = architecture == std::string("arm64") ? "aarch64-macos" : "x86_64-macos";
    write_object(folder / "runtime.o", platform, triple);
    std::string names = "dyld_stub_binder";
    for (const std::string& name : runtime_symbols(platform)) names += ", _" + name;
    write_text(folder / "libSystem.tbd",
               "--- !tapi-tbd\ntbd-version: 4\ntargets: [ " + std::string(architecture) +
                   "-macos ]\ninstall-name: '/usr/lib/libSystem.B.dylib'\nexports:\n  - targets: [ " +
                   architecture + "-macos ]\n    symbols: [ " + names + " ]\n...\n");
    must({"ld64.lld-22", "-arch", architecture, "-platform_version", "macos", "11.0", "11.0", "-dylib",
          "-fatal_warnings", "-o", folder / "runtime.dylib", folder / "runtime.o", folder / "libSystem.tbd"});
    CHECK(has(readobj("--needed-libs", folder / "runtime.dylib"), "libSystem.B.dylib"));
  }
}

TEST_CASE("lld-link links the Windows objects into a DLL that needs kernel32 and the C library alone") {
  if (missing("lld-link-22", "apt: lld-22") || missing("llvm-dlltool-22", "apt: llvm-22")) return;
  if (missing("llvm-readobj-22", "apt: llvm-22")) return;
  for (const auto& [machine, dlltool, platform, triple] :
       {std::tuple{"x64", "i386:x86-64", "x86_64-windows", "x86_64-pc-windows-msvc"},
        {"arm64", "arm64", "aarch64-windows", "aarch64-pc-windows-msvc"}}) {
    INFO(triple);
    const TemporaryFolder folder;
    write_object(folder / "runtime.obj", platform, triple);
    std::string definitions = "LIBRARY system.dll\nEXPORTS\n_fltused\n";
    for (const std::string& name : runtime_symbols(platform)) definitions += name + "\n";
    write_text(folder / "system.def", definitions);
    write_text(folder / "runtime.def", "LIBRARY runtime.dll\nEXPORTS\n" + exports());
    must({"llvm-dlltool-22", "-m", dlltool, "-d", folder / "system.def", "-l", folder / "system.lib"});
    must({"lld-link-22", "/dll", "/noentry", "/wx", "/nodefaultlib", "/machine:" + std::string(machine),
          "/def:" + (folder / "runtime.def").string(), "/out:" + (folder / "runtime.dll").string(),
          folder / "runtime.obj", folder / "system.lib"});
    CHECK(has(readobj("--coff-imports", folder / "runtime.dll"), "system.dll"));
    CHECK(has(readobj("--coff-exports", folder / "runtime.dll"), "mobilith_run"));
  }
}

TEST_CASE(
    "ld.lld links the Linux objects into a shared object without text relocations or an executable stack") {
  if (missing("ld.lld-22", "apt: lld-22") || missing("llvm-readobj-22", "apt: llvm-22")) return;
  for (const auto& [platform, triple] : {std::pair{"x86_64-linux", "x86_64-unknown-linux-musl"},
                                         {"aarch64-linux", "aarch64-unknown-linux-musl"},
                                         {"riscv64-linux", "riscv64-unknown-linux-musl"}}) {
    INFO(triple);
    const TemporaryFolder folder;
    write_object(folder / "runtime.o", platform, triple);
    const std::string object = folder / "runtime.so";
    must({"ld.lld-22", "-shared", "-z", "text", "--fatal-warnings", "-o", object, folder / "runtime.o"});
    CHECK_FALSE(has(readobj("--dynamic-table", object), "TEXTREL"));
    const std::string headers = readobj("--program-headers", object);
    REQUIRE(has(headers, "PT_GNU_STACK"));
    const std::string stack = headers.substr(headers.find("PT_GNU_STACK"));
    CHECK_FALSE(has(stack.substr(0, stack.find("Alignment")), "PF_X"));
  }
}

}  // namespace test_stub_links

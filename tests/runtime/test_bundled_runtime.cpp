// The compiled runtime that the generator carries: its symbols, and programs linked with it.
#include <llvm/Object/ObjectFile.h>

#include <fstream>

#include "catch.h"
#include "package/bundled_runtime.h"
#include "package/runtime_bitcode.h"
#include "package/runtime_sources.h"
#include "runtime/portable/foreign.h"
#include "runtime/symbols.h"
#include "skip.h"
#include "targets/errors.h"

namespace test_bundled_runtime {

using namespace mobilith;

namespace {

struct Row {
  const char *platform, *triple;
};
constexpr Row rows[] = {
    {"x86_64-linux", "x86_64-unknown-linux-gnu"},   {"x86_64-linux", "x86_64-unknown-linux-musl"},
    {"aarch64-linux", "aarch64-unknown-linux-gnu"}, {"aarch64-linux", "aarch64-unknown-linux-musl"},
    {"riscv64-linux", "riscv64-unknown-linux-gnu"}, {"riscv64-linux", "riscv64-unknown-linux-musl"},
    {"x86_64-macos", "x86_64-apple-macosx11.0.0"},  {"aarch64-macos", "arm64-apple-macosx11.0.0"},
    {"x86_64-windows", "x86_64-pc-windows-msvc"},   {"x86_64-windows", "x86_64-w64-windows-gnu"},
    {"aarch64-windows", "aarch64-pc-windows-msvc"}, {"wasm32", "wasm32-unknown-wasi"},
};

struct Symbols {
  std::set<std::string> defined, wanted, exported;  // exported: from a shared object, too
};

// Mach-O's names have a "_" before them.
Symbols symbols_of(const std::string& object, const llvm::Triple& triple) {
  auto file = llvm::object::SymbolicFile::createSymbolicFile({object, "runtime"});
  if (!file) throw std::runtime_error(llvm::toString(file.takeError()));
  Symbols symbols;
  for (const llvm::object::BasicSymbolRef& symbol : (*file)->symbols()) {
    const uint32_t flags = llvm::cantFail(symbol.getFlags());
    std::string name;
    llvm::raw_string_ostream stream(name);
    llvm::cantFail(symbol.printName(stream));
    if (triple.isOSBinFormatMachO() && name.starts_with("_")) name.erase(0, 1);
    using Flags = llvm::object::SymbolRef;
    if (flags & Flags::SF_Undefined) {
      symbols.wanted.insert(name);
    } else if ((flags & Flags::SF_Global) && !(flags & Flags::SF_FormatSpecific)) {
      symbols.defined.insert(name);
      if (flags & Flags::SF_Exported && !(flags & Flags::SF_Hidden)) symbols.exported.insert(name);
    }
  }
  return symbols;
}

void write_object(const std::filesystem::path& path, const std::string& platform, const std::string& triple) {
  std::ofstream(path, std::ios::binary) << runtime_object(platform, llvm::Triple(triple));
}

std::string error_of(const std::string& platform, const char* triple) {
  try {
    runtime_object(platform, llvm::Triple(triple));
  } catch (const CodegenError& error) {
    return error.what();
  }
  return "";
}

const std::string portable = MOBILITH_SOURCE "/tests/runtime/portable";

}  // namespace

TEST_CASE("every object defines mobilith.h's functions alone, and wants what its platform's line says") {
  std::set<std::string> tried;
  for (const Row& row : rows) {
    INFO(row.triple);
    const llvm::Triple triple(row.triple);
    Symbols symbols = symbols_of(runtime_object(row.platform, triple), triple);
    CHECK(symbols.defined == runtime_functions());
    if (!triple.isOSWindows()) CHECK(symbols.exported.empty());
    symbols.wanted.erase(
        "_fltused");  // MSVC's mark of programs that use floating point; its C library has it
    CHECK(symbols.wanted == runtime_symbols(row.platform));
    tried.insert(row.platform);
  }
  CHECK(tried.size() == runtime_platforms().size());
}

TEST_CASE("an object is the same each time, and names no folder") {
  for (const Row& row : rows) {
    INFO(row.triple);
    const std::string object = runtime_object(row.platform, llvm::Triple(row.triple));
    CHECK(object == runtime_object(row.platform, llvm::Triple(row.triple)));
    CHECK(object.find(MOBILITH_SOURCE) == std::string::npos);
    CHECK(object.size() < 60000);
  }
}

TEST_CASE("the bitcode names no folder and no compiler's build") {
  for (const embedded::RuntimeBitcode& row : embedded::runtime_bitcode()) {
    INFO(row.platform);
    CHECK(row.bitcode.find(MOBILITH_SOURCE) == std::string::npos);
    CHECK(row.bitcode.find("Debian") == std::string::npos);
  }
}

TEST_CASE("the sources that the generator carries compile from one folder by one line", "[.target]") {
  const ForeignTarget& target = target_under_test();
  if (no_compiler(target)) return;
  const TemporaryFolder folder;
  for (const RuntimeSource& source : runtime_sources())
    write_text(folder / std::string(source.name), std::string(source.text));
  Words words = target.compiler;
  words.insert(words.end(), {"-std=c11", "-O2", "-c", folder / "mobilith.c", "-o", folder / "mobilith.o"});
  const ProcessResult result = run_process(words);
  INFO(result.err);
  CHECK(result.code == 0);
}

TEST_CASE("a platform that is not there, or not the triple's, is an error that says so") {
  CHECK(error_of("sparc-linux", "sparc-linux").find("no compiled runtime for 'sparc-linux'") == 0);
  CHECK(error_of("x86_64-linux", "aarch64-unknown-linux-gnu") ==
        "the compiled runtime for x86_64-linux is not one for aarch64-unknown-linux-gnu");
  CHECK(error_of("x86_64-linux", "x86_64-pc-windows-msvc") != "");
  CHECK(error_of("aarch64-macos", "aarch64-unknown-linux-gnu") != "");
}

TEST_CASE("programs link with the objects as with the sources, and run", "[.target]") {
  const ForeignTarget& target = target_under_test();
  if (no_compiler(target)) return;
  const TemporaryFolder folder;
  write_object(folder / "runtime.o", target.platform, target.triple);
  REQUIRE(compiles(target, {portable + "/check.c", folder / "runtime.o", "-o", folder / "check.exe"}));
  if (no_emulator(target)) return;
  CHECK(output_of(target, folder, {folder / "check.exe", target.folder}).ends_with("\nok\n"));
}

TEST_CASE("without a cross compiler, ld.lld links the object with AArch64's libc") {
  const ForeignTarget& target = foreign_target("aarch64-linux-gnu");
  const std::string system = "/usr/aarch64-linux-gnu";
  if (missing("clang-22", "apt: clang-22") || missing("ld.lld-22", "apt: lld-22") || no_emulator(target))
    return;
  if (!std::filesystem::exists(system + "/lib/crt1.o"))
    return skip("no " + system + " (apt: libc6-dev-arm64-cross)");
  const TemporaryFolder folder;
  write_object(folder / "runtime.o", target.platform, target.triple);
  const auto must = [](const Words& words) {
    const ProcessResult result = run_process(words);
    INFO(words[0] << ": " << result.err);
    REQUIRE(result.code == 0);
  };
  must({"clang-22", "--target=aarch64-linux-gnu", "-nostdlibinc", "-isystem", system + "/include",
        "-I" MOBILITH_SOURCE "/runtime/include", "-O2", "-mno-outline-atomics", "-c", portable + "/check.c",
        "-o", folder / "check.o"});
  const std::string lib = system + "/lib/";
  must({"ld.lld-22", "-dynamic-linker", "/lib/ld-linux-aarch64.so.1", "-o", folder / "check", lib + "crt1.o",
        lib + "crti.o", folder / "check.o", folder / "runtime.o", lib + "libc.so.6", lib + "libc_nonshared.a",
        lib + "crtn.o"});
  const ProcessResult result = run_process({"qemu-aarch64", "-L", system, folder / "check", folder.path()});
  INFO(result.err);
  CHECK(result.out.ends_with("\nok\n"));
}

}  // namespace test_bundled_runtime

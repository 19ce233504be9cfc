// Linked where no SDK or libc exists: an application with each target's archive, by LLVM's linkers, against
// stubs of the system that have what the committed tables say and nothing more.
#include <llvm/TargetParser/Triple.h>

#include "catch.h"
#include "targets/evidence.h"
#include "targets/must.h"
#include "targets/target_library.h"

namespace test_stub_links {

using namespace mobilith;
using namespace mobilith::targets;

namespace {

std::string readobj(const Words& options, const std::filesystem::path& file) {
  Words words{"llvm-readobj-22"};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(file);
  const ProcessResult result = run_process(words);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return result.out;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

bool can_link(Evidence& evidence, const char* linker) {
  return evidence.has("clang-22", "clang-22") && evidence.has(linker, "lld-22") &&
         evidence.has("llvm-readobj-22", "llvm-22");
}

// An archive with the runtime inside, an application's object, and a folder for the rest.
struct Parts {
  TemporaryFolder folder;
  const Platform& platform;
  std::filesystem::path archive, app, program;
  explicit Parts(const Platform& p)
      : platform(p),
        archive(write_library(p, 0, true, folder / "tree")),
        app(compile_app(p, folder / "tree")),
        program(folder / "program") {}
};

void link_macos(const Platform& platform) {
  Evidence evidence(platform.name, "linked by ld64.lld against a stub", "with --bundle-runtime: a program");
  if (!can_link(evidence, "ld64.lld-22")) return;
  const Parts parts(platform);
  const std::string architecture = llvm::Triple(platform.triple).isAArch64() ? "arm64" : "x86_64";
  std::string names = "dyld_stub_binder";
  for (const std::string& name : archive_wants(platform)) names += ", _" + name;
  const std::string stub = parts.folder / "libSystem.tbd";
  write_text(stub, "--- !tapi-tbd\ntbd-version: 4\ntargets: [ " + architecture +
                       "-macos ]\ninstall-name: '/usr/lib/libSystem.B.dylib'\nexports:\n  - targets: [ " +
                       architecture + "-macos ]\n    symbols: [ " + names + " ]\n...\n");
  const Words start{"ld64.lld-22", "-arch",           architecture, "-platform_version", "macos", "11.0",
                    "11.0",        "-fatal_warnings", "-o"};
  Words program = start, library = start;
  program.insert(program.end(), {parts.program, parts.app, parts.archive, stub});
  must(program);
  library.insert(library.end(), {parts.folder / "all.dylib", "-dylib", "-all_load", parts.archive, stub});
  must(library);
  CHECK(has(readobj({"--file-headers"}, parts.program), "FileType: Executable"));
  CHECK(has(readobj({"--file-headers"}, parts.program), "MH_PIE"));
  for (const std::filesystem::path& file : {parts.program, parts.folder / "all.dylib"})
    CHECK(has(readobj({"--needed-libs"}, file), "libSystem.B.dylib"));
  evidence.passed();
}

void link_windows(const Platform& platform) {
  Evidence evidence(platform.name, "linked by lld-link against a stub", "with --bundle-runtime: a program");
  if (!can_link(evidence, "lld-link-22") || !evidence.has("llvm-dlltool-22", "llvm-22")) return;
  const Parts parts(platform);
  const bool arm = llvm::Triple(platform.triple).isAArch64();
  std::string definitions = "LIBRARY system.dll\nEXPORTS\n";
  for (const std::string& name : archive_wants(platform)) definitions += name + "\n";
  definitions += "_fltused\n__main\n";  // what Clang adds to the application
  const std::string stub = parts.folder / "system.lib";
  write_text(parts.folder / "system.def", definitions);
  must({"llvm-dlltool-22", "-m", arm ? "arm64" : "i386:x86-64", "-d", parts.folder / "system.def", "-l",
        stub});
  must({"lld-link-22", "/wx", "/nodefaultlib", "/entry:main", "/subsystem:console",
        std::string("/machine:") + (arm ? "arm64" : "x64"), "/out:" + parts.program.string(), parts.app,
        parts.archive, stub});
  const std::string headers = readobj({"--file-headers", "--coff-imports"}, parts.program);
  CHECK(has(headers, "IMAGE_DLL_CHARACTERISTICS_NX_COMPAT"));
  CHECK(has(headers, "IMAGE_DLL_CHARACTERISTICS_DYNAMIC_BASE"));
  CHECK(has(headers, "system.dll"));
  evidence.passed();
}

// A shared object of empty functions, then a program and a shared object: nothing undefined, no text
// relocations.
void link_linux(const Platform& platform) {
  Evidence evidence(platform.name, "linked by ld.lld against a stub",
                    "with --bundle-runtime: a program (-pie), a shared object (-z defs -z text)");
  if (!can_link(evidence, "ld.lld-22")) return;
  const Parts parts(platform);
  std::string functions;
  for (const std::string& name : archive_wants(platform)) functions += "void " + name + "(void) {}\n";
  write_text(parts.folder / "libc.c", functions);
  const std::string object = parts.folder / "libc.o", stub = parts.folder / "libc.so",
                    shared = parts.folder / "all.so";
  must({"clang-22", "--target=" + std::string(platform.triple), "-ffreestanding", "-fno-builtin", "-w",
        "-fPIC", "-c", parts.folder / "libc.c", "-o", object});
  must({"ld.lld-22", "-shared", "-soname", "libc.so", object, "-o", stub});
  must({"ld.lld-22", "-pie", "-z", "text", "-z", "defs", "--fatal-warnings", "-e", "main", "-dynamic-linker",
        "/lib/ld.so", parts.app, parts.archive, stub, "-o", parts.program});
  must({"ld.lld-22", "-shared", "-z", "text", "-z", "defs", "--fatal-warnings", "--whole-archive",
        parts.archive, "--no-whole-archive", stub, "-o", shared});
  for (const std::string& file : {parts.program.string(), shared}) {
    CHECK(!has(readobj({"--dynamic-table"}, file), "TEXTREL"));
    const std::string headers = readobj({"--program-headers"}, file);
    const size_t stack = headers.find("PT_GNU_STACK");
    REQUIRE(stack != std::string::npos);
    CHECK(!has(headers.substr(stack, headers.find("Alignment", stack) - stack), "PF_X"));
  }
  evidence.passed();
}

void link_all(bool (llvm::Triple::*fits)() const, void (*link)(const Platform&)) {
  for (const Platform& row : platforms) {
    if (!(llvm::Triple(row.triple).*fits)()) continue;
    INFO(row.name);
    link(row);
  }
}

}  // namespace

TEST_CASE("macOS: ld64.lld links programs and dylibs that need libSystem's listed functions alone",
          "[macos]") {
  link_all(&llvm::Triple::isOSDarwin, link_macos);
}

TEST_CASE("Windows: lld-link links programs that need the listed functions alone", "[windows]") {
  link_all(&llvm::Triple::isOSWindows, link_windows);
}

TEST_CASE(
    "Linux: ld.lld links position-independent programs and shared objects that need the listed functions "
    "alone",
    "[linux]") {
  link_all(&llvm::Triple::isOSLinux, link_linux);
}

}  // namespace test_stub_links

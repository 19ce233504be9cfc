// Every target's archive, read by LLVM's tools: format, machine, name, symbols. MOBILITH_SHARD=I/N takes
// every N-th target.
#include <llvm/TargetParser/Triple.h>

#include <cstdio>
#include <cstdlib>

#include "catch.h"
#include "targets/evidence.h"
#include "targets/target_library.h"

namespace test_formats {

using namespace mobilith;
using namespace mobilith::targets;

namespace {

struct Format {
  llvm::Triple::ObjectFormatType format;
  llvm::Triple::ArchType architecture;
  const char *name, *machine;  // llvm-readobj's
};

constexpr Format formats[] = {
    {llvm::Triple::ELF, llvm::Triple::x86_64, "elf64-x86-64", "x86_64"},
    {llvm::Triple::ELF, llvm::Triple::aarch64, "elf64-littleaarch64", "aarch64"},
    {llvm::Triple::ELF, llvm::Triple::riscv64, "elf64-littleriscv", "riscv64"},
    {llvm::Triple::MachO, llvm::Triple::x86_64, "Mach-O 64-bit x86-64", "x86_64"},
    {llvm::Triple::MachO, llvm::Triple::aarch64, "Mach-O arm64", "aarch64"},
    {llvm::Triple::COFF, llvm::Triple::x86_64, "COFF-x86-64", "x86_64"},
    {llvm::Triple::COFF, llvm::Triple::aarch64, "COFF-ARM64", "aarch64"},
    {llvm::Triple::Wasm, llvm::Triple::wasm32, "WASM", "wasm32"},
};

const Format& format_of(const Platform& platform) {
  const llvm::Triple triple(platform.triple);
  for (const Format& row : formats)
    if (row.format == triple.getObjectFormat() && row.architecture == triple.getArch()) return row;
  FAIL("no format for " << platform.name);
  return formats[0];
}

// What an object defines for others; COFF's merged constants are nobody's.
Names own(const Platform& platform, const Names& defines) {
  Names names;
  for (const std::string& name : defines)
    if (!llvm::Triple(platform.triple).isOSWindows() || name.find('@') == std::string::npos)
      names.insert(name);
  return names;
}

const Names runtime_functions{
    "mobilith_model_describe",  "mobilith_model_input",    "mobilith_model_output",
    "mobilith_options_init",    "mobilith_options_init_2", "mobilith_run",
    "mobilith_run_frame",       "mobilith_run_ports",      "mobilith_session_bytes",
    "mobilith_session_bytes_2", "mobilith_session_create", "mobilith_session_create_2",
    "mobilith_session_destroy", "mobilith_status_message"};

void check_format(const Platform& platform, const ObjectFile& object) {
  CHECK(object.format == format_of(platform).name);
  CHECK(object.architecture == format_of(platform).machine);
}

// Windows exports what is marked, the others what is not hidden.
void check_hidden(const Platform& platform, const ObjectFile& object) {
  if (llvm::Triple(platform.triple).isOSWindows()) return;
  for (const std::string& name : object.defines) {
    INFO(name);
    CHECK(object.hidden.count(name) == 1);
  }
}

// What both networks' objects want, together.
Names check_models(const Platform& platform) {
  Names wants;
  for (int network : {0, 1}) {
    const TemporaryFolder folder;
    const bool bundle = network == 0;
    const auto objects = read_archive(platform, write_library(platform, network, bundle, folder / "tree"));
    REQUIRE(objects.size() == (bundle ? 2 : 1));
    for (const ObjectFile& object : objects) check_format(platform, object), check_hidden(platform, object);
    CHECK(objects[0].member == library_name + ".o");
    CHECK(own(platform, objects[0].defines) == Names{library_name});
    wants.insert(objects[0].wants.begin(), objects[0].wants.end());
    if (!bundle) continue;
    CHECK(own(platform, objects[1].defines) == runtime_functions);
    CHECK(objects[1].wants == runtime_wants(platform));
    const bool msvc = std::string(platform.name).ends_with("msvc");
    CHECK(std::filesystem::exists(folder / "tree/lib" /
                                  (msvc ? library_name + ".lib" : "lib" + library_name + ".a")));
    CHECK(!std::filesystem::exists(folder / "tree/src"));
    CHECK(!std::filesystem::exists(folder / "tree/lib/libmobilith_runtime.a"));
  }
  return wants;
}

}  // namespace

TEST_CASE(
    "each target's archive has its format, machine and name, defines its model alone, and wants what the "
    "table says") {
  int shard = 0, shards = 1, index = 0;
  if (const char* wanted = std::getenv("MOBILITH_SHARD"))
    REQUIRE(std::sscanf(wanted, "%d/%d", &shard, &shards) == 2);
  for (const Platform& platform : platforms) {
    if (index++ % shards != shard) continue;
    INFO(platform.name);
    Evidence evidence(platform.name, "read by llvm-readobj and llvm-nm",
                      "format, machine, name; symbols as in the committed tables");
    if (!evidence.has("llvm-readobj-22", "llvm-22") || !evidence.has("llvm-nm-22", "llvm-22")) continue;
    CHECK(check_models(platform) == model_wants(platform));
    evidence.passed();
  }
}

}  // namespace test_formats

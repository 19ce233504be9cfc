// The runtime's sources on other targets: compiled by each cross compiler, run by each emulator.
#include "catch.h"
#include "runtime/portable/foreign.h"

namespace test_foreign {

namespace {

const std::string runtime = MOBILITH_SOURCE "/runtime", portable = MOBILITH_SOURCE "/tests/runtime/portable";

// Bits of mobilith_abi.h. The program is compiled once for each target.
std::string features_seen(const std::string& name, const std::string& variable, const std::string& cpu) {
  static const TemporaryFolder folder;
  const ForeignTarget& target = foreign_target(name);
  if (no_compiler(target) || no_emulator(target)) return "";
  const std::string check = folder / name;
  if (!std::filesystem::exists(check) &&
      !compiles(target, {runtime + "/src/mobilith.c", portable + "/check.c", "-o", check}))
    return "";
  return output_of(target, folder, {check, target.folder}, {variable + "=" + cpu});
}

}  // namespace

TEST_CASE("each target is a ctest of its own") {
  std::string names;
  for (const ForeignTarget& target : foreign_targets()) names += (names.empty() ? "" : " ") + target.name;
  CHECK(names == MOBILITH_FOREIGN_TARGETS);
}

TEST_CASE("sessions run, with threads where there are some", "[.target]") {
  const ForeignTarget& target = target_under_test();
  if (no_compiler(target)) return;
  const TemporaryFolder folder;
  const std::string check = folder / "check.exe", map = folder / "map.exe";
  REQUIRE(compiles(target, {runtime + "/src/mobilith.c", portable + "/check.c", "-o", check}));
  REQUIRE(compiles(target, {portable + "/map.c", "-o", map}));
  if (no_emulator(target)) return;
  const std::string checked = output_of(target, folder, {check, target.folder});
  CHECK(checked.ends_with("\nok\n"));
  CHECK(output_of(target, folder, {map, target.folder}) == "ok\n");
  if (!target.name.starts_with("x86_64-")) return;
  // What this machine's CPU has is the same on every system.
  const ForeignTarget& here = foreign_target("x86_64-linux-gnu");
  REQUIRE(compiles(here, {runtime + "/src/mobilith.c", portable + "/check.c", "-o", folder / "here"}));
  CHECK(output_of(here, folder, {folder / "here", here.folder}) == checked);
}

TEST_CASE("AArch64's further instruction sets are those of the CPU that runs") {
  const std::string a53 = features_seen("aarch64-linux-gnu", "QEMU_CPU", "cortex-a53");
  if (a53.empty()) return;
  CHECK(a53 == "100000000\nok\n");  // NEON
  CHECK(features_seen("aarch64-linux-gnu", "QEMU_CPU", "neoverse-n1") ==
        "700000000\nok\n");                                                            // and DotProd, FP16
  CHECK(features_seen("aarch64-linux-gnu", "QEMU_CPU", "max") == "3f00000000\nok\n");  // and I8MM, FHM, BF16
}

TEST_CASE("RISC-V's vectors are as long as the CPU's") {
  const std::string without = features_seen("riscv64-linux-gnu", "QEMU_CPU", "rv64,v=false");
  if (without.empty()) return;
  CHECK(without == "0\nok\n");
  for (const auto& [bits, features] : {std::pair{"128", "1"}, {"256", "3"}, {"512", "7"}, {"1024", "f"}}) {
    INFO(bits);
    CHECK(features_seen("riscv64-linux-gnu", "QEMU_CPU", "rv64,v=true,vlen=" + std::string(bits)) ==
          features + std::string("000000000000\nok\n"));
  }
}

TEST_CASE("without mapping, files are copied: the same test passes") {
  const ForeignTarget& here = foreign_target("x86_64-linux-gnu");
  const TemporaryFolder folder;
  write_text(folder / "copy.c",
             "#define MOBILITH_MAPPING_H\n#include <stddef.h>\n#include <stdint.h>\n"
             "typedef struct mapping { void *address; size_t bytes; } mapping;\n"
             "#include \"mapping_copy.h\"\n#include \"" +
                 portable + "/map.c\"\n");
  REQUIRE(compiles(here, {folder / "copy.c", "-o", folder / "copy"}));
  CHECK(output_of(here, folder, {folder / "copy", "."}) == "ok\n");
}

}  // namespace test_foreign

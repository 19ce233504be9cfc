// AArch64 from a machine without any cross compiler: LLVM's own libraries compile and archive; ld.lld,
// Debian's libc for AArch64 and an emulator do the rest.
#include <filesystem>

#include "catch.h"
#include "targets/evidence.h"
#include "targets/golden_target.h"
#include "targets/must.h"

namespace test_no_compiler {

using namespace mobilith;
using namespace mobilith::targets;

namespace {

const std::string sysroot = "/usr/aarch64-linux-gnu";

// glibc's own code wants atomics and the unwinder of libgcc.
std::string libgcc_folder() {
  std::error_code none;
  for (const auto& version :
       std::filesystem::directory_iterator("/usr/lib/gcc-cross/aarch64-linux-gnu", none))
    if (std::filesystem::exists(version.path() / "libgcc_eh.a")) return version.path();
  return "";
}

// The generator may call nothing: PATH leads to an empty folder.
void generate_alone(const nlohmann::json& golden, const std::filesystem::path& tree) {
  const TemporaryFolder empty;
  const ProcessResult result =
      run_process(joined({MOBILITH_PROGRAM, "generate", "--name", "golden_model", "--out", tree, "--target",
                          "aarch64-linux-gnu", "--bundle-runtime"},
                         golden::options_for(golden, "logits")),
                  {"PATH=" + empty.path().string()});
  INFO(result.err);
  REQUIRE(result.code == 0);
}

}  // namespace

TEST_CASE("without a cross compiler: generated, linked by ld.lld, run by qemu, in agreement with Keras") {
  Evidence evidence("aarch64-linux-gnu", "qemu-aarch64, no cross compiler, linked by ld.lld",
                    small_networks + " with --bundle-runtime");
  const std::string libgcc = libgcc_folder();
  if (!evidence.has("qemu-aarch64", "qemu-user") || !evidence.has("ld.lld-22", "lld-22") ||
      !evidence.has("clang-22", "clang-22"))
    return;
  if (libgcc.empty() || !std::filesystem::exists(sysroot + "/lib/libc.a"))
    return evidence.skipped("no libc for AArch64 (apt: libc6-dev-arm64-cross libgcc-12-dev-arm64-cross)");
  for (const std::string& file : small_goldens_or(1)) {
    INFO(file);
    const TemporaryFolder folder;
    const nlohmann::json golden = golden::read(file);
    generate_alone(golden, folder / "tree");
    must({"clang-22", "--target=aarch64-linux-gnu", "-isystem", sysroot + "/include", "-std=c99", "-O1",
          "-DMODEL=golden_model", "-DMODEL_HEADER=\"golden_model.h\"", "-I", folder / "tree/include", "-c",
          MOBILITH_SOURCE "/tests/golden/golden_runner.c", "-o", folder / "runner.o"});
    const std::string lib = sysroot + "/lib/";
    must({"ld.lld-22", "-static", "-o", folder / "runner", lib + "crt1.o", lib + "crti.o",
          folder / "runner.o", folder / "tree/lib/libgolden_model.a", "--start-group", lib + "libm.a",
          lib + "libc.a", libgcc + "/libgcc.a", libgcc + "/libgcc_eh.a", "--end-group", lib + "crtn.o"});
    check_run(golden, {"qemu-aarch64", folder / "runner"}, 2);
  }
  evidence.passed();
}

}  // namespace test_no_compiler

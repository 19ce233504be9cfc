// Golden outputs of foreign targets, run by emulators, with each target's own C compiler.
#include "catch.h"
#include "targets/evidence.h"
#include "targets/golden_target.h"

namespace test_emulated {

using namespace mobilith;
using namespace mobilith::targets;

namespace {

const char* aarch64_packages = "gcc-aarch64-linux-gnu libc6-dev-arm64-cross";
const char* riscv64_packages = "gcc-riscv64-linux-gnu libc6-dev-riscv64-cross";

// qemu 7.2 runs vectors, but leaves them out of AT_HWCAP: the program says instead what a kernel would.
Words riscv_compiler() {
  return {"riscv64-linux-gnu-gcc", "-static", MOBILITH_SOURCE "/tests/targets/hwcap_with_vectors.c"};
}

Words riscv_environment(int bits) {
  return {"QEMU_CPU=rv64,v=true,vext_spec=v1.0,vlen=" + std::to_string(bits)};
}

}  // namespace

TEST_CASE("AArch64 Linux: Keras's outputs under qemu", "[aarch64]") {
  Evidence evidence("aarch64-linux-gnu", "qemu-aarch64, linked by GCC", small_networks);
  if (!evidence.has("qemu-aarch64", "qemu-user") || !evidence.has("aarch64-linux-gnu-gcc", aarch64_packages))
    return;
  check_target(small_goldens_or(0), {"--target", "aarch64-linux-gnu"}, {"aarch64-linux-gnu-gcc", "-static"},
               {"qemu-aarch64"}, 2);
  const TemporaryFolder folder;
  const nlohmann::json golden = generate_golden(
      small_goldens[1], {"--target", "aarch64-linux-gnu", "--products", "paired"}, folder / "tree");
  golden::build_runner({"aarch64-linux-gnu-gcc", "-static"}, folder / "tree", folder / "runner");
  check_run(golden, {"qemu-aarch64", folder / "runner"});
  evidence.passed();
}

TEST_CASE("RISC-V Linux: Keras's outputs with vectors of 128, 256 and 512 bits", "[riscv64]") {
  Evidence evidence("riscv64-linux-gnu", "qemu-riscv64, linked by GCC",
                    small_networks + " with vectors of 128, 256, 512 bits");
  if (!evidence.has("qemu-riscv64", "qemu-user") || !evidence.has("riscv64-linux-gnu-gcc", riscv64_packages))
    return;
  for (const std::string& file : small_goldens) {
    const TemporaryFolder folder;
    const nlohmann::json golden = generate_golden(file, {"--target", "riscv64-linux-gnu"}, folder / "tree");
    golden::build_runner(riscv_compiler(), folder / "tree", folder / "runner");
    for (int bits : {128, 256, 512}) {
      INFO(file << ", vectors of " << bits << " bits");
      check_run(golden, {"qemu-riscv64", folder / "runner"}, 2, riscv_environment(bits));
    }
  }
  evidence.passed();
}

TEST_CASE("RISC-V code for vectors of 256 bits runs on those and longer ones, and is refused on shorter ones",
          "[riscv64]") {
  Evidence evidence("riscv64-linux-gnu", "qemu-riscv64, linked by GCC",
                    small_networks + " for --cpu spacemit-x60 at 256 bits, refused at 128");
  if (!evidence.has("qemu-riscv64", "qemu-user") || !evidence.has("riscv64-linux-gnu-gcc", riscv64_packages))
    return;
  const TemporaryFolder folder;
  const nlohmann::json golden = generate_golden(
      small_goldens[0], {"--target", "riscv64-linux-gnu", "--cpu", "spacemit-x60"}, folder / "tree");
  golden::build_runner(riscv_compiler(), folder / "tree", folder / "runner");
  for (int bits : {256, 512})
    CHECK(check_run(golden, {"qemu-riscv64", folder / "runner"}, 1, riscv_environment(bits)).cpu ==
          "spacemit-x60");
  // A softmax rounds, which Halide writes for x86's vectors of 256 bits by x86's instruction.
  golden::generate_tree(joined(golden::options_for(golden, "probabilities"),
                               {"--target", "riscv64-linux-gnu", "--cpu", "spacemit-x60"}),
                        folder / "shares");
  golden::build_runner(riscv_compiler(), folder / "shares", folder / "softmax");
  const ProcessResult result = run_process({"qemu-riscv64", folder / "softmax", "1"}, riscv_environment(256));
  INFO(result.err);
  REQUIRE(result.code == 0);
  golden::check_shares(golden, golden::parse_run(result.out));
  const ProcessResult refused = run_process({"qemu-riscv64", folder / "runner", "1"}, riscv_environment(128));
  CHECK(refused.code == 1);
  CHECK(refused.err.starts_with("status 4: "));  // MOBILITH_UNSUPPORTED_CPU
  evidence.passed();
}

TEST_CASE("Linux with musl: a static program gives Keras's outputs", "[musl]") {
  Evidence evidence("x86_64-linux-musl", "run here, linked by musl-gcc -static", small_networks);
  if (!evidence.has("musl-gcc", "musl-tools")) return;
  check_target(small_goldens_or(0), {"--target", "x86_64-linux-musl", "--cpu", "x86-64-v2"},
               {"musl-gcc", "-static"}, {}, 2);
  evidence.passed();
}

TEST_CASE("Windows: Keras's outputs under wine", "[windows]") {
  Evidence evidence("x86_64-windows-gnu", "wine, linked by MinGW's GCC", small_networks);
  if (!evidence.has("wine", "wine wine64") || !evidence.has("x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64"))
    return;
  const TemporaryFolder wine;
  // MinGW's printf knows C99's formats when asked.
  check_target(small_goldens, {"--target", "x86_64-windows-gnu", "--cpu", "x86-64-v2"},
               {"x86_64-w64-mingw32-gcc", "-static", "-D__USE_MINGW_ANSI_STDIO=1"}, {"wine"}, 2,
               {"WINEDEBUG=-all", "WINEPREFIX=" + (wine / "prefix").string()});
  evidence.passed();
}

}  // namespace test_emulated

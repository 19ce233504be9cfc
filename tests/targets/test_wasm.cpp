// WebAssembly: one module, golden_runner.c with the library, in Node and in a page in Chromium.
#include "catch.h"
#include "targets/evidence.h"
#include "targets/golden_target.h"
#include "targets/wasm_page.h"

namespace test_wasm {

using namespace mobilith;
using namespace mobilith::targets;

namespace {

const char* packages = "clang-22 lld-22 wasi-libc libclang-rt-22-dev-wasm32";

// Clang calls "wasm32-wasi" an old name for wasip1; Debian's libc is installed under it.
const Words compiler{"clang-22", "--target=wasm32-wasi", "-Wno-deprecated", "-O1"};

bool can_link(Evidence& evidence) {
  if (!evidence.has("clang-22", packages) || !evidence.has("wasm-ld-22", packages)) return false;
  const TemporaryFolder folder;
  write_text(folder / "empty.c", "#include <stdio.h>\nint main(void) { return 0; }\n");
  if (run_process(joined(compiler, {folder / "empty.c", "-o", folder / "empty.wasm"})).code == 0) return true;
  evidence.skipped("no libc for wasm32-wasi (apt: " + std::string(packages) + ")");
  return false;
}

nlohmann::json build(const std::string& file, const Words& options, const TemporaryFolder& folder) {
  const nlohmann::json golden =
      generate_golden(file, joined({"--target", "wasm32-wasi"}, options), folder / "tree");
  golden::build_runner(compiler, folder / "tree", folder / "runner.wasm");
  return golden;
}

}  // namespace

TEST_CASE("WebAssembly: Keras's outputs in Node", "[node]") {
  Evidence evidence("wasm32-wasi", "Node's WASI, linked by clang and wasm-ld", small_networks);
  if (!evidence.has("node", "nodejs, version 20") || !can_link(evidence)) return;
  // The runtime inside the library for one, from the tree's sources for the other.
  const std::vector<Words> runtimes{{"--bundle-runtime"}, {}};
  for (size_t i = 0; i < small_goldens.size(); i++) {
    INFO(small_goldens[i]);
    const TemporaryFolder folder;
    const nlohmann::json golden = build(small_goldens[i], runtimes[i], folder);
    check_run(golden, {"node", "--no-warnings", MOBILITH_SOURCE "/tests/runtime/portable/wasi.mjs",
                       folder / "runner.wasm"});
  }
  evidence.passed();
}

TEST_CASE("WebAssembly: Keras's outputs in a page in Chromium", "[chromium]") {
  Evidence evidence("wasm32-wasi", "headless Chromium, linked by clang and wasm-ld", small_networks);
  if (!evidence.has("chromium", "chromium") || !can_link(evidence)) return;
  for (const std::string& file : small_goldens_or(0)) {
    INFO(file);
    const TemporaryFolder folder;
    const nlohmann::json golden = build(file, {"--bundle-runtime"}, folder);
    const std::string shown = run_in_page(read_text(folder / "runner.wasm"), folder);
    INFO(shown.substr(shown.size() - std::min<size_t>(shown.size(), 200)));
    REQUIRE(shown.ends_with("exit 0\n"));
    golden::check_against_keras(golden, golden::parse_run(shown));
  }
  evidence.passed();
}

}  // namespace test_wasm

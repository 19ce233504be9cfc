// Golden outputs on foreign targets: two small networks, one of each version, against Keras.
#pragma once

#include <string>
#include <vector>

#include "golden/against_keras.h"
#include "golden/golden.h"
#include "nightly.h"
#include "process.h"

namespace mobilith::targets {

using Words = std::vector<std::string>;

inline const Words small_goldens{"mobilenet_v1_a0.25_d1_r32.json", "mobilenet_v2_a0.35_d1_r97.json"};
inline const std::string small_networks = "golden outputs";  // as docs/manual/targets.md has it

inline Words joined(Words a, const Words& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// Both at night; by day, where another test shows the other on such a CPU, one of them.
inline Words small_goldens_or(size_t one) {
  return testing::nightly() ? small_goldens : Words{small_goldens[one]};
}

// The tree of one golden network, with options beside the network's own.
inline nlohmann::json generate_golden(const std::string& file, const Words& options,
                                      const std::filesystem::path& tree) {
  const nlohmann::json golden = golden::read(file);
  golden::generate_tree(joined(golden::options_for(golden, "logits"), options), tree);
  return golden;
}

// Runs it (words: an emulator's, then the program) and holds it against Keras.
inline golden::TreeRun check_run(const nlohmann::json& golden, const Words& words, int threads = 1,
                                 const Words& environment = {}) {
  const ProcessResult result = run_process(joined(words, {std::to_string(threads)}), environment);
  INFO(words[0] << ": " << result.err);
  REQUIRE(result.code == 0);
  golden::TreeRun run = golden::parse_run(result.out);
  golden::check_against_keras(golden, run);
  return run;
}

// The networks: generated, linked by `compiler`, run by `emulator` (empty: by this machine).
inline void check_target(const Words& networks, const Words& options, const Words& compiler,
                         const Words& emulator, int threads = 1, const Words& environment = {}) {
  for (const std::string& file : networks) {
    INFO(file);
    const TemporaryFolder folder;
    const nlohmann::json golden = generate_golden(file, options, folder / "tree");
    const std::string program = folder / "runner.exe";  // Windows runs no other name
    golden::build_runner(compiler, folder / "tree", program);
    check_run(golden, joined(emulator, {program}), threads, environment);
  }
}

}  // namespace mobilith::targets

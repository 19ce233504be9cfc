#include "golden/against_keras.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "catch.h"
#include "networks/output.h"

namespace mobilith::golden {

namespace {

std::vector<int> best_five(const std::vector<double>& values) {
  std::vector<int> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::partial_sort(order.begin(), order.begin() + 5, order.end(),
                    [&](int a, int b) { return values[a] > values[b]; });
  order.resize(5);
  return order;
}

}  // namespace

double worst_difference(const std::vector<double>& values, const std::vector<double>& expected) {
  REQUIRE(values.size() == expected.size());
  double worst = 0;
  for (size_t i = 0; i < values.size(); i++) worst = std::max(worst, std::abs(values[i] - expected[i]));
  return worst;
}

void check_shares(const nlohmann::json& golden, const TreeRun& run) {
  auto expected = golden["logits"].get<std::vector<double>>();
  const double largest = *std::max_element(expected.begin(), expected.end());
  double total = 0;
  for (double& value : expected) total += value = std::exp(value - largest);
  for (double& value : expected) value /= total;
  CHECK(worst_difference(run.output, expected) <= 1e-4 * golden["probability_max"].get<double>());
  CHECK(std::abs(std::accumulate(run.output.begin(), run.output.end(), 0.0) - 1.0) < 1e-5);
}

void check_against_keras(const nlohmann::json& golden, const TreeRun& run) {
  const Network network = with_output(build_network(configuration(golden)), Output::logits);
  const auto expected = golden["logits"].get<std::vector<double>>();
  double largest = 0;
  for (double logit : expected) largest = std::max(largest, std::abs(logit));
  CHECK(worst_difference(run.output, expected) <= 1e-4 * largest);
  CHECK(best_five(run.output) == golden["top5"].get<std::vector<int>>());

  std::map<std::string, nlohmann::json> probes;
  for (const auto& probe : golden["layers"]) probes[probe["name"]] = probe;
  REQUIRE(run.blocks.size() == network.blocks.size());
  // Keras's probe of a residual block is the value before the add, ours the one after it: sum up along the
  // chain of residuals.
  int probed = 0;
  for (size_t b = 0; b < network.blocks.size(); b++) {
    const Block& block = network.blocks[b];
    const Probe& found = run.blocks[b].second;
    const int added = network.inputs_of(b).back();
    const Probe before = block.residual ? run.blocks.at(static_cast<size_t>(added)).second : Probe{};
    INFO(block.name);
    CHECK(run.blocks[b].first == block.name);
    const auto probe = probes.find(block.output);
    if (probe != probes.end()) {
      probed++;
      const nlohmann::json& p = probe->second;
      CHECK(found.shape == p["shape"].get<std::vector<int>>());
      const double scale = p["max_abs"], mean = p["mean"];
      CHECK(std::abs(found.mean - (block.residual ? before.mean : 0.0) - mean) <= 1e-4 * scale);
      if (!block.residual) CHECK(std::abs(found.max_abs - scale) <= 1e-4 * scale);
      REQUIRE(found.first.size() == p["first"].size());
      for (size_t i = 0; i < found.first.size(); i++) {
        const double value = found.first[i] - (block.residual ? before.first[i] : 0.0);
        CHECK(std::abs(value - p["first"][i].get<double>()) <= 1e-4 * scale);
      }
    }
  }
  CHECK(probed == static_cast<int>(golden["layers"].size()) -
                      (golden["net"] == "mobilenet_v1" ? 0 : 1));  // of others the last is inside the head
}

}  // namespace mobilith::golden

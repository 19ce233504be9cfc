#include "formats/mutations.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "catch.h"
#include "networks/output_blocks.h"
#include "networks/table.h"
#include "reference/reference.h"
#include "weights/weights.h"

namespace mobilith::testing {

Network small_network(const std::string& net, size_t blocks) {
  Network network = build_network({net, 0.2, 1, 32, 32, 4});
  network.blocks.resize(blocks);
  network.outputs = {network.blocks.back().name};
  return network;
}

namespace {

void compare(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  double largest = 0, apart = 0;
  bool same_kind = true;  // where one is NaN or infinite, the other is the same
  for (size_t i = 0; i < found.size(); i++) {
    const double a = expected[i], b = found[i];
    if (!std::isfinite(a) || !std::isfinite(b)) {
      same_kind = same_kind && (a == b || (std::isnan(a) && std::isnan(b)));
      continue;
    }
    largest = std::max(largest, std::abs(a));
    apart = std::max(apart, std::abs(b - a));
  }
  CHECK(same_kind);
  CHECK(apart <= 1e-5 * largest);
}

}  // namespace

void check_file(const std::string& path, Outcome& outcome) {
  std::unique_ptr<Weights> file;
  Network network;
  try {
    file = open_weights(path);
    const FileConfiguration says = file->configuration();
    Configuration c;
    c.net = *says.net, c.height = *says.height, c.width = *says.width, c.classes = *says.classes;
    network = file->network(c);
    check_weights(network, *file);
  } catch (const FieldError& error) {
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
    outcome.refused++;
    return;
  }
  outcome.answered++;
  const reference::Activation image = reference::formula_input(network.image());
  const std::vector<std::vector<double>> expected = file->outputs_for(image.values);
  std::map<std::string, std::vector<double>> made;
  reference::run_network(
      network, *file, image, false,
      [&](const Block& block, const reference::Activation& output) { made[block.name] = output.values; });
  const std::vector<const Block*> blocks = output_blocks(network);
  REQUIRE(expected.size() == blocks.size());
  for (size_t i = 0; i < blocks.size(); i++) compare(made.at(blocks[i]->name), expected[i]);
}

}  // namespace mobilith::testing

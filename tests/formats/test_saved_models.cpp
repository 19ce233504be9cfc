// SavedModels as TensorFlow and Keras write them: what TensorFlow computes of them, and as a folder.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "formats/numbers.h"
#include "formats/saved_models.h"
#include "graph/evaluate.h"
#include "process.h"
#include "reference/reference.h"
#include "text/sha256.h"
#include "weights/weights.h"

namespace test_saved_models {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;

namespace {

double apart(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  double largest = 0, worst = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    largest = std::max(largest, std::abs(expected[i]));
    worst = std::max(worst, std::abs(found[i] - expected[i]));
  }
  return worst / largest;
}

std::map<std::string, std::vector<double>> answers() {
  std::ifstream file(MOBILITH_TEST_DATA "/saved_models/answers.json");
  return nlohmann::json::parse(file);
}

std::vector<double> image() {
  const std::vector<float> x = numbers({1, 32, 32, 3});
  return {x.begin(), x.end()};
}

void write(const SavedModelFiles& files, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder / "variables");
  for (const auto& [name, bytes] : files) write_text(folder / name, bytes);
}

std::string why_not(const std::string& path) {
  try {
    open_weights(path);
  } catch (const FieldError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("SavedModels compute what TensorFlow computed before it saved them") {
  const auto expected = answers();
  CHECK(expected.size() == 6);
  CHECK(saved_models().size() == expected.size());
  for (const auto& [name, answer] : expected) {
    INFO(name);
    REQUIRE(saved_models().count(name));
    const file::Graph graph = read(saved_models().at(name));
    CHECK(graph.format == "SavedModel");
    const auto outputs = file::evaluate(graph, std::vector<std::vector<double>>{image()});
    REQUIRE(outputs.size() == 1);
    CHECK(apart(outputs[0].numbers, answer) <= 1e-5);  // it computes in float
  }
}

TEST_CASE("a SavedModel's folder is opened as weights, and the network is its graph") {
  for (const auto& [name, answer] : answers()) {
    INFO(name);
    const TemporaryFolder folder;
    write(saved_models().at(name), folder.path() / "model");
    const auto file = open_weights(folder / "model/");
    Configuration c;
    c.net = *file->configuration().net, c.height = 32, c.width = 32, c.classes = 5;
    const Network network = file->network(c);
    check_weights(network, *file);
    reference::Activation activation = reference::formula_input(network.image());
    activation.values = image();
    CHECK(apart(reference::run_network(network, *file, activation, false).values, answer) <= 1e-5);
  }
}

TEST_CASE("a SavedModel's hash is that of its files' names and hashes") {
  const SavedModelFiles& files = saved_models().at("functions");
  const TemporaryFolder folder;
  write(files, folder.path() / "model");
  write_text(folder / "model/fingerprint.pb", "not read");
  std::string lines;
  for (const auto& [name, bytes] : files) lines += sha256(bytes) + "  " + name + "\n";
  CHECK(open_weights(folder / "model")->hash() == sha256(lines));
}

TEST_CASE("what is no SavedModel's folder, and one file of it, are refused with what is expected") {
  const TemporaryFolder folder;
  CHECK_THAT(why_not(folder.path()), Contains("is a folder without saved_model.pb; expected"));
  write(saved_models().at("functions"), folder.path());
  CHECK(why_not(folder.path()) == "");
  CHECK_THAT(why_not(folder / "saved_model.pb"),
             Contains("is one file of a TensorFlow SavedModel; expected the folder that holds it"));
  CHECK_THAT(why_not(folder / "variables"), Contains("is a folder without saved_model.pb"));
  std::filesystem::remove_all(folder / "variables");
  CHECK_THAT(why_not(folder.path()), Contains("no file 'variables/variables.index' beside it"));
  write_text(folder / "saved_model.pb", "text");
  CHECK_THAT(why_not(folder.path()), Contains("saved_model.pb is no TensorFlow SavedModel"));
  std::filesystem::remove(folder / "saved_model.pb");
  std::filesystem::create_directories(folder / "saved_model.pb");
  CHECK_THAT(why_not(folder.path()), Contains("saved_model.pb: is a folder"));
}

}  // namespace test_saved_models

// Layers models of TF.js, written by the test.
#include <cmath>
#include <cstring>
#include <fstream>

#include "catch.h"
#include "graph/evaluate.h"
#include "graph/file_error.h"
#include "models/keras_text.h"
#include "process.h"
#include "weights/tfjs_layers.h"

namespace test_tfjs_layers {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;

namespace {

// model.json and the bytes of its weights.
struct TfjsFile {
  Json model;
  std::string weights;

  void add(const std::string& name, const std::vector<int>& shape, const std::vector<float>& values) {
    list().push_back({{"name", name}, {"shape", shape}, {"dtype", "float32"}});
    weights.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  }
  // Values are whole numbers of steps above the least.
  void add_whole(const std::string& name, const std::vector<int>& shape, const std::vector<uint8_t>& values,
                 double scale, double least) {
    list().push_back({{"name", name},
                      {"shape", shape},
                      {"dtype", "float32"},
                      {"quantization", {{"dtype", "uint8"}, {"scale", scale}, {"min", least}}}});
    weights.append(values.begin(), values.end());
  }
  Json& list() { return model["weightsManifest"][0]["weights"]; }

  file::Graph read() const {
    return read_tfjs_layers(model.dump(), {}, {.beside = [&](const std::string& name, size_t) {
                              CHECK(name == "group1-shard1of1.bin");
                              return weights;
                            }});
  }
  std::string refusal() const {
    try {
      read();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }
};

TfjsFile small() {
  Json config = functional({{"DepthwiseConv2D", {{"kernel_size", 1}, {"use_bias", false}}},
                            {"GlobalAveragePooling2D", Json::object()},
                            {"Dense", {{"units", 2}, {"activation", "hard_sigmoid"}}}},
                           false, {2, 2, 3});
  TfjsFile file;
  file.model = {
      {"format", "layers-model"},
      {"generatedBy", "keras v2.4.0"},
      {"modelTopology", {{"keras_version", "2.4.0"}, {"backend", "tensorflow"}, {"model_config", config}}},
      {"weightsManifest", {{{"paths", {"group1-shard1of1.bin"}}, {"weights", Json::array()}}}}};
  file.add("layer_1/depthwise_kernel", {1, 1, 3, 1}, {1, 2, 0.5f});
  file.add_whole("layer_3/kernel", {3, 2}, {0, 1, 2, 3, 4, 255}, 0.5, -1);
  file.add("layer_3/bias", {2}, {0.25f, -0.25f});
  return file;
}

}  // namespace

TEST_CASE("a layers model of TF.js computes what its settings and weights say, quantised ones too") {
  const file::Graph graph = small().read();
  const std::vector<double> image{1, 2, 3, 0, 0, 0, -1, 2, 1, 0, 0, 0};
  const auto outputs = file::evaluate(graph, std::vector<std::vector<double>>{image});
  const double mean[] = {0, 1 * 2, 1 * 0.5};
  const double kernel[] = {-1, -0.5, 0, 0.5, 1, 126.5};
  REQUIRE(outputs.size() == 1);
  for (size_t o = 0; o < 2; o++) {
    double sum = o ? -0.25 : 0.25;
    for (size_t i = 0; i < 3; i++) sum += mean[i] * kernel[i * 2 + o];
    CHECK(outputs[0].numbers[o] == std::min(std::max(0.2 * sum + 0.5, 0.0), 1.0));
  }
  CHECK(graph.tensors[size_t(graph.outputs[0])].name == "layer_3");
}

TEST_CASE("a model that TF.js itself saved computes what TF.js computes") {
  std::ifstream in(MOBILITH_TFJS_LAYERS);
  const Json row = Json::parse(in);
  const auto value = [](size_t i, size_t k) { return double((i * 37 + 11 + 29 * k) % 101) / 50 - 1; };
  TfjsFile file{row["model"], ""};
  file.model["weightsManifest"][0]["paths"] = {"group1-shard1of1.bin"};
  size_t k = 0;
  for (const Json& weight : file.list()) {
    size_t count = 1;
    for (const Json& extent : weight["shape"]) count *= extent.get<size_t>();
    const bool variance = weight["name"].get<std::string>().ends_with("variance");
    for (size_t i = 0; i < count; i++) {
      const auto number = float(variance ? value(i, k) / 2 + 0.6 : value(i, k));
      file.weights.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
    k++;
  }
  std::vector<double> image(60);
  for (size_t i = 0; i < image.size(); i++) image[i] = float(value(i, 1000));
  const auto outputs = file::evaluate(file.read(), std::vector<std::vector<double>>{image});
  for (size_t i = 0; i < 3; i++)
    CHECK(std::abs(outputs.at(0).numbers.at(i) - row["answer"][i].get<double>()) < 1e-6);
}

TEST_CASE("of a model that came from Keras 3 it is not said which hard sigmoid is meant") {
  TfjsFile file = small();
  file.model["modelTopology"]["keras_version"] = "3.5.0";
  CHECK_THAT(file.refusal(), Contains("layer_3") && Contains("hard_sigmoid"));
}

TEST_CASE("every weight of a layers model belongs to one variable of one layer") {
  TfjsFile more = small();
  more.add("layer_2/kernel", {1}, {1});
  CHECK_THAT(more.refusal(), Contains("layer_2/kernel") && Contains("no layer"));
  TfjsFile less = small();
  less.list().erase(2);
  less.weights.resize(less.weights.size() - 8);
  CHECK_THAT(less.refusal(), Contains("layer_3") && Contains("'bias'") && Contains("missing"));
  TfjsFile other = small();
  other.list()[1]["shape"] = {2, 3};
  CHECK_THAT(other.refusal(), Contains("layer_3/kernel") && Contains("(2, 3)") && Contains("(3, 2)"));
  TfjsFile infinite = small();
  const float value = INFINITY;
  std::memcpy(infinite.weights.data(), &value, sizeof value);
  CHECK_THAT(infinite.refusal(), Contains("layer_1/kernel") && Contains("finite"));
}

TEST_CASE("parts of a layers model that are not known are refused by name") {
  TfjsFile file = small();
  file.model["modelTopology"]["surprise"] = 1;
  CHECK_THAT(file.refusal(), Contains("surprise"));
  file = small();
  file.model["surprise"] = 1;
  CHECK_THAT(file.refusal(), Contains("surprise"));
  file = small();
  file.model["modelTopology"]["model_config"]["config"]["layers"][1]["config"]["surprise"] = 1;
  CHECK_THAT(file.refusal(), Contains("layer_1") && Contains("surprise"));
}

TEST_CASE("a layers model is opened with the weights beside it") {
  const TemporaryFolder folder;
  const TfjsFile file = small();
  CHECK(is_tfjs_layers(file.model.dump()));
  CHECK(!is_tfjs_layers(
      "{\"modelTopology\": {\"node\": []}, \"weightsManifest\": [], \"x\": \"model_config\"}"));
  write_text(folder / "model.json", file.model.dump());
  try {
    open_weights(folder / "model.json");
    FAIL("opened without weights");
  } catch (const WeightsError& error) {
    CHECK_THAT(error.what(), Contains("model.json") && Contains("group1-shard1of1.bin"));
  }
  write_text(folder / "group1-shard1of1.bin", file.weights);
  try {
    open_weights(folder / "model.json");
    FAIL("no MobileNet, but taken for one");
  } catch (const WeightsError& error) {
    // It was read: what is wrong is that it is no MobileNet.
    CHECK_THAT(error.what(), Contains("layer_1"));
  }
}

}  // namespace test_tfjs_layers

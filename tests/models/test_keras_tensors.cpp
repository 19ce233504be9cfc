// Tensors that don't fit their layers are refused by name; layers' names may have slashes in them.
#include <cmath>
#include <fstream>
#include <sstream>

#include "catch.h"
#include "graph/value.h"
#include "process.h"
#include "weights/keras_weights.h"
#include "weights_file/hdf5_tree.h"
#include "weights_file/keras_file.h"

namespace test_keras_tensors {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

const Configuration small{"mobilenet_v1", 0.25, 1, 32, 32, 5};

file::Graph read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return read_keras_file(bytes.str(), path, {});
}

std::string refusal(const std::filesystem::path& path) {
  try {
    read(path);
  } catch (const WeightsError& error) {
    return error.what();
  }
  return "";
}

// In all layouts with settings.
void refused(const std::function<void(KerasFile&)>& change, const std::string& tensor,
             const std::string& why) {
  for (const Layout layout :
       {Layout::hdf5_model, Layout::hdf5_nested, Layout::keras_zip, Layout::keras2_zip}) {
    const TemporaryFolder folder;
    KerasFile file(small);
    change(file);
    file.write(layout, folder / "model");
    const std::string found = refusal(folder / "model");
    INFO("layout " << int(layout) << ": " << found);
    CHECK_THAT(found, Contains((folder / "model").string()) && Contains(tensor) && Contains(why));
  }
}

// An HDF5 file of Keras 2 with two layers: a convolution and its batch norm, whose name goes on from it.
json tree(const json& extra) {
  const json layers{
      {{"class_name", "InputLayer"},
       {"name", "x"},
       {"config", {{"name", "x"}, {"batch_input_shape", {nullptr, 4, 4, 3}}}},
       {"inbound_nodes", json::array()}},
      {{"class_name", "Conv2D"},
       {"name", "block/conv"},
       {"config", {{"name", "block/conv"}, {"filters", 2}, {"kernel_size", 1}, {"use_bias", false}}},
       {"inbound_nodes", {{{"x", 0, 0, json::object()}}}}},
      {{"class_name", "Conv2D"},
       {"name", "block"},
       {"config", {{"name", "block"}, {"filters", 2}, {"kernel_size", 1}}},
       {"inbound_nodes", {{{"block/conv", 0, 0, json::object()}}}}}};
  const json model{{"class_name", "Functional"},
                   {"config",
                    {{"name", "m"},
                     {"layers", layers},
                     {"input_layers", {{"x", 0, 0}}},
                     {"output_layers", {{"block", 0, 0}}}}}};
  json weights{
      {"block",
       {{"block",
         {{"kernel:0", {"b", "any", {1, 1, 2, 2}, "float32"}}, {"bias:0", {"c", "any", {2}, "float32"}}}},
        {"conv", {{"block", {{"conv", {{"kernel:0", {"a", "any", {1, 1, 3, 2}, "float32"}}}}}}}}}}};
  weights.merge_patch(extra);
  return {{"@", {{"keras_version", {"utf8", "2.4.0"}}, {"model_config", {"utf8 json", model}}}},
          {"model_weights", weights}};
}

}  // namespace

TEST_CASE("tensors of another shape, with no finite numbers, or missing are refused by layer and role") {
  refused([](KerasFile& file) { file.tensor("conv_pw_3", "kernel").shape = {1, 1, 32, 16}; },
          "conv_pw_3/kernel", "(1, 1, 32, 16)");
  refused([](KerasFile& file) { file.tensor("conv_dw_2_bn", "gamma").values[3] = NAN; }, "conv_dw_2_bn/gamma",
          "finite");
  refused([](KerasFile& file) { file.tensor("conv1_bn", "moving_variance").values[2] = -1; },
          "conv1_bn/moving_variance", "channel 2");
  refused([](KerasFile& file) { file.erase("conv_pw_7"); }, "conv_pw_7", "");
}

TEST_CASE("files without settings have no graph") {
  const TemporaryFolder folder;
  KerasFile(small).write(Layout::keras3_weights, folder / "w.h5");
  CHECK_THAT(refusal(folder / "w.h5"), Contains("without the model's settings"));
}

TEST_CASE("names with slashes are told apart, and what belongs to nobody is refused by its path") {
  const TemporaryFolder folder;
  const auto write = [&](const json& extra) {
    write_hdf5_tree(folder / "m.h5", tree(extra), {{"any", {-1, 1}}});
    return folder / "m.h5";
  };
  const file::Graph graph = read(write(json::object()));
  REQUIRE(graph.operations.size() == 2);
  const std::vector<double> first = formula_values("a", {-1, 1}, 6), second = formula_values("b", {-1, 1}, 4);
  const auto kernel = [&](size_t operation) {
    return file::value_of(graph.tensors[size_t(graph.operations[operation].inputs[1])]).numbers;
  };
  CHECK(kernel(0)[5] == double(float(first[5])));
  CHECK(kernel(1)[3] == double(float(second[3])));
  const json dataset{"d", "any", {2}, "float32"};
  CHECK_THAT(refusal(write({{"block", {{"conv", {{"bias:0", dataset}}}}}})),
             Contains("/model_weights/block/conv/bias:0") && Contains("no layer"));
  CHECK_THAT(refusal(write({{"other", {{"bias:0", dataset}}}})), Contains("/model_weights/other/bias:0"));
  CHECK_THAT(refusal(write({{"block", {{"block", {{"bias", dataset}}}}}})),
             Contains("two tensors for 'bias'"));
}

}  // namespace test_keras_tensors

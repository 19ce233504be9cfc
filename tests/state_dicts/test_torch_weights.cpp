// Which network a state dict is for, and what is refused.
#include <functional>
#include <map>

#include "catch.h"
#include "state_dicts/fixtures.h"
#include "weights/state_dict_weights.h"
#include "weights/torch_dialects.h"

namespace test_torch_weights {

using namespace mobilith;
using Catch::Matchers::Contains;

namespace {

using Shapes = std::map<std::string, std::vector<int64_t>>;

// All tensors of a network in a dialect.
Shapes shapes_of(const TorchDialect& dialect, double alpha, int classes) {
  Configuration c;
  c.net = dialect.net, c.alpha = alpha, c.classes = classes;
  const Network network = build_network(c);
  const TorchNames names = dialect.names(network);
  Shapes all;
  for (const Block& block : network.blocks)
    for (const Layer& layer : block.layers) {
      if (layer.kernel_shape().empty()) continue;
      const auto& [own, batch_norm] = names.at(layer.name);
      const int64_t in = layer.in.channels, out = layer.out.channels, side = layer.window.height;
      if (layer.kind == LayerKind::dense)
        all[own + ".weight"] = {out, in}, all[own + ".bias"] = {out};
      else
        all[own + ".weight"] = {out, layer.kind == LayerKind::depthwise ? 1 : in, side, side};
      if (!batch_norm.empty())
        for (const char* role : {"weight", "bias", "running_mean", "running_var"})
          all[batch_norm + "." + role] = {out};
    }
  return all;
}

std::string file_of(const Shapes& shapes, const std::string& whole = "") {
  std::string header = "{", data;
  for (const auto& [name, shape] : shapes) {
    int64_t count = 1;
    std::string extents;
    for (const int64_t extent : shape)
      count *= extent, extents += (extents.empty() ? "" : ",") + std::to_string(extent);
    const std::string type = name == whole ? "I32" : "F32";
    header += (header.size() > 1 ? ",\"" : "\"") + name + R"(":{"dtype":")" + type + R"(","shape":[)" +
              extents + "],\"data_offsets\":[" + std::to_string(data.size()) + "," +
              std::to_string(data.size() + 4 * size_t(count)) + "]}";
    data.append(4 * size_t(count), '\0');
  }
  header += "}";
  return mobilith::testing::little_endian(header.size(), 8) + header + data;
}

file::StateDict dict_of(const std::string& bytes) {
  return file::read_state_dict(std::make_shared<const std::string>(bytes));
}

// Why the file is refused, one of whose tensors may hold whole numbers.
std::string refusal(const Shapes& shapes, const std::string& whole = "", const ReadOptions& options = {}) {
  try {
    open_state_dict(dict_of(file_of(shapes, whole)), "net.safetensors", "", options);
  } catch (const WeightsError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("names and shapes of a state dict choose its network") {
  for (const TorchDialect& dialect : torch_dialects) {
    INFO(dialect.name);
    const auto weights =
        open_state_dict(dict_of(file_of(shapes_of(dialect, 0.25, 7))), "net.safetensors", "", {});
    CHECK(weights->configuration().net == dialect.net);
    CHECK(weights->configuration().classes == 7);
    CHECK_THAT(weights->assumed(), Contains(dialect.name));
    Configuration c{dialect.net, *weights->configuration().alpha, 1, 49, 49, 7};
    const Network network = weights->network(c);
    CHECK(network.blocks[0].out().height == 25);  // padded on both sides
    CHECK(network.blocks.back().layers.back().kind == LayerKind::dense);
    check_weights(network, *weights);
  }
}

TEST_CASE("a tensor more, less or of another shape is refused by name") {
  const Shapes right = shapes_of(torch_dialects[0], 0.25, 7);
  const auto changed = [&](const std::function<void(Shapes&)>& change) {
    Shapes shapes = right;
    change(shapes);
    return refusal(shapes);
  };
  CHECK_THAT(changed([](Shapes& s) { s["more"] = {3}; }),
             Contains("the tensor 'more' (shape (3)) belongs to no layer of torchvision's MobileNet V2"));
  CHECK_THAT(changed([](Shapes& s) { s.erase("features.0.0.weight"); }),
             Contains("nearest to torchvision's MobileNet V2") && Contains("features.0.0.weight is missing"));
  CHECK_THAT(changed([](Shapes& s) { s["features.5.conv.1.0.weight"] = {48, 1, 5, 5}; }),
             Contains("features.5.conv.1.0.weight has the shape (48, 1, 5, 5), expected (48, 1, 3, 3)"));
  CHECK_THAT(changed([](Shapes& s) { s.erase("classifier.1.weight"); }),
             Contains("classifier.1.weight is missing"));
  CHECK_THAT(refusal({{"layer1.0.conv1.weight", {8, 3, 3, 3}}}), Contains("are those of none of"));
  Shapes less = right;
  less.erase("features.5.conv.1.1.running_var");
  const auto weights = open_state_dict(dict_of(file_of(less)), "net.safetensors", "", {});
  Configuration c{"mobilenet_v2", *weights->configuration().alpha, 1, 64, 64, 7};
  CHECK_THROWS_WITH(check_weights(weights->network(c), *weights),
                    Contains("the tensor features.5.conv.1.1.running_var is missing"));
}

TEST_CASE("whole numbers are no weights, whatever is computed in") {
  const Shapes shapes = shapes_of(torch_dialects[0], 0.25, 7);
  for (const bool as_f32 : {false, true})
    CHECK_THAT(refusal(shapes, "features.0.0.weight", {.as_f32 = as_f32}),
               Contains("features.0.0.weight is of i32, expected floats"));
}

}  // namespace test_torch_weights

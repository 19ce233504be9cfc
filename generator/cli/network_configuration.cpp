// Which network is meant: options first, then the weights file, then defaults; a contradiction is an error
// that names both.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "apart/open_apart.h"
#include "cli/options.h"
#include "cli/schedule_options.h"
#include "networks/element_type.h"
#include "weights/infer.h"

namespace mobilith {

namespace {

constexpr int most = 1'000'000;  // the network's own limits are narrower and say so

// The option's value or the file's; both must agree.
template <typename Value>
Value settle(const std::string& option, const std::optional<Value>& asked, const std::optional<Value>& found,
             const Value& otherwise) {
  if (asked && found && *asked != *found)
    throw ConfigurationError(option,
                             fmt::format("{} was asked for, but the weights file is for {}", *asked, *found));
  return asked ? *asked : found ? *found : otherwise;
}

// Several alphas may give the same channels (V2 rounds to eights); those that do not are a contradiction.
void require_same_network(const Configuration& asked, double file_alpha) {
  Configuration found = asked;
  found.alpha = file_alpha;
  if (!same_shapes(build_network(asked), build_network(found)))
    settle<double>("alpha", asked.alpha, file_alpha, 1.0);
}

// "timm/mobilenetv3_large": how a state dict is to be read, and no network of the tables.
bool of_state_dicts(const std::string& net) { return net.find('/') != std::string::npos; }

std::pair<int, int> sides(const std::string& text) {
  const size_t cross = text.find('x');
  if (cross == std::string::npos) {
    const int side = whole("resolution", text, 1, most);
    return {side, side};
  }
  return {whole("resolution", text.substr(0, cross), 1, most),
          whole("resolution", text.substr(cross + 1), 1, most)};
}

// The name of the table's network.
std::optional<std::string> net_of(const options::variables_map& values) {
  std::optional<std::string> net;
  if (values.count("net")) net = values["net"].as<std::string>();
  if (!values.count("minimalistic")) return net;
  constexpr const char* word = "_minimalistic";
  if (net && net->ends_with(word)) return net;
  if (!net || (*net != "mobilenet_v3_large" && *net != "mobilenet_v3_small"))
    throw UsageError("minimalistic", fmt::format("of {}; only MobileNets V3 have such a form",
                                                 net ? *net : "a network that --net does not name"));
  return *net + word;
}

}  // namespace

Configuration network_configuration(const options::variables_map& values, const FileConfiguration& file) {
  auto given = [&](const char* option) -> std::optional<std::string> {
    if (!values.count(option)) return std::nullopt;
    return values[option].as<std::string>();
  };
  std::optional<double> alpha;
  std::optional<int> multiplier, height, width, classes;
  if (auto text = given("alpha")) alpha = number("alpha", *text);
  if (auto text = given("depth-multiplier")) multiplier = whole("depth-multiplier", *text, 1, most);
  if (auto text = given("classes")) classes = whole("classes", *text, 1, most);
  if (auto text = given("resolution")) std::tie(height, width) = sides(*text);

  Configuration c;
  std::optional<std::string> net = net_of(values);
  if (net && file.net && of_state_dicts(*net)) net.reset();  // the reader has looked at it
  c.net = settle<std::string>("net", net, file.net, "");
  if (c.net.empty())
    throw UsageError("net", fmt::format("missing; expected one of {}", fmt::join(network_names(), ", ")));
  c.alpha = alpha ? *alpha : file.alpha.value_or(1.0);
  c.depth_multiplier =
      c.net == custom_network ? 0 : settle("depth-multiplier", multiplier, file.depth_multiplier, 1);
  auto text = [](std::optional<int> h, std::optional<int> w) -> std::optional<std::string> {
    if (!h || !w) return std::nullopt;
    return fmt::format("{}x{}", *h, *w);
  };
  settle<std::string>("resolution", text(height, width), text(file.height, file.width), "");
  c.height = height ? *height : file.height.value_or(224);
  c.width = width ? *width : file.width.value_or(224);
  c.dtype = file.dtype, c.requantise = file.requantise;
  c.classes = settle("classes", classes, file.classes, 1000);
  if (c.net == custom_network) {
    if (alpha || multiplier)
      throw ConfigurationError(alpha ? "alpha" : "depth-multiplier",
                               "the weights file is for a network of its own, which has none");
    return c;
  }
  if (alpha && file.alpha) require_same_network(c, *file.alpha);
  return c;
}

std::unique_ptr<Weights> weights_option(const options::variables_map& values, RecognisedPart* part) {
  if (!values.count("weights")) return nullptr;
  ReadOptions reading;
  reading.as_f32 = !values["dtype"].defaulted() && values["dtype"].as<std::string>() != "int8";
  if (choice(values, "requantise", {"float", "integer"}) == "integer")
    reading.requantise = quantised::Requantise::integer;
  if (values.count("net") && of_state_dicts(values["net"].as<std::string>()))
    reading.torch_net = values["net"].as<std::string>();
  reading.part = part;
  if (values.count("outputs")) reading.outputs = name_list("outputs", values["outputs"].as<std::string>());
  if (values.count("resolution"))
    std::tie(reading.height, reading.width) = sides(values["resolution"].as<std::string>());
  return open_weights_apart(values["weights"].as<std::string>(), reading);
}

Network chosen_network(const options::variables_map& values, const Weights* weights, bool calibrates) {
  const std::string dtype = choice(values, "dtype", {"f32", "f16", "bf16", "int8"});
  const auto expect_quantised = [&](bool quantised) {
    if (dtype == "int8" && !quantised && !calibrates)
      throw UsageError("dtype",
                       "int8 of a float model is what 'generate' makes (--quantised-model); expected f32");
  };
  Configuration c = network_configuration(values, weights ? weights->configuration() : FileConfiguration{});
  if (c.dtype == "f32" && (dtype == "bf16" || dtype == "f16")) c.dtype = dtype;
  if (!weights) expect_quantised(false);
  if (!weights) return build_network(c);
  if (c.requantise == "onnx" && !values["requantise"].defaulted())
    throw UsageError("requantise",
                     "an ONNX file has one arithmetic, ONNX Runtime's; expected no such option");
  require_sane(c);
  Network network = weights->network(c);
  network.configuration.dtype = c.dtype;
  expect_quantised(network.quantised());
  check_weights(network, *weights);
  if (!network.quantised() && !values["requantise"].defaulted() && values["dtype"].as<std::string>() == "f32")
    throw UsageError("requantise", "means something of a quantised file's own numbers alone");
  const FileConfiguration file = weights->configuration();
  if (!weights->assumed().empty())
    warn(weights->assumed());
  else if (file.net && !file.height && !values.count("resolution"))
    warn(fmt::format("the model takes images of any size; assumed is {}x{} (--resolution says another)",
                     c.height, c.width));
  return network;
}

}  // namespace mobilith

#include "networks/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cctype>
#include <cmath>

#include "networks/element_type.h"
#include "text/near_names.h"

namespace mobilith {

namespace {

struct NetworkRow {
  const char* name;
  Network (*build)(const Configuration&);
  std::vector<Configuration> (*published)();
};
constexpr NetworkRow networks[] = {{"mobilenet_v1", mobilenet_v1, mobilenet_v1_published},
                                   {"mobilenet_v2", mobilenet_v2, mobilenet_v2_published},
                                   {"mobilenet_v3_large", mobilenet_v3_large, mobilenet_v3_large_published},
                                   {"mobilenet_v3_small", mobilenet_v3_small, mobilenet_v3_small_published},
                                   {"mobilenet_v3_large_minimalistic", mobilenet_v3_large_minimalistic,
                                    mobilenet_v3_large_minimalistic_published},
                                   {"mobilenet_v3_small_minimalistic", mobilenet_v3_small_minimalistic,
                                    mobilenet_v3_small_minimalistic_published}};

// Limits far beyond what anyone ships, so that a slip of the finger is an error and not an hour of compiling.
constexpr double largest_alpha = 10.0;
constexpr int largest_multiplier = 64, smallest_side = 32, largest_side = 8192, largest_classes = 1'000'000;

void require(bool good, const char* field, const std::string& text) {
  if (!good) throw ConfigurationError(field, text);
}

void validate(const Configuration& c) {
  require_sane(c);
  require(std::isfinite(c.alpha) && c.alpha > 0 && c.alpha <= largest_alpha, "alpha",
          fmt::format("expected a number above 0 and at most {}, got {}", largest_alpha, c.alpha));
  require(
      c.depth_multiplier >= 1 && c.depth_multiplier <= largest_multiplier, "depth-multiplier",
      fmt::format("expected a whole number from 1 to {}, got {}", largest_multiplier, c.depth_multiplier));
}

}  // namespace

void require_sane(const Configuration& c) {
  for (int side : {c.height, c.width})
    require(side >= smallest_side && side <= largest_side, "resolution",
            fmt::format("expected sides from {} to {}, got {}x{}", smallest_side, largest_side, c.height,
                        c.width));
  require(c.classes >= 1 && c.classes <= largest_classes, "classes",
          fmt::format("expected a whole number from 1 to {}, got {}", largest_classes, c.classes));
}

std::vector<std::string> network_names() {
  std::vector<std::string> names;
  for (const NetworkRow& row : networks) names.emplace_back(row.name);
  return names;
}

std::vector<Configuration> published_configurations() {
  std::vector<Configuration> list;
  for (const NetworkRow& row : networks)
    for (const Configuration& c : row.published()) list.push_back(c);
  return list;
}

Network build_network(const Configuration& c) {
  for (const NetworkRow& row : networks) {
    if (c.net != row.name) continue;
    validate(c);
    return row.build(c);
  }
  throw ConfigurationError(
      "net", fmt::format("unknown network '{}'; expected one of {}{}", c.net,
                         fmt::join(network_names(), ", "), did_you_mean(c.net, network_names())));
}

ElementType weights_type(const Configuration& c) {
  const std::string& dtype = c.dtype == "f32" ? c.weights_dtype : c.dtype;
  return dtype == "bf16" ? ElementType::bf16 : dtype == "f16" ? ElementType::f16 : ElementType::f32;
}

ElementType factors_type(const Configuration& c) {
  return c.dtype == "f32" ? ElementType::f32 : weights_type(c);
}

std::string network_title(const Configuration& c, const std::string& between) {
  if (c.net == custom_network) return fmt::format("{} (blocks of MobileNets in an order of its own)", c.net);
  return fmt::format("{0}{1}alpha {2}{1}depth multiplier {3}", c.net, between, c.alpha, c.depth_multiplier);
}

std::string default_name(const Configuration& c) {
  std::string alpha = fmt::format("{}", c.alpha);
  if (alpha.find('.') == std::string::npos && alpha.find('e') == std::string::npos) alpha += ".0";
  const std::string resolution =
      c.height == c.width ? fmt::format("{}", c.height) : fmt::format("{}x{}", c.height, c.width);
  std::string name = c.net == custom_network
                         ? fmt::format("{}_r{}", c.net, resolution)
                         : fmt::format("{}_a{}_d{}_r{}", c.net, alpha, c.depth_multiplier, resolution);
  name += fmt::format("_{}", c.dtype);
  if (c.dtype == "f32" && c.weights_dtype != c.dtype) name += fmt::format("_w_{}", c.weights_dtype);
  for (char& letter : name)
    if (!std::isalnum(static_cast<unsigned char>(letter))) letter = '_';
  return name;
}

}  // namespace mobilith

#include "networks/published.h"

#include <string_view>

namespace mobilith {

namespace {

// tests/data/reference/ has the same, with what is computed beside it.
constexpr PublishedFigures table[] = {
    {"mobilenet_v1", 1.0, 224, 569, 4.24},      {"mobilenet_v1", 1.0, 192, 418, 4.24},
    {"mobilenet_v1", 1.0, 160, 291, 4.24},      {"mobilenet_v1", 1.0, 128, 186, 4.24},
    {"mobilenet_v1", 0.75, 224, 317, 2.59},     {"mobilenet_v1", 0.75, 192, 233, 2.59},
    {"mobilenet_v1", 0.75, 160, 162, 2.59},     {"mobilenet_v1", 0.75, 128, 104, 2.59},
    {"mobilenet_v1", 0.5, 224, 150, 1.34},      {"mobilenet_v1", 0.5, 192, 110, 1.34},
    {"mobilenet_v1", 0.5, 160, 77, 1.34},       {"mobilenet_v1", 0.5, 128, 49, 1.34},
    {"mobilenet_v1", 0.25, 224, 41, 0.47},      {"mobilenet_v1", 0.25, 192, 34, 0.47},
    {"mobilenet_v1", 0.25, 160, 21, 0.47},      {"mobilenet_v1", 0.25, 128, 14, 0.47},
    {"mobilenet_v2", 1.4, 224, 582, 6.06},      {"mobilenet_v2", 1.3, 224, 509, 5.34},
    {"mobilenet_v2", 1.0, 224, 300, 3.47},      {"mobilenet_v2", 1.0, 192, 221, 3.47},
    {"mobilenet_v2", 1.0, 160, 154, 3.47},      {"mobilenet_v2", 1.0, 128, 99, 3.47},
    {"mobilenet_v2", 1.0, 96, 56, 3.47},        {"mobilenet_v2", 0.75, 224, 209, 2.61},
    {"mobilenet_v2", 0.75, 192, 153, 2.61},     {"mobilenet_v2", 0.75, 160, 107, 2.61},
    {"mobilenet_v2", 0.75, 128, 69, 2.61},      {"mobilenet_v2", 0.75, 96, 39, 2.61},
    {"mobilenet_v2", 0.5, 224, 97, 1.95},       {"mobilenet_v2", 0.5, 192, 71, 1.95},
    {"mobilenet_v2", 0.5, 160, 50, 1.95},       {"mobilenet_v2", 0.5, 128, 32, 1.95},
    {"mobilenet_v2", 0.5, 96, 18, 1.95},        {"mobilenet_v2", 0.35, 224, 59, 1.66},
    {"mobilenet_v2", 0.35, 192, 43, 1.66},      {"mobilenet_v2", 0.35, 160, 30, 1.66},
    {"mobilenet_v2", 0.35, 128, 20, 1.66},      {"mobilenet_v2", 0.35, 96, 11, 1.66},
    {"mobilenet_v3_large", 1.0, 224, 219, 5.4}, {"mobilenet_v3_small", 1.0, 224, 56, 2.5},
};

}  // namespace

const char* PublishedFigures::source() const {
  if (std::string_view(net).starts_with("mobilenet_v3")) return "Howard et al. 2019";
  return "the authors' checkpoints, 1001 classes";
}

const PublishedFigures* published_figures(const Configuration& c) {
  if (c.depth_multiplier != 1 || c.height != c.width) return nullptr;
  for (const PublishedFigures& row : table)
    if (c.net == row.net && c.alpha == row.alpha && c.height == row.side) return &row;
  return nullptr;
}

}  // namespace mobilith

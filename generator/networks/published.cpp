#include "networks/published.h"

namespace mobilith {

namespace {

// The authors' pages beside their trained checkpoints, in github.com/tensorflow/models; the second is for V2
// and V3.
constexpr const char* slim_v1 = "tensorflow/models, research/slim/nets/mobilenet_v1.md";
constexpr const char* slim_v3 = "tensorflow/models, research/slim/nets/mobilenet/README.md";
constexpr const char* paper_v3 = "Howard et al. 2019";

// tests/data/reference/ has the same, with what is computed beside it.
constexpr PublishedFigures table[] = {
    {"mobilenet_v1", 1.0, 224, 569, 4.24, 70.9, 89.9, slim_v1, slim_v1},
    {"mobilenet_v1", 1.0, 192, 418, 4.24, 70, 89.2, slim_v1, slim_v1},
    {"mobilenet_v1", 1.0, 160, 291, 4.24, 68, 87.7, slim_v1, slim_v1},
    {"mobilenet_v1", 1.0, 128, 186, 4.24, 65.2, 85.8, slim_v1, slim_v1},
    {"mobilenet_v1", 0.75, 224, 317, 2.59, 68.4, 88.2, slim_v1, slim_v1},
    {"mobilenet_v1", 0.75, 192, 233, 2.59, 67.2, 87.3, slim_v1, slim_v1},
    {"mobilenet_v1", 0.75, 160, 162, 2.59, 65.3, 86, slim_v1, slim_v1},
    {"mobilenet_v1", 0.75, 128, 104, 2.59, 62.1, 83.9, slim_v1, slim_v1},
    {"mobilenet_v1", 0.5, 224, 150, 1.34, 63.3, 84.9, slim_v1, slim_v1},
    {"mobilenet_v1", 0.5, 192, 110, 1.34, 61.7, 83.6, slim_v1, slim_v1},
    {"mobilenet_v1", 0.5, 160, 77, 1.34, 59.1, 81.9, slim_v1, slim_v1},
    {"mobilenet_v1", 0.5, 128, 49, 1.34, 56.3, 79.4, slim_v1, slim_v1},
    {"mobilenet_v1", 0.25, 224, 41, 0.47, 49.8, 74.2, slim_v1, slim_v1},
    {"mobilenet_v1", 0.25, 192, 34, 0.47, 47.7, 72.3, slim_v1, slim_v1},
    {"mobilenet_v1", 0.25, 160, 21, 0.47, 45.5, 70.3, slim_v1, slim_v1},
    {"mobilenet_v1", 0.25, 128, 14, 0.47, 41.5, 66.3, slim_v1, slim_v1},
    {"mobilenet_v2", 1.4, 224, 582, 6.06, 75, 92.5, slim_v3, slim_v3},
    {"mobilenet_v2", 1.3, 224, 509, 5.34, 74.4, 92.1, slim_v3, slim_v3},
    {"mobilenet_v2", 1.0, 224, 300, 3.47, 71.8, 91, slim_v3, slim_v3},
    {"mobilenet_v2", 1.0, 192, 221, 3.47, 70.7, 90.1, slim_v3, slim_v3},
    {"mobilenet_v2", 1.0, 160, 154, 3.47, 68.8, 89, slim_v3, slim_v3},
    {"mobilenet_v2", 1.0, 128, 99, 3.47, 65.3, 86.9, slim_v3, slim_v3},
    {"mobilenet_v2", 1.0, 96, 56, 3.47, 60.3, 83.2, slim_v3, slim_v3},
    {"mobilenet_v2", 0.75, 224, 209, 2.61, 69.8, 89.6, slim_v3, slim_v3},
    {"mobilenet_v2", 0.75, 192, 153, 2.61, 68.7, 88.9, slim_v3, slim_v3},
    {"mobilenet_v2", 0.75, 160, 107, 2.61, 66.4, 87.3, slim_v3, slim_v3},
    {"mobilenet_v2", 0.75, 128, 69, 2.61, 63.2, 85.3, slim_v3, slim_v3},
    {"mobilenet_v2", 0.75, 96, 39, 2.61, 58.8, 81.6, slim_v3, slim_v3},
    {"mobilenet_v2", 0.5, 224, 97, 1.95, 65.4, 86.4, slim_v3, slim_v3},
    {"mobilenet_v2", 0.5, 192, 71, 1.95, 63.9, 85.4, slim_v3, slim_v3},
    {"mobilenet_v2", 0.5, 160, 50, 1.95, 61, 83.2, slim_v3, slim_v3},
    {"mobilenet_v2", 0.5, 128, 32, 1.95, 57.7, 80.8, slim_v3, slim_v3},
    {"mobilenet_v2", 0.5, 96, 18, 1.95, 51.2, 75.8, slim_v3, slim_v3},
    {"mobilenet_v2", 0.35, 224, 59, 1.66, 60.3, 82.9, slim_v3, slim_v3},
    {"mobilenet_v2", 0.35, 192, 43, 1.66, 58.2, 81.2, slim_v3, slim_v3},
    {"mobilenet_v2", 0.35, 160, 30, 1.66, 55.7, 79.1, slim_v3, slim_v3},
    {"mobilenet_v2", 0.35, 128, 20, 1.66, 50.8, 75, slim_v3, slim_v3},
    {"mobilenet_v2", 0.35, 96, 11, 1.66, 45.5, 70.4, slim_v3, slim_v3},
    {"mobilenet_v3_large", 1.0, 224, 219, 5.4, 75.2, 0, paper_v3, slim_v3},
    {"mobilenet_v3_large", 0.75, 224, 155, 4, 73.3, 0, slim_v3, slim_v3},
    {"mobilenet_v3_small", 1.0, 224, 56, 2.5, 67.5, 0, paper_v3, slim_v3},
    {"mobilenet_v3_small", 0.75, 224, 44, 2.4, 65.4, 0, slim_v3, slim_v3},
    {"mobilenet_v3_large_minimalistic", 1.0, 224, 209, 3.9, 72.3, 0, slim_v3, slim_v3},
    {"mobilenet_v3_small_minimalistic", 1.0, 224, 65, 2, 61.9, 0, slim_v3, slim_v3},
};

}  // namespace

const PublishedFigures* published_figures(const Configuration& c) {
  if (c.depth_multiplier != 1 || c.height != c.width) return nullptr;
  for (const PublishedFigures& row : table)
    if (c.net == row.net && c.alpha == row.alpha && c.height == row.side) return &row;
  return nullptr;
}

}  // namespace mobilith

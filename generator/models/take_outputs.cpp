// What a network gives, in the order of the file's outputs.
#include <fmt/format.h>

#include <algorithm>

#include "graph/value.h"
#include "models/block_taker.h"
#include "models/model_error.h"

namespace mobilith {

namespace {

bool is_image(const Shape& shape) { return shape.channels > 1 && int64_t{shape.height} * shape.width > 1; }

// Whether the extents are (c, y, x), behind ones.
bool ends_in_image(const file::Extents& extents, const Shape& shape) {
  const file::Extents image{shape.channels, shape.height, shape.width};
  return extents.size() >= image.size() && std::equal(image.rbegin(), image.rend(), extents.rbegin());
}

}  // namespace

void BlockTaker::finish() {
  for (const int tensor : graph_.graph.outputs) {
    const std::string name = file::quoted(graph_.graph.tensors[size_t(tensor)].name);
    if (!knows(tensor)) throw WeightsError(fmt::format("the output {} is a constant", name));
    const Place& place = *places_[size_t(tensor)];
    if (place.block < 0) throw WeightsError(fmt::format("the output {} is the image", name));
    if (place.halves_swapped)
      throw WeightsError(
          fmt::format("the output {} has the maxima before the means, expected the means first", name));
    if (place.gate)
      throw WeightsError(
          fmt::format("the output {} is multiplied by factors; expected the output of a layer "
                      "with weights, a pool or an activation",
                      name));
    if (place.channels_first && is_image(place.shape) && !ends_in_image(graph_.shape(tensor), place.shape))
      throw WeightsError(
          {.text = fmt::format("the output {} is {}, an image's numbers in the order (channel, "
                               "y, x), which a library gives as (y, x, channel); expected the "
                               "image itself, which ",
                               name, file::text_of(graph_.shape(tensor))),
           .mentioned = "outputs",
           .rest = " can name"});
    if (std::find(outputs.begin(), outputs.end(), place.block) != outputs.end())
      throw WeightsError(fmt::format("the output {} is there twice", name));
    outputs.push_back(place.block);
    output_channels_first.push_back(place.channels_first);
  }
}

}  // namespace mobilith

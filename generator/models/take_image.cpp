#include <fmt/format.h>

#include <numeric>

#include "models/block_taker.h"
#include "models/model_error.h"

namespace mobilith {

// The image's own channels behind one another, as a gray image is made one of three: the convolution that
// reads them has the sums of their kernels.
void BlockTaker::copies(int index) {
  const file::Operation& op = graph_.operation(index);
  const auto& settings = std::get<file::Axis>(op.attributes);
  Place place;
  for (size_t i = 0; i < op.inputs.size(); i++) {
    const Place& from = read(index, i, /*image=*/false);
    const int64_t axis = from.channels_first ? 1 : 3;
    if (from.block >= 0 || from.gate || (settings.axis != axis && settings.axis != axis - 4) ||
        settings.fused != file::Clamp{} || graph_.shape(op.inputs[i]) != extents_of(from) ||
        (i > 0 && from.channels_first != place.channels_first))
      refuse(op, "no MobileNet has this at this place");
    if (!from.scaling.scale.empty()) refuse(op, "the image is scaled before its channels are copied");
    std::vector<int> channels = from.scaling.channels;
    if (channels.empty()) {
      channels.resize(size_t(from.shape.channels));
      std::iota(channels.begin(), channels.end(), 0);
    }
    std::vector<int> all = std::move(place.scaling.channels);
    all.insert(all.end(), channels.begin(), channels.end());
    place = from;
    place.scaling.channels = std::move(all);
  }
  constexpr size_t most_channels = 64;
  if (place.scaling.channels.size() > most_channels)
    refuse(op, fmt::format("makes {} channels of the image's, expected at most {}",
                           place.scaling.channels.size(), most_channels));
  place.scaling.image_channels = places_[size_t(graph_.graph.inputs[0])]->shape.channels;
  place.shape.channels = static_cast<int>(place.scaling.channels.size());
  places_[size_t(op.outputs[0])] = place;
}

}  // namespace mobilith

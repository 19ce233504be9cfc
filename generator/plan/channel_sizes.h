// How large the values of an activation's channels are, told from weights alone: nothing is run.
#pragma once

#include <vector>

#include "networks/network.h"
#include "weights/weights.h"

namespace mobilith {

// A channel's values over pixels and inputs.
struct Spread {
  double mean = 0, variance = 0;
  double size() const;  // the root mean square
};

// Two opinions, one entry for each channel. Either can be wrong: statistics where weights came from anywhere
// else than training, sums of weights where channels go together more than by chance.
struct ChannelSizes {
  std::vector<Spread> recorded;  // by batch norms' statistics; by sums of weights where there are none
  std::vector<Spread> derived;   // by sums of weights alone, since the network's first layer
};

// Which of the two is taken.
enum class Opinion { both, recorded, derived };
ChannelSizes by(Opinion, ChannelSizes);

// Whether a layer's statistics are those of its weights and of its inputs' statistics: the mean of a sum of
// products is the sum of the products with the means, whatever depends on what. The cosine between the
// outputs' recorded means and those sums, both in deviations: near 1 after training, near 0 where one has
// nothing to do with the other. Needs a batch norm.
double agreement(const Layer&, const FoldedLayer&, const ChannelSizes& input);

// agreements: of a network's layers. Recorded if most layers' statistics are their own, derived if most have
// nothing to do with the weights, else both.
Opinion believed(std::vector<double> agreements);

// Of what the network's first block reads: an image's channels, from -1 to 1, or, where a block is alone,
// values from -3 to 6, as they come between blocks.
ChannelSizes input_sizes(const Block& first);

// Of a convolution's outputs, after its activation. Nobody knows an image's scale, so that both opinions of a
// stem's outputs are the recorded one.
ChannelSizes output_sizes(const Layer&, const FoldedLayer&, const ChannelSizes& input, bool stem);

// Of sums of two activations.
ChannelSizes added(const ChannelSizes&, const ChannelSizes&);

// Of products of two activations that do not depend on each other.
ChannelSizes multiplied(const ChannelSizes&, const ChannelSizes&);

}  // namespace mobilith

// The order in which a head goes through its classifier's weights, and in which they lie.
#pragma once

#include "layout/channels.h"
#include "layout/shapes.h"

namespace mobilith {

// Chunk by chunk of features (whole vectors, a divisor of the stored ones), tile by tile of vectors of
// classes.
struct ClassifierOrder {
  int chunk = 1, tile = 1;
};

// A head that convolves takes about 32 features at a time, so that the classifier's weights can be asked for
// meanwhile. If the machine's prefetchers bring weights as fast as memory delivers them (Machine::streams,
// short_streams), that is so only where the convolution takes longer than they take to arrive; otherwise all
// features are one chunk, and tiles of several vectors of classes lie as one stream of memory.
ClassifierOrder classifier_order(const HeadShape&, const Channels& features, const Channels& classes,
                                 const Machine&);

}  // namespace mobilith

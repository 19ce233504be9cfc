// The weights of a product's next tile of channels, asked for while the present one is swept.
//
// A tile of channels reads its weights from far away during its first tile of pixels alone: the memory is
// idle for all the others. So every step of k asks for a little of what comes next, and the far memory
// delivers at an even pace. Halide's own prefetch directive asks either for everything at once or for the
// same lines again in every tile of pixels.
#pragma once

#include <Halide.h>

#include <string>
#include <vector>

#include "products/pointwise.h"

namespace mobilith {

// output: of the pipeline. consumer: its loop `channels` (or several, the outermost first) steps through
// tiles of `tile_weights` consecutive packed weights. sum: of the products, computed inside that loop; the
// steps of its loop over k do the asking, each for at most most_lines cache lines (Scheme::prefetch_lines).
void prefetch_next_tile(Halide::Func& output, const Halide::Func& consumer,
                        const std::vector<std::string>& channels, const Halide::Func& sum,
                        const Halide::RVar& k, int most_lines, const Halide::ImageParam& weights,
                        int tile_weights);
inline void prefetch_next_tile(Halide::Func& output, const Halide::Func& consumer,
                               const std::vector<std::string>& channels, const Pointwise& product,
                               int most_lines, const Halide::ImageParam& weights, int tile_weights) {
  prefetch_next_tile(output, consumer, channels, product.sum, product.step, most_lines, weights,
                     tile_weights);
}

}  // namespace mobilith

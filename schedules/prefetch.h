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

#include "layout/shapes.h"
#include "products/pointwise.h"

namespace mobilith {

// output: of the pipeline. consumer: its loop `channels` (or several, the outermost first) steps through
// tiles of `tile_weights` consecutive packed weights. sum: of the products, computed inside that loop; the
// steps of its loop over k do the asking, each for at most most_lines cache lines (Scheme::prefetch_lines).
void prefetch_next_tile(Halide::Func& output, const Halide::Func& consumer,
                        const std::vector<std::string>& channels, const Halide::Func& sum,
                        const Halide::RVar& k, int most_lines, const Halide::ImageParam& weights,
                        int tile_weights, const Machine&);
inline void prefetch_next_tile(Halide::Func& output, const Halide::Func& consumer,
                               const std::vector<std::string>& channels, const Pointwise& product,
                               int most_lines, const Halide::ImageParam& weights, int tile_weights,
                               const Machine& machine) {
  prefetch_next_tile(output, consumer, channels, product.sum, product.step, most_lines, weights, tile_weights,
                     machine);
}

// The same of an expansion by chunks of channels: the next chunk's weights, or, where there is one chunk, the
// next tile's. consumer: its loop "chunk" steps through chunks of `chunk_vectors`; expanded: the image, whose
// loop "etile" through tiles of `tile_vectors`.
void prefetch_next_chunk(Halide::Func& output, const Halide::Func& consumer, const Pointwise& expansion,
                         const Halide::Func& expanded, const Matrix&, int chunk_vectors, int tile_vectors,
                         const Machine&);

// The lines that the next tile of pixels writes, asked for likewise: a large image was last touched a run
// ago, and may have left all caches. output: its loops `pixels` step through tiles of `tile_outputs`
// consecutive outputs, of all channels; `outputs`: of the image. Where it exceeds half of L2, or twice L2 on
// CPUs whose FMAs take no broadcast from memory (AVX2). docs/performance.md, 2026-11-27.
void prefetch_next_outputs(Halide::Func& output, const std::vector<std::string>& pixels,
                           const Halide::Func& sum, const Halide::RVar& k, int most_lines, int tile_outputs,
                           int64_t outputs, const Machine&);

// The input rows that the next strip of `strip` output rows reads beyond this one's, where the image exceeds
// a quarter of L2. strips: output's loops over strips.
void prefetch_next_rows(Halide::Func& output, const std::vector<std::string>& strips, const Halide::Func& sum,
                        const Halide::RVar& k, const Halide::ImageParam& input, const Window&, int strip,
                        const Machine&);

// As many weights as these `elements`, asked for behind them, evenly over the kernel's whole run: there lie
// those of the network's next kernel. Where FMAs take broadcasts from memory (AVX-512): AVX2's kernels ran at
// 0.98 to 0.99 of their speed. And where no step asks for more than a few lines.
void prefetch_next_kernel(Halide::Func& output, const Halide::Func& sum, const Halide::RVar& k,
                          const Halide::ImageParam& weights, int elements, const Machine&);

}  // namespace mobilith

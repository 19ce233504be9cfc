// Values of a schedule's parameters, and defaults that several block types share.
#pragma once

#include <Halide.h>

#include <optional>

#include "layout/shapes.h"
#include "products/tile.h"

namespace mobilith {

// Whether products of pixels with a matrix are products/dots.cpp's: so fast that what comes from memory
// shows.
bool of_dots(const Machine&);

// Whether FMAs take no factor of a pixel from memory or from a part of a register, so that each is loaded
// into a register of its own (AVX2): few registers are left, tiles are small, and their steps many.
bool loads_each_factor(const Machine&);

// Whether products are paired in tiles of two vectors and more that keep to the units' pace (znver5), as
// those of 4 x 2, the only ones that 16 registers hold, do not.
bool pairs_in_wide_tiles(const Machine&);

// Stores the channels of neighbouring pixels an odd number of cache lines apart, where they are many: a tile
// reads the same channel of all its pixels, and a power of two would put them all into the same few of L1's
// sets.
void spread_pixels(Halide::Func& f, const Halide::Var& channel, int channels);

// The largest divisor of n that is at most `most` (at least 1).
int divisor_below(int n, int most);

// How many tasks a kernel has at least by default: one for one thread, else four, or Machine::threads. Two
// threads share four more evenly than two (V2 1.0-224: at most 1.92 times as fast as one, and 1.84).
int tasks_wanted(const Machine&);
// The largest divisor of n that leaves so many parts, or 1.
int task_size(int n, const Machine&);
// Rows of a strip, at most `most`, a divisor of `rows`: of those that keep Machine::threads threads busy for
// the shortest time, the largest. Strips are not shared out where nothing was said.
int shared_strip(int rows, int most, const Machine&);

// Chunks of an expansion's channels, and its tiles.
struct Chunks {
  int vectors = 1;
  Tile expand;
};
// The divisor of the channels, `vectors` of `vector_bytes` a pixel, whose register tiles waste least, then
// the larger one (fewer passes over the input), among those whose image of `pixels` stays in half of L2 and
// that are tasks_wanted(), or three where nothing was said and pairs of products need wide tiles; at least
// four, for one thread, too, where loads_each_factor() (code for AVX2: V3 large 1.03 times as fast). equal:
// how much slower a larger one may be. Nothing: there is none with tiles as wide as that.
std::optional<Chunks> choose_chunks(const Matrix& expansion, int vectors, int64_t vector_bytes, int pixels,
                                    const Machine&, double equal = 1);

// What a depthwise convolution computes at once by default. vectors: of the channels that it goes through;
// pixels: the default with a stride of one. With a stride of two, neighbours share only a third of their
// inputs, so two pixels are enough; four where no instruction takes a vector from memory, as the sums of two
// leave a core that runs in order waiting (cortex-a53's code in LLVM's model of cortex-a55: 25 cycles a
// vector of results, 15 with four). AVX2's vectors of half a cache line go through the channels by four, two
// or three, three pixels or two at once, which sweep_depthwise() takes in turn: V1 1.0-224 1.02, V2 1.0-224
// 1.01 to 1.02 times as fast as by one or two vectors of four pixels and more (code for znver3 on znver4).
// Where the pixels read do not fit L1, one pixel of two vectors (384 spills in three of four). Not of rows of
// six pixels, 0.97 there, nor of windows above 3x3, where pairs of vectors do if the window's rows
// exceed half of L1 and the registers suffice. On CPUs with as many loads as FMAs a cycle (pair_vectors > 1),
// up to seven pixels of two vectors are 1.1 times as fast (znver5). Beside dots two pixels of two vectors
// are: whole cache lines' neighbours (znver4: blocks 1.01 to 1.03 times as fast).
Tile depthwise_tile(const Window&, const Machine&, int vectors, int pixels);

// The loops of a depthwise convolution: ci, the channels of a tile, and xi, its pixels, unrolled inside xo, a
// row's tiles, and those loops inside `around`, the innermost first. Where the registers of AVX2 don't hold
// the weights of a tile's vectors, these are taken in turn, each with all its pixels: unrolled, LLVM loads
// all weights before the loop and spills them (100 spills for 72 FMAs; code for znver3 on znver4: V1
// 0.5-160's blocks 1.02 to 1.05 times as fast). Not of a row of two tiles, 0.98 there, nor where the pixels
// that a tile reads, pixel_bytes apart, may drive each other's lines out of L1 before the next vector's turn
// (512 channels: 0.97).
void sweep_depthwise(Halide::Func&, const Halide::Var& ci, const Halide::Var& xi, const Halide::Var& xo,
                     const std::vector<Halide::Var>& around, const Tile&, int lanes, const Window&,
                     int64_t pixel_bytes, const Machine&);

// Unrolls a row's tiles of pixels where there are two: each has a side of the image, and knows it only so.
// Not on NEON and RISC-V, whose FMAs read no memory: the loads of two tiles fill the registers (NEON: 58
// spills in place of 8).
void unroll_sides(Halide::Func& depthwise, const Halide::Var& tiles, const Window&, int pixels,
                  const Machine&);

// Values of an axis (space.h): all divisors of n up to `most`; 1 to n; tiles that fit registers and region.
std::vector<nlohmann::json> divisors(int n, int most = 1 << 30);
std::vector<nlohmann::json> up_to(int n);
// Whether to prefetch weights: not left to measurement where the default asks. A kernel that runs alone finds
// its weights in L3, where a network's were often pushed out (14x14x512 without asking: 1.02 times as fast
// alone, 1.2 times as slow in V1 1.0-224, znver4).
std::vector<nlohmann::json> prefetching(bool by_default);
std::vector<nlohmann::json> tiles(const Machine&, const Matrix&, int pixels, int vectors);

}  // namespace mobilith

// How products are multiplied: a row for each Multiplication, all that is known of it in one file.
#pragma once

#include "products/pairing.h"
#include "products/pointwise.h"
#include "products/tile.h"

namespace mobilith {

// Floats as a kernel reads them.
using Packed = std::vector<float>;

// Of one k of a tile, in cycles; the largest of the first three bounds the loop. memory: a factor for what a
// tile reads from beyond L1. end: its share of what is done once a tile, after the loop.
struct TileCost {
  double fmas = 0, loads = 0, latency = 0, memory = 1, end = 0;
};

struct Scheme {
  Multiplication multiplication;
  // Sets sum, value and what else Pointwise says; weights and bias are there, of bias_rows rows.
  void (*define)(Pointwise&, const std::string& name, const Matrix&, const Halide::Var& o,
                 const std::vector<Halide::Var>& pixel, const PixelInput&);
  int bias_rows;
  // Of a kernel (in, out), row-major, and a bias (out), in the order of Pointwise::constants().
  std::vector<Packed> (*pack)(const std::vector<float>& kernel, const std::vector<float>& bias, const Matrix&,
                              const Pairing&);
  bool (*fits)(const Tile&, const Machine&);
  TileCost (*cost)(const Tile&, const Machine&, const Matrix&);
  // What is left to do where the accumulators are held in registers.
  void (*hold)(Pointwise&, const Halide::Var& channel, const std::vector<Halide::Var>& pixels, int width,
               int vectors);
  int (*fewest_vectors)(const Machine&);  // that a tile needs to be worth it
  // A step of the loop may ask for so many cache lines of what comes next (schedules/prefetch.h).
  int prefetch_lines;
  bool channels_outermost;  // tiles of channels are the outer loop whatever the weights' size
  bool spread_pixels;       // a tile reads the same channel of all its pixels at once: schedules/axes.h
  // The innermost loop over k is one instruction's, and is vectorised with the channels.
  bool sums_groups = false;
  // Products for each FMA at most.
  double products_per_fma;
};

const Scheme& scheme_of(const Matrix&);

// The rows.
const Scheme& plain_scheme();
const Scheme& by_element_scheme();
const Scheme& winograd_scheme();
const Scheme& dots_scheme();
const Scheme& dots_by_element_scheme();
const Scheme& halves_by_element_scheme();

}  // namespace mobilith

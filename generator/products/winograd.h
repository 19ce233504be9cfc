// Winograd's inner product (S. Winograd, "A New Algorithm for Inner Product", IEEE Transactions on Computers
// C-17, 1968): two products cost one multiplication and two additions,
//   x0 y0 + x1 y1 = (x0 + y1) (x1 + y0) - x0 x1 - y0 y1 = x0 x1 + y0 y1 - (x0 - y1) (x1 - y0)
// where the last two terms belong to one input or one weight alone, and so are computed once for all outputs.
// The identity holds for x - c in place of x, too: an addend c in y takes it off x for nothing, and c y is a
// constant. With c in the middle of the inputs, which are positive after ReLU, all terms are smaller.
// What rounding makes of it: docs/accuracy.md. A gain on CPUs whose units for additions stand beside those
// for FMAs (Machine::pair_vectors), and the largest where two thirds of the products are paired: FMAs and
// additions are then equally many, two for every three products.
#pragma once

namespace mobilith {

// Of k products, the first `pairs` are paired with the next `pairs`; others stay as they are: `pairs` of them
// in the same loop, `rest` after it. Step s of the loop takes pair 2s in the first form and 2s + 1 in the
// second: the terms x0 x1 of the two nearly cancel, so that partial sums, and with them rounding errors, stay
// small.
//   pair i: inputs i and pairs + i; single i: input 2 * pairs + i
struct PairedProducts {
  int pairs = 0;  // even
  int rest = 0;
  int steps() const { return pairs / 2; }
};

// Floats of packed weights in a step of the loop, for each output: y1 - c and y0 - c, -y1 - c and -y0 - c of
// its pairs, then its singles.
inline constexpr int paired_step = 6;

inline PairedProducts paired_products(int k) {
  const int pairs = k / 6 * 2;
  return {pairs, k - 3 * pairs};
}

// The input whose weight lies at place `packed` of the order in which the loop reads them.
inline int paired_input(int k, int packed) {
  const PairedProducts p = paired_products(k);
  if (packed >= 3 * p.pairs) return packed;
  const int step = packed / paired_step, place = packed % paired_step;
  if (place >= 4) return 2 * p.pairs + 2 * step + place - 4;
  return (place % 2 == 0 ? p.pairs : 0) + 2 * step + place / 2;
}

// And the weight's sign there.
inline int paired_sign(int k, int packed) {
  const int place = packed % paired_step;
  return packed < 3 * paired_products(k).pairs && (place == 2 || place == 3) ? -1 : 1;
}

}  // namespace mobilith

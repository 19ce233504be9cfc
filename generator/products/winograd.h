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

// Of k products, `groups` times 3 * group are taken in groups, whose first `group` inputs are paired with the
// next `group` and whose last stay as they are; `rest` come after all groups. Step s of a group takes its
// pair 2s in the first form and 2s + 1 in the second: the terms x0 x1 of the two nearly cancel, so that
// partial sums, and with them rounding errors, stay small.
struct PairedProducts {
  int group = 0;  // even
  int groups = 0;
  int rest = 0;
  int pairs() const { return group * groups; }
  int inputs() const { return 3 * pairs(); }
  bool paired(int input) const { return input < inputs() && input % (3 * group) < 2 * group; }
  // The inputs of pair i.
  int first(int i) const { return i / group * 3 * group + i % group; }
  int second(int i) const { return first(i) + group; }
};

// Floats of packed weights in a step of the loop, for each output: y1 - c and y0 - c, -y1 - c and -y0 - c of
// its pairs, then its singles.
inline constexpr int paired_step = 6;

// group: Matrix::pair_group.
inline PairedProducts paired_products(int k, int group) {
  if (group == 0) return {k / 6 * 2, 1, k % 6};
  return {group, k / (3 * group), k % (3 * group)};
}

// The input whose weight lies at place `packed` of the order in which the loop reads them.
inline int paired_input(const PairedProducts& p, int packed) {
  if (packed >= p.inputs()) return packed;
  const int in_group = packed % (3 * p.group), step = in_group / paired_step, place = in_group % paired_step;
  const int of_step = place < 4 ? place / 2 : place - 4;  // which of its two pairs, or singles
  const int third = place < 4 ? 1 - place % 2 : 2;
  return packed - in_group + third * p.group + 2 * step + of_step;
}

// And the weight's sign there.
inline int paired_sign(const PairedProducts& p, int packed) {
  const int place = packed % paired_step;
  return packed < p.inputs() && (place == 2 || place == 3) ? -1 : 1;
}

}  // namespace mobilith

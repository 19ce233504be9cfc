#include "schedules/prefetch.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "layout/instructions.h"
#include "products/scheme.h"
#include "schedules/axes.h"

namespace mobilith {
using namespace Halide;
using namespace Halide::Internal;

namespace {

// A buffer's elements from `start` on, of the first tile; the next tile's are `stride` further. 0: what is
// wanted once, for the next kernel.
struct Wanted {
  std::string buffer;
  Type type;
  int start, stride, elements;
  bool written = false;  // not read
};

// In 64 bits, term by term, as Halide makes addresses: LLVM then steps pointers.
Expr wide(const Expr& e) {
  if (const auto* add = e.as<Add>()) return wide(add->a) + wide(add->b);
  if (const auto* sub = e.as<Sub>()) return wide(sub->a) - wide(sub->b);
  if (const auto* mul = e.as<Mul>()) return wide(mul->a) * wide(mul->b);
  if (const auto number = as_const_int(e)) return make_const(Int(64), *number);
  return cast(Int(64), e);
}

// What a step asks for goes to L1 where so many steps ask for the same line: those behind it find it
// there, and cost a load. Of lines that went to L2 each request goes there. Measured where FMAs take no
// broadcast from memory (AVX2), whose tiles are small and their steps many: docs/performance.md. Not of
// outputs, whose lines would take the place of what is read.
constexpr int repeats = 4;

// Runs over the lowered loops.
class NextTile : public IRMutator {
 public:
  // tiles: the loops over tiles; none: all is one tile.
  NextTile(const Func& consumer, const std::vector<std::string>& tiles, const Func& sum, const RVar& k,
           Wanted wanted, int most_lines, const Machine& machine)
      : k_{sum.name() + ".s1.", k.name()},
        wanted_(std::move(wanted)),
        most_lines_(most_lines),
        repeats_find_l1_(loads_each_factor(machine)) {
    for (const std::string& loop : tiles) tiles_.push_back({consumer.name() + ".s", "." + loop});
    if (tiles.empty()) tile_ = step_ = 0;
  }

 private:
  // A loop's name after lowering: "output.s0.o.tile", the splits that led to it in between.
  struct LoopName {
    std::string begin, end;
    bool is(const std::string& name) const { return name.starts_with(begin) && name.ends_with(end); }
  };

  using IRMutator::visit;

  Stmt visit(const For* loop) override {
    const bool over_tiles = is_over_tiles(loop->name);
    const Expr tile_before = tile_, step_before = step_;
    const int64_t steps_before = steps_;
    const Expr index = Variable::make(Int(32), loop->name) - loop->min;
    if (over_tiles) {
      tile_ = tile_.defined() ? tile_ * loop->extent + index : index;
      step_ = 0, steps_ = 1;
    } else if (tile_.defined()) {
      const auto extent = as_const_int(loop->extent);
      steps_ = extent ? steps_ * *extent : 0;  // 0: a loop without a constant extent, nothing to spread over
      step_ = step_ * loop->extent + index;
    }
    Stmt body = mutate(loop->body);
    if (k_.is(loop->name) && tile_.defined() && steps_ > 0) body = Block::make(request(), body);
    tile_ = tile_before, step_ = step_before, steps_ = steps_before;
    return For::make(loop->name, loop->min, loop->extent, loop->for_type, loop->partition_policy,
                     loop->device_api, body);
  }

  bool is_over_tiles(const std::string& name) const {
    return std::any_of(tiles_.begin(), tiles_.end(), [&](const LoopName& loop) { return loop.is(name); });
  }

  // The part of the next tile that belongs to this step.
  Stmt request() const {
    const auto elements = static_cast<int>((wanted_.elements + steps_ - 1) / steps_);
    // More than a few lines a step and asking would cost more than waiting. A kernel with too few steps for
    // the next one's weights waits for its own: it asks for none of them.
    const int in_line = 64 / wanted_.type.bytes();
    if (wanted_.stride == 0 && elements > most_lines_ * in_line) return Evaluate::make(0);
    Stmt requests;
    for (int line = 0; line == 0 || line < std::min(elements, most_lines_ * in_line); line += in_line) {
      const Expr offset = wanted_.start + tile_ * wanted_.stride + step_ * elements + line;
      const Stmt one = Evaluate::make(
          request(simplify(offset), repeats_find_l1_ && !wanted_.written && repeats * elements <= in_line));
      requests = requests.defined() ? Block::make(requests, one) : one;
    }
    return requests;
  }

  Expr request(const Expr& offset, bool into_l1) const {
    const Expr buffer = Variable::make(Handle(), wanted_.buffer);
    if (!into_l1) return Call::make(wanted_.type, Call::prefetch, {buffer, offset, 1, 1}, Call::Intrinsic);
    const Expr bytes = wide(offset) * make_const(Int(64), wanted_.type.bytes());
    return Call::make(Int(32), instructions::prefetch_l1, {buffer, bytes}, Call::Extern);
  }

  std::vector<LoopName> tiles_;
  const LoopName k_;
  const Wanted wanted_;
  const int most_lines_;
  const bool repeats_find_l1_;
  // Inside the loops over tiles: the number of the present tile, of the present step in it, and
  // of all steps in it.
  Expr tile_, step_;
  int64_t steps_ = 1;
};

void ask(Func& output, NextTile* pass) {
  output.add_custom_lowering_pass(pass, [pass] { delete pass; });
}

constexpr int most_lines = 4;  // of what is no weights, in a step

// Kernels that multiply by element were not measured.
bool can_ask(const Machine& machine) { return !machine.element_operand; }

}  // namespace

void prefetch_next_tile(Func& output, const Func& consumer, const std::vector<std::string>& channels,
                        const Func& sum, const RVar& k, int most, const ImageParam& weights, int tile_weights,
                        const Machine& machine) {
  const int elements = weights.type() == UInt(32) ? (tile_weights + 1) / 2 : tile_weights;  // pairs
  ask(output, new NextTile(consumer, channels, sum, k,
                           {weights.name(), weights.type(), elements, elements, elements}, most, machine));
}

void prefetch_next_chunk(Func& output, const Func& consumer, const Pointwise& expansion, const Func& expanded,
                         const Matrix& m, int chunk_vectors, int tile_vectors, const Machine& machine) {
  const bool one = chunk_vectors == m.out.vectors;
  prefetch_next_tile(output, one ? expanded : consumer, {one ? "etile" : "chunk"}, expansion,
                     scheme_of(m).prefetch_lines, expansion.weights,
                     (one ? tile_vectors : chunk_vectors) * m.out.width * m.products(), machine);
}

void prefetch_next_outputs(Func& output, const std::vector<std::string>& pixels, const Func& sum,
                           const RVar& k, int most, int tile_outputs, int64_t outputs,
                           const Machine& machine) {
  // AVX2's code, which loads each broadcast before its FMAs, has fewer instructions to spend.
  const int64_t least = machine.broadcast_operand ? machine.l2 / 2 : 2 * machine.l2;
  if (!can_ask(machine) || output.type().bytes() * outputs <= least) return;
  ask(output, new NextTile(output, pixels, sum, k,
                           {output.name(), output.type(), tile_outputs, tile_outputs, tile_outputs, true},
                           most, machine));
}

void prefetch_next_rows(Func& output, const std::vector<std::string>& strips, const Func& sum, const RVar& k,
                        const ImageParam& input, const Window& w, int strip, const Machine& machine) {
  const int64_t elements = elements_of(input);
  if (!can_ask(machine) || strip == w.out_height || input.type().bytes() * elements <= machine.l2 / 4) return;
  const auto row = static_cast<int>(elements / w.in_height);
  const int rows = w.stride * strip, first = w.rows_read(strip) - w.pad_top;
  ask(output,
      new NextTile(output, strips, sum, k, {input.name(), input.type(), first * row, rows * row, rows * row},
                   most_lines, machine));
}

void prefetch_next_kernel(Func& output, const Func& sum, const RVar& k, const ImageParam& weights,
                          int elements, const Machine& machine) {
  if (!can_ask(machine) || !machine.broadcast_operand) return;
  const auto start = static_cast<int>(elements_of(weights));
  ask(output, new NextTile(output, {}, sum, k, {weights.name(), weights.type(), start, 0, elements},
                           most_lines, machine));
}

}  // namespace mobilith

#include "schedules/prefetch.h"

#include <algorithm>
#include <vector>

namespace mobilith {
using namespace Halide;
using namespace Halide::Internal;

namespace {

// Runs over the lowered loops.
class NextTile : public IRMutator {
 public:
  NextTile(const Func& consumer, const std::vector<std::string>& channels, const Func& sum, const RVar& k,
           const ImageParam& weights, int tile_weights, int most_lines)
      : k_{sum.name() + ".s1.", k.name()},
        weights_(weights.name()),
        type_(weights.type()),
        tile_weights_(weights.type() == UInt(32) ? (tile_weights + 1) / 2 : tile_weights),  // pairs
        most_lines_(most_lines) {
    for (const std::string& loop : channels) channels_.push_back({consumer.name() + ".s", "." + loop});
  }

 private:
  // A loop's name after lowering: "output.s0.o.tile", the splits that led to it in between.
  struct LoopName {
    std::string begin, end;
    bool is(const std::string& name) const { return name.starts_with(begin) && name.ends_with(end); }
  };

  using IRMutator::visit;

  Stmt visit(const For* loop) override {
    const bool channels = is_channels(loop->name);
    const Expr tile_before = tile_, step_before = step_;
    const int64_t steps_before = steps_;
    const Expr index = Variable::make(Int(32), loop->name) - loop->min;
    if (channels) {
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

  bool is_channels(const std::string& name) const {
    return std::any_of(channels_.begin(), channels_.end(),
                       [&](const LoopName& loop) { return loop.is(name); });
  }

  // The part of the next tile that belongs to this step.
  Stmt request() const {
    const auto weights = static_cast<int>((tile_weights_ + steps_ - 1) / steps_);
    // More than a few lines a step and asking would cost more than waiting.
    const int in_line = 64 / type_.bytes();
    Stmt requests;
    for (int line = 0; line == 0 || line < std::min(weights, most_lines_ * in_line); line += in_line) {
      const Expr offset = (tile_ + 1) * tile_weights_ + step_ * weights + line;
      const Stmt one = Evaluate::make(Call::make(type_, Call::prefetch,
                                                 {Variable::make(Handle(), weights_), simplify(offset), 1, 1},
                                                 Call::Intrinsic));
      requests = requests.defined() ? Block::make(requests, one) : one;
    }
    return requests;
  }

  std::vector<LoopName> channels_;
  const LoopName k_;
  const std::string weights_;
  const Type type_;  // of the weights
  const int tile_weights_, most_lines_;
  // Inside the loops over tiles of channels: the number of the present tile, of the present step in it, and
  // of all steps in it.
  Expr tile_, step_;
  int64_t steps_ = 1;
};

}  // namespace

void prefetch_next_tile(Func& output, const Func& consumer, const std::vector<std::string>& channels,
                        const Func& sum, const RVar& k, int most_lines, const ImageParam& weights,
                        int tile_weights) {
  auto* pass = new NextTile(consumer, channels, sum, k, weights, tile_weights, most_lines);
  output.add_custom_lowering_pass(pass, [pass] { delete pass; });
}

}  // namespace mobilith

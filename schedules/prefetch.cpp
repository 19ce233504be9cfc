#include "schedules/prefetch.h"

#include <vector>

namespace mobilith {
using namespace Halide;
using namespace Halide::Internal;

namespace {

// Runs over the lowered loops.
class NextTile : public IRMutator {
 public:
  NextTile(const Func& output, const Var& channels, const Func& sum, const RVar& k, std::string weights,
           int tile_floats)
      : channels_{output.name() + ".s0.", "." + channels.name()},
        k_{sum.name() + ".s1.", k.name()},
        weights_(std::move(weights)),
        tile_floats_(tile_floats) {}

 private:
  // A loop's name after lowering: "output.s0.o.tile", the splits that led to it in between.
  struct LoopName {
    std::string begin, end;
    bool is(const std::string& name) const { return name.starts_with(begin) && name.ends_with(end); }
  };

  using IRMutator::visit;

  Stmt visit(const For* loop) override {
    const bool channels = channels_.is(loop->name);
    if (channels) outer_ = Variable::make(Int(32), loop->name), passed_.clear(), steps_ = 1;
    const int64_t before = steps_;
    if (outer_.defined()) passed_.push_back(loop);
    if (outer_.defined() && !channels) {
      const auto extent = as_const_int(loop->extent);
      steps_ = extent ? steps_ * *extent : 0;  // 0: a loop without a constant extent, nothing to spread over
    }
    Stmt body = mutate(loop->body);
    if (k_.is(loop->name) && outer_.defined() && steps_ > 0) body = Block::make(request(), body);
    if (outer_.defined()) passed_.pop_back();
    steps_ = before;
    if (channels) outer_ = Expr();
    return For::make(loop->name, loop->min, loop->extent, loop->for_type, loop->partition_policy,
                     loop->device_api, body);
  }

  // The part of the next tile that belongs to this step: `step` counts all steps of k in the present tile.
  Stmt request() const {
    Expr step = 0;
    for (auto loop = passed_.begin() + 1; loop != passed_.end(); ++loop)
      step = step * (*loop)->extent + (Variable::make(Int(32), (*loop)->name) - (*loop)->min);
    const auto floats = static_cast<int>((tile_floats_ + steps_ - 1) / steps_);
    constexpr int line_floats = 16;
    Stmt requests;
    for (int line = 0; line == 0 || line < floats; line += line_floats) {
      const Expr offset = (outer_ + 1) * tile_floats_ + step * floats + line;
      const Stmt one = Evaluate::make(Call::make(Float(32), Call::prefetch,
                                                 {Variable::make(Handle(), weights_), simplify(offset), 1, 1},
                                                 Call::Intrinsic));
      requests = requests.defined() ? Block::make(requests, one) : one;
    }
    return requests;
  }

  const LoopName channels_, k_;
  const std::string weights_;
  const int tile_floats_;
  Expr outer_;                      // the variable of the loop over tiles of channels, while inside it
  std::vector<const For*> passed_;  // the loops around, that one first
  int64_t steps_ = 1;               // iterations of all those inside that one
};

}  // namespace

void prefetch_next_tile(Func& output, const Var& channels, const Func& sum, const RVar& k,
                        const ImageParam& weights, int tile_floats) {
  auto* pass = new NextTile(output, channels, sum, k, weights.name(), tile_floats);
  output.add_custom_lowering_pass(pass, [pass] { delete pass; });
}

}  // namespace mobilith

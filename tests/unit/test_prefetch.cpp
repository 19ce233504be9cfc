// The requests for the next tile's weights, in the lowered loops.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "catch.h"
#include "layout/operands.h"
#include "layout/shapes.h"
#include "schedules/kernel_types.h"

namespace test_prefetch {

using namespace mobilith;
using nlohmann::json;

namespace {

constexpr Machine machine{16, 32, true, 32 << 10, 1 << 20};

struct Loop {
  std::string name;
  int64_t extent = 0;  // 0: not constant
  bool innermost = true;
};

struct Request {
  std::string buffer;
  Halide::Expr offset;      // floats
  std::vector<Loop> loops;  // around it, the outermost first
  // The offset in these turns of the loops.
  int64_t at(const std::vector<int>& turns) const {
    std::map<std::string, Halide::Expr> values;
    for (size_t i = 0; i < loops.size(); i++) values[loops[i].name] = turns.at(i);
    const auto value = Halide::Internal::as_const_int(
        Halide::Internal::simplify(Halide::Internal::substitute(values, offset)));
    REQUIRE(value);
    return *value;
  }
};

// Reads the loops after the pass that makes the requests, and leaves them as they are.
class Collect : public Halide::Internal::IRMutator {
 public:
  explicit Collect(std::vector<Request>& requests) : requests_(requests) {}

 private:
  using IRMutator::visit;
  Halide::Internal::Stmt visit(const Halide::Internal::For* loop) override {
    for (Loop& outer : loops_) outer.innermost = false;
    const auto extent = Halide::Internal::as_const_int(loop->extent);
    loops_.push_back({loop->name, extent ? *extent : 0});
    const size_t first = requests_.size();
    mutate(loop->body);
    for (size_t i = first; i < requests_.size(); i++) requests_[i].loops[loops_.size() - 1] = loops_.back();
    loops_.pop_back();
    return loop;
  }
  Halide::Expr visit(const Halide::Internal::Call* call) override {
    if (call->is_intrinsic(Halide::Internal::Call::prefetch))
      requests_.push_back({call->args[0].as<Halide::Internal::Variable>()->name, call->args[1], loops_});
    return call;
  }
  std::vector<Request>& requests_;
  std::vector<Loop> loops_;
};

// The requests of the kernel with `changes` made to its default schedule, but for those of the next kernel's
// weights, which lie behind its own.
std::vector<Request> requests(const char* type, const json& shape, const json& changes,
                              const Machine& machine = test_prefetch::machine) {
  json schedule = kernel_type(type).default_schedule(shape, machine);
  schedule.merge_patch(changes);
  BuiltKernel built = kernel_type(type).build(shape, schedule, machine);
  std::vector<Request> found;
  Collect collect(found);
  built.output.add_custom_lowering_pass(&collect, [] {});
  Halide::Target target("x86-64-linux-avx-avx2-avx512-avx512_skylake-f16c-fma-sse41-no_runtime-no_asserts");
  built.output.compile_to_module({built.arguments.begin(), built.arguments.end()}, "kernel", target);
  const auto behind = [&](const Request& request) {
    const int64_t first = request.at(std::vector<int>(request.loops.size(), 0));
    return std::any_of(built.arguments.begin(), built.arguments.end(),
                       [&](const Halide::ImageParam& operand) {
                         return operand.name() == request.buffer && first >= elements_of(operand);
                       });
  };
  found.erase(std::remove_if(found.begin(), found.end(), behind), found.end());
  return found;
}

}  // namespace

TEST_CASE("weights of the next tile are asked for where the schedule says so, in the loop over k") {
  const Window window{14, 14, 14, 14, 1, 1, 1};
  const std::pair<const char*, json> kernels[] = {
      {"separable", SeparableShape{window, 512, 1, 512}},
      {"inverted_residual", InvertedResidualShape{window, 96, 576, 96, true, true}},
      {"head", HeadShape{7, 7, 320, 1280, 1000, OutputFunction::softmax}}};
  for (const auto& [type, shape] : kernels) {
    INFO(type);
    CHECK(requests(type, shape, {{"prefetch", false}}).empty());
    const std::vector<Request> found = requests(type, shape, {{"prefetch", true}});
    REQUIRE(!found.empty());
    for (const Request& request : found) {
      CHECK(request.buffer.find("weights") != std::string::npos);
      REQUIRE(!request.loops.empty());
      CHECK(request.loops.back().innermost);
      CHECK(request.loops.back().name.find(".s1.k") != std::string::npos);
    }
  }
}

TEST_CASE("the steps of a tile ask for the next one: for every line of it, evenly") {
  // 14 x 2 tiles: 16 tiles of 32 channels, each 512 x 32 floats, swept in 14 rows of 512 steps.
  constexpr int tiles = 16, rows = 14, steps = 512, tile_floats = 512 * 32, line = 16;
  const std::vector<Request> found =
      requests("separable", SeparableShape{{14, 14, 14, 14, 1, 1, 1}, 512, 1, 512},
               {{"tile", {{"pixels", 14}, {"vectors", 2}}}, {"strip", 14}, {"flat", false}});
  REQUIRE(found.size() == 1);
  const Request& request = found[0];
  REQUIRE(request.loops.size() == 3);
  CHECK(request.loops[0].extent == tiles);
  CHECK(request.loops[1].extent == rows);
  CHECK(request.loops[2].extent == steps);
  for (int tile : {0, 1, tiles - 2}) {
    const int64_t next = int64_t{tile + 1} * tile_floats;
    CHECK(request.at({tile, 0, 0}) == next);
    const int64_t apart = request.at({tile, 0, 1}) - next;
    CHECK(apart > 0);
    CHECK(apart <= line);  // else lines would be left out
    // No more than it takes: a step less, and the last lines would not be asked for.
    CHECK((apart - 1) * rows * steps < tile_floats);
    for (int row : {0, 5, rows - 1})
      for (int step : {0, 100, steps - 1})
        CHECK(request.at({tile, row, step}) == next + apart * (row * steps + step));
    CHECK(request.at({tile, rows - 1, steps - 1}) + line >= next + tile_floats);
  }
}

TEST_CASE("an expansion in one chunk of channels asks for its next tile, in several for the next chunk") {
  const Window window{7, 7, 7, 7, 1, 1, 1};
  json depthwise{{"in_channels", 160}, {"expanded_channels", 960}, {"expand", true}, {"window", window}};
  const std::pair<const char*, json> kernels[] = {
      {"inverted_residual", InvertedResidualShape{window, 160, 960, 160, true, true}},
      {"depthwise", depthwise}};
  for (const auto& [type, shape] : kernels)
    for (const int chunk : {60, 30}) {
      INFO(type << ", chunks of " << chunk);
      json changes{{"chunk_vectors", chunk}, {"expand", {{"pixels", 7}, {"vectors", 2}}}, {"prefetch", true}};
      if (std::string(type) == "inverted_residual") changes["chunks"] = true;
      std::vector<int64_t> first;
      for (const Request& request : requests(type, shape, changes))
        if (request.buffer.starts_with("expand_weights"))
          first.push_back(request.at(std::vector<int>(request.loops.size(), 0)));
      REQUIRE(!first.empty());
      CHECK(*std::min_element(first.begin(), first.end()) == int64_t{chunk == 60 ? 2 : chunk} * 16 * 160);
    }
}

TEST_CASE("a head that convolves all features at once asks for the convolution's next tile alone") {
  Machine in_order = machine;
  in_order.short_streams = true;
  const HeadShape shape{5, 5, 320, 1280, 1000, OutputFunction::softmax};
  CHECK(requests("head", shape, {{"prefetch", false}}, in_order).empty());
  const std::vector<Request> found =
      requests("head", shape, {{"tile", {{"pixels", 5}, {"vectors", 2}}}}, in_order);
  REQUIRE(!found.empty());
  std::vector<int64_t> first;
  for (const Request& request : found) {
    CHECK(request.buffer.starts_with("hidden_weights"));
    REQUIRE(request.loops.size() == 3);
    CHECK(request.loops[0].extent == 1280 / 32);
    first.push_back(request.at({0, 0, 0}));
    CHECK(request.at({1, 0, 0}) - first.back() == 320 * 32);
  }
  CHECK(*std::min_element(first.begin(), first.end()) == 320 * 32);
}

TEST_CASE("a stem's strip asks for the image's rows that the next one reads, every line of them") {
  constexpr int row = 224 * 3, strip = 8, rows = 2 * strip, line = 16;
  StemShape shape;
  shape.window = {224, 224, 112, 112, 2, 0, 0}, shape.in_channels = 3, shape.out_channels = 32;
  std::vector<Request> of_input;
  for (const Request& request : requests("stem", shape, {{"strip", strip}}))
    if (request.buffer.starts_with("input")) of_input.push_back(request);
  REQUIRE(of_input.size() == 1);
  const Request& request = of_input[0];
  std::vector<int> turns(request.loops.size(), 0);
  const int64_t first = request.at(turns);
  CHECK(first == (rows + 1) * row);  // a window has three rows
  int64_t before = first, steps = 1;
  for (size_t i = request.loops.size() - 1; i > 0; i--) {
    steps *= request.loops[i].extent;
    turns[i] = static_cast<int>(request.loops[i].extent) - 1;
    const int64_t last = request.at(turns);
    CHECK(last - before >= 0);
    before = last;
  }
  CHECK(before + line >= first + rows * row);
  CHECK((before - first) / (steps - 1) <= line);
  turns.assign(turns.size(), 0), turns[0] = 1;
  CHECK(request.at(turns) == first + rows * row);
}

}  // namespace test_prefetch

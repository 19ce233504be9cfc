#include "check/check.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <future>
#include <new>
#include <string_view>

#include "check/exact.h"
#include "check/frame_image.h"
#include "check/judge.h"
#include "check/library_run.h"
#include "check/output_difference.h"
#include "networks/output_blocks.h"
#include "process/child_process.h"
#include "reference/narrowed.h"

namespace mobilith {

namespace {

// What the child tells: memory that both share.
struct Board {
  std::atomic<int> variant{-1}, block{0};  // whose code runs; -1: none
  std::atomic<int> compared{0};            // blocks, of all CPUs
  std::atomic<bool> sound{false};          // `text` is the result, not what is wrong
  std::atomic<bool> unable{false};         // the check could not be made; nothing is known of the library
  char text[1 << 16]{};

  void write(const std::string& what) {
    if (what.size() >= sizeof text) throw CheckError("self-check: the result is too long");
    std::memcpy(text, what.c_str(), what.size() + 1);
  }
};

class SharedBoard {
 public:
  SharedBoard()
      : memory_(mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (memory_ == MAP_FAILED) throw CheckError(fmt::format("self-check: {}", std::strerror(errno)));
    new (memory_) Board;
  }
  ~SharedBoard() { munmap(memory_, sizeof(Board)); }
  SharedBoard(const SharedBoard&) = delete;
  Board* operator->() const { return static_cast<Board*>(memory_); }
  Board& operator*() const { return *static_cast<Board*>(memory_); }

 private:
  void* memory_;
};

// step: a block's, or the frame's. "separable_3 (kernel ..., schedule: default, CPU znver4)"
std::string code_of(const CompiledLibrary& library, size_t variant, size_t step_index) {
  const nlohmann::json& of_cpu = library.manifest["variants"][variant];
  const nlohmann::json& step = of_cpu["steps"][step_index];
  std::string source = "unknown";
  for (const nlohmann::json& kernel : of_cpu["kernels"])
    if (kernel["name"] == step["kernel"]) source = kernel["schedule_source"];
  return fmt::format("{} (kernel {}, schedule: {}, CPU {})", step["block"].get<std::string>(),
                     step["kernel"].get<std::string>(), source, library.cpus[variant]);
}

[[noreturn]] void refuse(const CompiledLibrary& library, const Network& network, size_t variant, size_t block,
                         const check::Difference& wrong, double bound) {
  const Shape& shape = network.blocks[block].out();
  const size_t pixel = wrong.at / shape.channels;
  throw CheckError(fmt::format(
      "self-check: {} differs from the reference by {:.2e} of its largest value, where {:.0e} is "
      "allowed: {:.6g} "
      "instead of {:.6g} at (y {}, x {}, channel {})",
      code_of(library, variant, block + size_t(network.steps_before())), wrong.share, bound, wrong.found,
      wrong.expected, pixel / shape.width, pixel % shape.width, wrong.at % shape.channels));
}

// An output against what the file's own graph computes.
void compare_with_file(const std::string& by, double allowed, const std::string& output,
                       const std::vector<double>& found, const std::vector<double>& expected) {
  if (found.size() != expected.size())
    throw CheckError(fmt::format("self-check: output '{}' has {} values, in the file's graph {}", output,
                                 found.size(), expected.size()));
  const check::OutputDifference difference = check::output_difference(found, expected);
  if (!difference.within(allowed))
    throw CheckError(
        fmt::format("self-check: output '{}' ({}) differs from what the file's own graph computes by "
                    "{:.2e} of its largest value, where {:.0e} is allowed",
                    output, by, difference.share(), allowed));
}

CheckedCpu judge(const CompiledLibrary& library, const Network& network, size_t variant,
                 const std::vector<check::Difference>& found, double bound) {
  CheckedCpu result{library.cpus[variant], "", static_cast<int>(found.size()), 0, network.blocks[0].name};
  for (size_t b = 0; b < found.size(); b++) {
    if (!(found[b].share <= bound)) refuse(library, network, variant, b, found[b], bound);
    if (found[b].share > result.largest_difference)
      result.largest_difference = found[b].share, result.block = network.blocks[b].name;
  }
  return result;
}

// All outputs, in their order. by: what has computed them.
void compare_with_file(const std::string& by, double allowed, const Network& network,
                       const std::vector<std::vector<double>>& found,
                       const std::vector<std::vector<double>>& expected) {
  if (found.size() != expected.size())
    throw CheckError(fmt::format("self-check: the library has {} outputs, the file's graph {}", found.size(),
                                 expected.size()));
  for (size_t i = 0; i < found.size(); i++)
    compare_with_file(by, allowed, output_blocks(network)[i]->name, found[i], expected[i]);
}

[[noreturn]] void refuse(const CompiledLibrary& library, const Network& network, size_t variant,
                         const check::ExactDifference& d) {
  throw CheckError(
      fmt::format("self-check: {}{} differs from the file's own graph in {} of {} numbers, where none may: "
                  "{:.9g} instead of "
                  "{:.9g} at (y {}, x {}, channel {})",
                  code_of(library, variant, d.block + size_t(network.steps_before())),
                  d.output ? fmt::format(", output '{}',", network.blocks[d.block].name) : "", d.differing,
                  d.of, d.found, d.expected, d.y, d.x, d.channel));
}

void require_image(const CompiledLibrary& library, const Network& network, size_t variant,
                   const check::FrameInput& input, const std::vector<double>& found) {
  if (const auto wrong = check::wrong_image(network, input, found))
    throw CheckError(fmt::format("self-check: {} {}", code_of(library, variant, 0), *wrong));
}

// In the child, of a quantised network. One that takes frames is judged by the image that it makes of one.
std::vector<CheckedCpu> run_and_compare_exactly(const CompiledLibrary& library, const Network& network,
                                                const Weights& weights, Board& board) {
  const check::FrameInput frame = network.frame ? check::formula_frame_input(network) : check::FrameInput{};
  const std::vector<double> formula = network.frame ? frame.image : check::formula_image(network);
  auto reading = std::async(std::launch::async, [&] {
    return network.frame ? check::ExactNumbers{} : check::exact_numbers(network, weights, formula);
  });
  const check::LibraryRun run(library);
  const check::ExactNumbers of_formula = reading.get();
  std::vector<CheckedCpu> result;
  for (size_t v = 0; v < library.cpus.size(); v++) {
    board.block = 0, board.variant = static_cast<int>(v);
    std::optional<std::vector<double>> made;
    if (network.frame) made = run.image_of(v, frame.bytes, network.image_type);
    if (made) require_image(library, network, v, frame, *made);
    check::ExactResult found;
    if (made || !network.frame)
      found = check::compare_twice(
          library, run, v, network, made ? *made : formula,
          made ? check::exact_numbers(network, weights, *made) : of_formula,
          [&](size_t step) { board.block = static_cast<int>(step) + 1, board.compared++; }, frame.bytes);
    if (found.difference) refuse(library, network, v, *found.difference);
    if (found.ran)
      result.push_back(
          {library.cpus[v], "", static_cast<int>(network.blocks.size()), 0, network.blocks[0].name});
    else
      result.push_back({library.cpus[v], "this machine's CPU lacks instructions that it uses"});
  }
  return result;
}

// Of all outputs.
double largest_share(const std::vector<std::vector<double>>& found,
                     const std::vector<std::vector<double>>& expected) {
  double largest = 0;
  for (size_t i = 0; i < found.size(); i++)
    largest = std::max(largest, check::output_difference(found[i], expected[i]).share());
  return largest;
}

// In the child.
std::vector<CheckedCpu> run_and_compare(const CompiledLibrary& library, const Network& network,
                                        const Weights& weights, const CheckOptions& options, Board& board) {
  if (network.quantised()) return run_and_compare_exactly(library, network, weights, board);
  // The weights are read while the library is loaded and run.
  auto reading = std::async(std::launch::async, [&] { return check::prepared(network, weights); });
  const check::FrameInput frame = check::formula_frame_input(network);
  const std::vector<float> input(frame.image.begin(), frame.image.end());
  const reference::Activation formula{network.image(), {input.begin(), input.end()}};
  const auto before = size_t(network.steps_before());
  std::vector<std::vector<float>> images(library.cpus.size(), input);  // that the blocks read
  const check::LibraryRun run(library);
  std::vector<std::optional<check::BlockOutputs>> outputs;
  for (size_t v = 0; v < library.cpus.size(); v++) {
    board.block = 0, board.variant = static_cast<int>(v);
    const auto done = [&](size_t step) { board.block = static_cast<int>(step) + 1; };
    outputs.push_back(network.frame ? run.run(v, frame.bytes, done) : run.run(v, input, done));
    if (!outputs[v]) continue;
    if (outputs[v]->size() != network.blocks.size() + before)
      throw LoadError("it runs another number of kernels than its network has blocks");
    if (!network.frame) continue;
    images[v] = std::move(outputs[v]->front());
    outputs[v]->erase(outputs[v]->begin());
    require_image(library, network, v, frame, {images[v].begin(), images[v].end()});
  }
  board.variant = -1;
  const std::vector<reference::PreparedBlock> blocks = reading.get();
  std::vector<std::vector<double>> of_file;
  if (options.whole) of_file = (options.exact ? *options.exact : weights).outputs_for(formula.values);
  std::vector<std::vector<double>> exact;  // what the blocks give whose weights are not rounded
  if (options.exact) exact = check::output_values(network, check::prepared(network, *options.exact), formula);
  // Rounding adds up from block to block, and each block's own is judged by itself. So what was recognised is
  // judged in double, and the library's outputs less strictly.
  if (!of_file.empty())
    compare_with_file("recognised blocks", reference::bound, network,
                      options.exact ? exact : check::output_values(network, blocks, formula), of_file);
  for (size_t v = 0; v < outputs.size() && !of_file.empty() && !options.exact; v++)
    if (outputs[v])
      compare_with_file("CPU " + library.cpus[v], check::whole_bound, network,
                        check::outputs_among(network, *outputs[v]), of_file);
  const ElementType factors = factors_type(network.configuration);
  std::vector<CheckedCpu> result;
  for (size_t v = 0; v < outputs.size(); v++) {
    if (!outputs[v]) {
      result.push_back({library.cpus[v], "this machine's CPU lacks instructions that it uses"});
      continue;
    }
    result.push_back(
        judge(library, network, v,
              check::differences(blocks, images[v], *outputs[v], factors,
                                 static_cast<int>(allowed_cores().size()), [&] { board.compared++; }),
              reference::bound_of(factors)));
    if (options.exact)
      result.back().rounding = largest_share(check::outputs_among(network, *outputs[v]), exact);
  }
  return result;
}

nlohmann::json to_json(const CheckedCpu& c) {
  return {c.cpu, c.skipped, c.blocks, c.largest_difference, c.block, c.rounding};
}
CheckedCpu from_json(const nlohmann::json& j) { return {j[0], j[1], j[2], j[3], j[4], j[5]}; }

[[noreturn]] void report_end(const CompiledLibrary& library, const Board& board, const std::string& how) {
  const int variant = board.variant,
            steps = static_cast<int>(library.manifest["variants"][0]["steps"].size());
  if (variant < 0) throw CheckNotMade("self-check: " + how);
  throw CheckError(fmt::format("self-check: {} {}",
                               code_of(library, variant, std::min<int>(board.block, steps - 1)), how));
}

}  // namespace

std::vector<CheckedCpu> check_library(const CompiledLibrary& library, const Network& network,
                                      const Weights& weights, const CheckOptions& options) {
  if (std::string_view(library.platform->runtime) != host_platform().runtime)
    return unchecked(library, fmt::format("code for {}; this machine is {}", library.platform->name,
                                          host_platform().name));
  const SharedBoard board;
  auto work = [&] {
    try {
      nlohmann::json result = nlohmann::json::array();
      for (const CheckedCpu& cpu : run_and_compare(library, network, weights, options, *board))
        result.push_back(to_json(cpu));
      board->write(result.dump());
      board->sound = true;
    } catch (const CheckError& error) {
      board->write(error.what());
    } catch (const std::exception& error) {
      board->write(fmt::format("self-check: {}", error.what()));
      board->unable = true;
    }
  };
  const int runs = network.quantised() ? 2 : 1;
  const int blocks = static_cast<int>(network.blocks.size() * library.cpus.size()) * runs;
  const double slowest = 1e8;  // multiply-adds per second
  ChildProcess child(
      work,
      options.seconds + static_cast<double>(network.madds() * int64_t(library.cpus.size()) * runs) / slowest,
      {}, "/dev/null");
  ChildProcess::State state;
  while ((state = child.state()) == ChildProcess::State::running) {
    if (options.progress) options.progress({board->compared, blocks, ""});
    usleep(1000);
  }
  if (state == ChildProcess::State::late) report_end(library, *board, "did not come to an end");
  if (state != ChildProcess::State::done) report_end(library, *board, child.crash());
  if (board->unable) throw CheckNotMade(std::string(board->text));
  if (!board->sound) throw CheckError(std::string(board->text));
  std::vector<CheckedCpu> result;
  for (const nlohmann::json& cpu : nlohmann::json::parse(board->text)) result.push_back(from_json(cpu));
  return result;
}

}  // namespace mobilith

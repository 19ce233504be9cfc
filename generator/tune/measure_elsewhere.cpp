#include "tune/measure_elsewhere.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "bench/statistics.h"
#include "layout/channels.h"
#include "layout/quantised_shapes.h"
#include "process/files.h"
#include "process/shell.h"
#include "reference/quantised.h"
#include "reference/reference.h"
#include "text/field_error.h"
#include "text/shell_word.h"
#include "tune/compile_candidate.h"
#include "tune/fault.h"
#include "tune/loaded_kernel.h"
#include "tune/runner_compiler.h"
#include "tune/sign_test.h"

namespace mobilith::tune {

namespace fs = std::filesystem;

namespace {

// The sign test needs 14 of 15.
constexpr int rounds = 15;

struct Found {
  double difference = 0, challenger = 0;  // seconds, the best run
  std::vector<double> ratios;
};

// Floats from one pixel to the next; `dense`: images and classes are not padded.
int channel_stride(const Shape& shape, bool dense, const Machine& machine) {
  return dense ? shape.channels : channels_of(shape.channels, machine).stored();
}

// As the kernel reads it: floats are padded with zeros.
void write_input(const fs::path& file, const Network& network, const Machine& machine) {
  if (network.quantised()) {
    std::string bytes;
    for (const double number : reference::formula_bytes(network))
      bytes += static_cast<char>(static_cast<int>(number));
    return replace_file(file, bytes);
  }
  const Block& block = network.blocks.front();
  const int stride = channel_stride(block.in(), block.kind == BlockKind::stem, machine);
  const reference::Activation input = reference::formula_input(block.in());
  const auto channels = static_cast<size_t>(block.in().channels);
  std::vector<double> stored(input.values.size() / channels * static_cast<size_t>(stride));
  for (size_t i = 0; i < input.values.size(); i++)
    stored[i / channels * static_cast<size_t>(stride) + i % channels] = input.values[i];
  write_floats(file, stored);
}

// What runner.c is told of a kernel of bytes: how its output lies in memory.
std::string byte_options(const Network& network, const Machine& machine) {
  if (!network.quantised()) return "";
  const Channels channels = byte_channels_of(network.blocks.back().out().channels, machine);
  return fmt::format("-DCHANNELS={} -DWIDTH={}", channels.count, channels.width);
}

// In quotes of C or of an assembler.
std::string in_quotes(const std::string& text) {
  std::string out;
  for (char c : text) out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
  return out;
}

// runner.c puts the name into an assembler's string, and that into a string of C.
std::string file_option(const char* name, const fs::path& file) {
  return shell_word(fmt::format("-D{}=\"{}\"", name, in_quotes(in_quotes(file.string()))));
}

Found run(const MeasureRequest& request, const CpuTarget& target, const fs::path& folder,
          const std::string& command, const fs::path& other) {
  const fs::path runtime = prepare_runner(target, folder);
  const std::string program = folder / "runner";
  std::string link = fmt::format(
      "{} -O2 -static -DCHALLENGER={} {} {} {} -DTHREADS={} -DL2={} -DROUNDS={} -I{} {} {}",
      runner_compiler(target), model_symbol(request.challenger), file_option("INPUT", folder / "input"),
      file_option("EXPECTED", request.expected), byte_options(request.work->network, request.machine),
      request.cores.size(), request.machine.l2, rounds, shell_word(folder), shell_word(folder / "runner.c"),
      shell_word(request.challenger));
  if (!other.empty()) link += fmt::format(" -DINCUMBENT={} {}", model_symbol(other), shell_word(other));
  if (fault_hits("wrong", request.number)) link += " -DSPOILT";
  output_of(link + fmt::format(" {} -lpthread -lm -o {}", shell_word(runtime), shell_word(program)));
  const std::string text = output_of(command + " " + shell_word(program));
  Found found;
  try {
    const nlohmann::json printed = nlohmann::json::parse(text);
    found.difference = printed.at("difference");
    found.challenger = 1e30;
    for (const nlohmann::json& round : printed.at("rounds")) {
      const double a1 = round.at(0), b1 = round.at(1), b2 = round.at(2), a2 = round.at(3);
      found.challenger = std::min({found.challenger, b1, b2});
      found.ratios.push_back(std::min(b1, b2) / std::min(a1, a2));
    }
  } catch (const nlohmann::json::exception&) {
    throw FieldError("runner", fmt::format("expected the runner's JSON, got '{}'", text.substr(0, 60)));
  }
  return found;
}

}  // namespace

void measure_elsewhere(const MeasureRequest& request, const CpuTarget& target, const std::string& command) {
  crash_or_hang("", request.number);
  const fs::path folder = request.result.string() + ".runner";
  fs::create_directories(folder);
  write_input(folder / "input", request.work->network, request.machine);
  const Found timed = run(request, target, folder, command, request.incumbent);
  MeasureResult result;
  result.difference = timed.difference;
  result.seconds = timed.challenger;
  if (!(result.difference <= tolerance_of(request.work->network))) {
    result.verdict = "wrong";
  } else if (request.incumbent.empty()) {
    result.verdict = "faster";
  } else {
    const Verdict verdict = judge(timed.ratios);
    result.verdict = to_string(verdict);
    result.ratio = median(timed.ratios);
    result.default_ratio = result.ratio;
    if (verdict == Verdict::faster && request.by_default != request.incumbent)
      result.default_ratio = median(run(request, target, folder, command, request.by_default).ratios);
  }
  std::ofstream(request.result) << nlohmann::json(result);
}

}  // namespace mobilith::tune

#include "check/verify.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <fstream>

#include "bench/loaded_library.h"
#include "check/verify_lines.h"
#include "check/verify_work.h"
#include "process/child_process.h"
#include "process/scratch.h"
#include "process/temporary_folder.h"

namespace mobilith {

using nlohmann::json;

namespace {

// What the child has written so far, line by line.
class Lines {
 public:
  explicit Lines(const std::filesystem::path& path) : file_(path) {}
  // The next whole line; nothing: there is none yet.
  std::optional<json> next() {
    file_.clear();
    for (char letter; file_.get(letter);) {
      if (letter != '\n') {
        line_ += letter;
        continue;
      }
      const std::string whole = std::move(line_);
      line_.clear();
      return json::parse(whole);
    }
    return std::nullopt;
  }

 private:
  std::ifstream file_;
  std::string line_;
};

[[noreturn]] void report_end(const GeneratedLibrary& tree, const json& at, const std::string& how) {
  const std::string input = at.value("input", ""), stage = at.value("stage", "");
  throw CheckError(fmt::format("{}: {} {}{}", tree.folder, stage.empty() ? "the check" : stage, how,
                               input.empty() ? "" : fmt::format(" on {}", input)));
}

}  // namespace

Verification verify_outputs(const GeneratedLibrary& tree, const Network& whole, const Network& network,
                            const Weights& weights, const std::vector<VerifyInput>& inputs,
                            const VerifyOptions& options) {
  if (std::string_view(tree.library.platform->runtime) != host_platform().runtime)
    throw LoadError(fmt::format("{}: code for {}; this machine is {}", tree.folder,
                                tree.library.platform->name, host_platform().name));
  const Scratch scratch;
  const std::filesystem::path results = scratch / "results";
  std::ofstream(results).close();
  Lines lines(results);
  const check::VerifyWork work{tree, whole, network, weights, inputs};
  constexpr double slowest = 1e8;  // multiply-adds per second
  const double for_each = static_cast<double>(whole.madds()) * 3 / slowest + 5;
  ChildProcess child([&] { check::verify_in_child(work, results); },
                     options.seconds + for_each * static_cast<double>(inputs.size()), {}, "/dev/null");
  Verification result;
  json at = json::object();  // where the child is
  std::string failure;
  const int total = static_cast<int>(inputs.size());
  auto read = [&] {
    while (const std::optional<json> line = lines.next()) {
      if (line->contains("stage")) at = *line;
      if (line->contains("failure")) failure = (*line)["failure"];
      if (line->contains("skipped")) result.skipped.push_back({(*line)["cpu"], (*line)["skipped"], 0, 0, ""});
      if (!line->contains("outputs")) continue;
      result.inputs.push_back(check::verified_input(*line));
      if (options.progress)
        options.progress({static_cast<int>(result.inputs.size()), total, result.inputs.back().name});
    }
  };
  ChildProcess::State state;
  while ((state = child.state()) == ChildProcess::State::running) {
    read();
    if (options.progress) options.progress({static_cast<int>(result.inputs.size()), total, ""});
    usleep(2000);
  }
  read();
  if (state == ChildProcess::State::late) report_end(tree, at, "did not come to an end");
  if (!failure.empty()) throw LoadError(failure);
  if (state != ChildProcess::State::done) report_end(tree, at, child.crash());
  // Nor may what went wrong be among the lines that found no space.
  if (result.inputs.size() != inputs.size())
    throw LoadError(
        fmt::format("{}: {} of {} inputs' results could be written into '{}'; expected a folder "
                    "with space left",
                    tree.folder, result.inputs.size(), inputs.size(), temporary_folder().string()));
  if (result.skipped.size() == tree.library.cpus.size())
    throw LoadError(fmt::format("{}: code for {}; this machine's CPU lacks instructions that it uses",
                                tree.folder, fmt::join(tree.library.cpus, ", ")));
  return result;
}

}  // namespace mobilith

#include "golden/run_tree.h"

#include <sstream>
#include <stdexcept>

#include "process.h"

namespace mobilith::golden {

namespace {

void require(const ProcessResult& result, const std::string& what) {
  if (result.code != 0) throw std::runtime_error(what + " failed: " + result.err);
}

TreeRun parse(const std::string& text) {
  TreeRun run;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind, name;
    words >> kind;
    if (kind == "block") {
      Probe probe;
      probe.shape.resize(3);
      words >> name >> probe.shape[0] >> probe.shape[1] >> probe.shape[2] >> probe.mean >> probe.max_abs;
      for (double value; words >> value;) probe.first.push_back(value);
      run.blocks.emplace_back(name, probe);
    } else {
      for (double value; words >> value;) run.output.push_back(value);
    }
  }
  return run;
}

}  // namespace

TreeRun generate_and_run(const std::vector<std::string>& options, int threads) {
  const TemporaryFolder folder;
  const std::string name = "golden_model", runner = folder / "runner";
  std::vector<std::string> generate{MOBILITH_PROGRAM, "generate", "--name", name, "--out", folder / "tree"};
  generate.insert(generate.end(), options.begin(), options.end());
  require(run_process(generate), "mobilith generate");
  std::vector<std::string> compile{"cc",
                                   "-std=c99",
                                   "-pedantic",
                                   "-Wall",
                                   "-Wextra",
                                   "-Werror",
                                   "-DMODEL=" + name,
                                   "-DMODEL_HEADER=\"" + name + ".h\"",
                                   MOBILITH_SOURCE "/tests/golden/golden_runner.c",
                                   "-o",
                                   runner};
  for (const std::string& flag : pkg_config_flags(folder / "tree", name)) compile.push_back(flag);
  require(run_process(compile), "cc");
  const ProcessResult result = run_process({runner, std::to_string(threads)});
  require(result, "the runner");
  return parse(result.out);
}

}  // namespace mobilith::golden

#include "golden/run_tree.h"

#include <sstream>
#include <stdexcept>

namespace mobilith::golden {

namespace {

constexpr const char* name = "golden_model";

void require(const ProcessResult& result, const std::string& what) {
  if (result.code != 0) throw std::runtime_error(what + " failed: " + result.err + result.out);
}

void append(std::vector<std::string>& words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
}

}  // namespace

void generate_tree(const std::vector<std::string>& options, const std::filesystem::path& tree) {
  std::vector<std::string> generate{MOBILITH_PROGRAM, "generate", "--name", name, "--out", tree};
  append(generate, options);
  require(run_process(generate), "mobilith generate");
}

void build_runner(const std::vector<std::string>& compiler, const std::filesystem::path& tree,
                  const std::filesystem::path& program, const std::string& source) {
  const std::filesystem::path runtime = tree / "src/mobilith_runtime/mobilith.c";
  const bool sources = std::filesystem::exists(runtime);
  std::vector<std::string> compile = compiler;
  append(compile, {sources ? "-std=c11" : "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror",
                   "-DMODEL=" + std::string(name), "-DMODEL_HEADER=\"" + std::string(name) + ".h\"", source});
  if (sources) compile.push_back(runtime);
  append(compile, {"-o", program});
  append(compile, pkg_config_flags(tree, name));
  compile.emplace_back("-lm");  // the runner's own: fabs, where the compiler does not do it inline
  require(run_process(compile), compiler[0]);
}

TreeRun parse_run(const std::string& output) {
  TreeRun run;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind, block;
    words >> kind;
    if (kind == "cpu") {
      words >> run.cpu;
    } else if (kind == "block") {
      Probe probe;
      probe.shape.resize(3);
      words >> block >> probe.shape[0] >> probe.shape[1] >> probe.shape[2] >> probe.mean >> probe.max_abs;
      for (double value; words >> value;) probe.first.push_back(value);
      run.blocks.emplace_back(block, probe);
    } else if (kind == "output") {
      for (double value; words >> value;) run.output.push_back(value);
    }
  }
  return run;
}

TreeRun generate_and_run(const std::vector<std::string>& options, int threads) {
  const TemporaryFolder folder;
  generate_tree(options, folder / "tree");
  build_runner({"cc"}, folder / "tree", folder / "runner");
  const ProcessResult result = run_process({folder / "runner", std::to_string(threads)});
  require(result, "the runner");
  return parse_run(result.out);
}

}  // namespace mobilith::golden

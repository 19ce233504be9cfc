// Manual pages and the shell's completion know what --help knows.
#include <algorithm>
#include <regex>
#include <sstream>

#include "catch.h"
#include "process.h"
#include "skip.h"

namespace test_manual {

namespace {

using Words = std::vector<std::string>;

std::string output(Words call) {
  const ProcessResult result = run_process(call);
  INFO(call[0] << ": " << result.err);
  REQUIRE(result.code == 0);
  return result.out;
}

std::string mobilith(Words arguments) {
  arguments.insert(arguments.begin(), MOBILITH_PROGRAM);
  return output(arguments);
}

Words lines(const std::string& text) {
  std::istringstream stream(text);
  Words all;
  for (std::string line; std::getline(stream, line);) all.push_back(line);
  return all;
}

// First words of the lines of a help that start with two spaces: commands, or options.
Words listed(const std::string& help, const std::string& pattern) {
  Words names;
  std::smatch match;
  for (const std::string& line : lines(help))
    if (std::regex_search(line, match, std::regex("^  (" + pattern + ")( |$)"))) names.push_back(match[1]);
  return names;
}

// Every command that takes options: {"describe"}, {"schedules", "list"}...
std::vector<Words> all_commands() {
  std::vector<Words> commands;
  for (const std::string& name : listed(mobilith({"--help"}), "[a-z]+")) {
    const Words parts = listed(mobilith({name, "--help"}), "[a-z]+");
    if (parts.empty()) commands.push_back({name});
    for (const std::string& part : parts) commands.push_back({name, part});
  }
  return commands;
}

Words added(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

bool holds(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

const std::string& manual() {
  static const TemporaryFolder folder;
  static const std::string path = [] {
    mobilith({"_manual", folder / "man"});
    return folder / "man";
  }();
  return path;
}

// What bash offers for these words, the last one unfinished, as its completion would be called.
Words completed(const Words& words, const std::filesystem::path& folder = ".") {
  std::string array;
  for (const std::string& word : words) array += " '" + word + "'";
  const std::string script = "cd '" + folder.string() +
                             "' && source '" MOBILITH_SOURCE
                             "/generator/cli/completion.bash' && COMP_WORDS=('" MOBILITH_PROGRAM "'" +
                             array + ") && COMP_CWORD=" + std::to_string(words.size()) +
                             " && _mobilith && printf '%s\\n' \"${COMPREPLY[@]}\"";
  return lines(output({"bash", "--norc", "-c", script}));
}

void check_pages(const Words& checker) {
  for (const std::string& page : files_below(manual())) {
    const ProcessResult result = run_process(added(checker, {manual() + "/" + page}));
    INFO(page << ": " << result.out << result.err);
    CHECK(result.code == 0);
    CHECK(result.err.empty());
    CHECK(result.out.empty());
  }
}

}  // namespace

TEST_CASE("every option that --help lists is in the manual page and is completed, and no other") {
  const std::vector<Words> commands = all_commands();
  CHECK(commands.size() >= 8);
  for (const Words& command : commands) {
    const std::string page = read_text(manual() + "/mobilith-" + command[0] + ".1");
    const Words options = listed(mobilith(added(command, {"--help"})), "--[a-z-]+");
    CHECK(holds(options, "--help"));
    for (const std::string& option : options) {
      INFO(command[0] << " " << option);
      CHECK(page.find("\\fB" + std::regex_replace(option, std::regex("-"), "\\-") + "\\fR") !=
            std::string::npos);
    }
    INFO(command[0]);
    CHECK(lines(mobilith(added({"_complete"}, added(command, {"--"})))) == options);
  }
}

TEST_CASE("every command has a page, and the main page names it") {
  const std::string main = read_text(manual() + "/mobilith.1");
  for (const Words& command : all_commands()) {
    CHECK(std::filesystem::exists(manual() + "/mobilith-" + command[0] + ".1"));
    CHECK(main.find(".BR mobilith\\-" + command[0] + " (1)") != std::string::npos);
    CHECK(read_text(manual() + "/mobilith-" + command[0] + ".1").find("mobilith " + command[0]) !=
          std::string::npos);
  }
}

TEST_CASE("the manual pages are sound to mandoc", "[.mandoc]") {
  if (!missing("mandoc", "apt: mandoc")) check_pages({"mandoc", "-T", "lint", "-W", "warning"});
}

TEST_CASE("the manual pages are sound to groff", "[.groff]") {
  if (!missing("groff", "apt: groff-base")) check_pages({"groff", "-man", "-ww", "-z"});
}

TEST_CASE("bash completes commands, options, and values that the program knows") {
  CHECK(completed({"gen"}) == Words{"generate"});
  CHECK(holds(completed({""}), "--version"));
  CHECK(completed({"schedules", "ver"}) == Words{"verify"});
  CHECK(completed({"generate", "--reso"}) == Words{"--resolution"});
  for (const char* net : {"mobilenet_v1", "mobilenet_v2"})
    CHECK(holds(completed({"generate", "--net", "mobilenet_v"}), net));
  CHECK(completed({"generate", "--net", "=", "mobilenet_v1"}) ==
        Words{"mobilenet_v1"});  // bash splits at "="
  CHECK(holds(completed({"generate", "--net", "="}), "mobilenet_v2"));
  CHECK(completed({"generate", "--cpu", "znver"}) == Words{"znver1", "znver2", "znver3", "znver4", "znver5"});
  CHECK(completed({"generate", "--cpu", "ho"}) == Words{"host"});
  const Words second = completed({"generate", "--cpu", "znver3,cortex-a7"});
  CHECK(holds(second, "znver3,cortex-a72"));
  for (const std::string& list : second) CHECK(list.starts_with("znver3,cortex-a7"));
  CHECK(completed({"generate", "--target", "aarch64-linux-"}) ==
        Words{"aarch64-linux-gnu", "aarch64-linux-musl"});
  CHECK(completed({"targets", "wasm"}) == Words{"wasm32-wasi"});
  CHECK(completed({"autotune", "--output", ""}) == Words{"model", "probabilities", "logits"});
  CHECK(completed({"generate", "--products", ""}) == Words{"auto", "direct", "paired"});
  CHECK(completed({"bench", "x", "--format", "j"}) == Words{"json"});
}

TEST_CASE("bash completes files and folders where an option takes them") {
  const TemporaryFolder folder;
  write_text(folder / "my model.h5", "");
  write_text(folder / "my_tree/x", "");
  const Words files = completed({"generate", "--weights", "my"}, folder.path());
  CHECK(files.size() == 2);
  CHECK(holds(files, "my model.h5"));
  CHECK(completed({"generate", "--weights", "syn"}, folder.path()) == Words{"synthetic"});
  CHECK(completed({"generate", "--out", "my"}, folder.path()) == Words{"my_tree"});
  CHECK(completed({"bench", "my"}, folder.path()) == Words{"my_tree"});
}

}  // namespace test_manual

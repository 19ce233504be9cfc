// Wrong options: exit 2, one line that names the option and what was expected, nothing written.
#include <algorithm>

#include "cli/errors.h"

namespace test_usage_errors {

namespace {

// A generate call with everything right but what is added; the folder must not appear.
void check_generate(const std::vector<std::string>& added, const std::vector<std::string>& words) {
  const TemporaryFolder folder;
  std::vector<std::string> call{"generate", "--weights", "synthetic", "--out", folder / "tree"};
  call.insert(call.end(), added.begin(), added.end());
  check_refused(call, 2, words);
  CHECK(files_below(folder.path()).empty());
  CHECK(!std::filesystem::exists(folder / "tree"));
}

}  // namespace

TEST_CASE("unknown network: near names") {
  check_generate({"--net", "mobilnet_v2"}, {"--net", "mobilnet_v2", "mobilenet_v2"});
}

TEST_CASE("missing network") { check_generate({}, {"--net", "missing"}); }

TEST_CASE("alpha zero, negative, not a number, absurd, too small for one channel") {
  for (const char* alpha : {"0", "-0.5", "nan", "inf", "one", "1.0x", "", "1e9", "0.001"})
    check_generate({"--net", "mobilenet_v1", "--alpha", alpha}, {"--alpha"});
}

TEST_CASE("depth multiplier zero, fractional, negative, absurd") {
  for (const char* multiplier : {"0", "1.5", "-1", "1000", "two", "99999999999"})
    check_generate({"--net", "mobilenet_v1", "--depth-multiplier", multiplier}, {"--depth-multiplier"});
}

TEST_CASE("depth multiplier with V2: it has none") {
  check_generate({"--net", "mobilenet_v2", "--depth-multiplier", "2"},
                 {"--depth-multiplier", "mobilenet_v2 has none"});
}

TEST_CASE("resolution below 32, absurd, malformed") {
  for (const char* resolution :
       {"31", "0", "-224", "1000000", "224x", "x224", "224x224x3", "12x224", "big", "224.5"})
    check_generate({"--net", "mobilenet_v1", "--resolution", resolution}, {"--resolution"});
}

TEST_CASE("classes zero or absurd") {
  for (const char* classes : {"0", "-1", "1e3", "10000000"})
    check_generate({"--net", "mobilenet_v1", "--classes", classes}, {"--classes"});
}

TEST_CASE("a name that is no C identifier") {
  for (const char* name :
       {"1model", "my-model", "my model", "", "int", "class", "modèle", "_x", "a__b", "../x", "mobilith_run"})
    check_generate({"--net", "mobilenet_v1", "--name", name}, {"--name", "C identifier"});
}

TEST_CASE("unknown CPU: near names") {
  check_generate({"--net", "mobilenet_v1", "--cpu", "znver33"}, {"--cpu", "znver33", "znver3"});
}

TEST_CASE("a CPU of another architecture") {
  check_generate({"--net", "mobilenet_v1", "--target", "aarch64-linux-gmu"},
                 {"--target", "aarch64-linux-gmu", "aarch64-linux-gnu"});
  check_generate({"--net", "mobilenet_v1", "--target", "aarch64-linux-gnu", "--cpu", "haswell"},
                 {"--cpu", "haswell", "no CPU for aarch64-linux-gnu"});
  check_generate({"--net", "mobilenet_v1", "--target", "wasm32-wasi", "--cpu", "host"},
                 {"--cpu", "host", "wasm32"});
  check_generate({"--net", "mobilenet_v1", "--cpu", "x86-64-v3,"}, {"--cpu", "x86-64-v3,"});
  check_generate({"--net", "mobilenet_v1", "--cpu", "haswell,cortex-a72"},
                 {"--cpu", "cortex-a72", "one --target"});
  check_generate({"--net", "mobilenet_v1", "--cpu", "haswell,haswell"},
                 {"--cpu", "haswell", "leave one out"});
}

TEST_CASE("an option without a name, of any command") {
  for (const char* command :
       {"generate", "describe", "bench", "inspect", "autotune", "verify", "link", "explore"})
    for (const char* word : {"---", "----", "--/"})
      check_refused({command, word}, 2, {std::string("unknown option '") + word + "'"});
}

TEST_CASE("unknown option: near names") {
  check_generate({"--resolutoin", "224"}, {"--resolutoin", "--resolution"});
}

TEST_CASE("wrong words for options of few words") {
  check_generate({"--net", "mobilenet_v1", "--dtype", "f64"}, {"--dtype", "f32", "f16", "bf16", "f64"});
  check_generate({"--net", "mobilenet_v1", "--output", "logit"}, {"--output", "model", "logits"});
  check_generate({"--net", "mobilenet_v1", "--format", "xml"}, {"--format", "json"});
  check_generate({"--net", "mobilenet_v1", "--products", "pared"},
                 {"--products", "auto or direct or paired", "'pared'"});
  check_refused({"autotune", "--net", "mobilenet_v1", "--products", "both"}, 2, {"--products", "'both'"});
  check_generate({"--net", "mobilenet_v1", "--jobs", "-3"}, {"--jobs"});
}

TEST_CASE("probabilities of one class") {
  const std::vector<std::string> one{"--net", "mobilenet_v1", "--classes", "1", "--output", "probabilities"};
  check_generate(one, {"--output", "the only class"});
  std::vector<std::string> call{"autotune"};
  call.insert(call.end(), one.begin(), one.end());
  check_refused(call, 2, {"--output", "the only class"});
}

TEST_CASE("missing values, missing options, stray arguments") {
  check_generate({"--alpha"}, {"--alpha"});
  check_generate({"stray"}, {"argument"});
  check_refused({"generate", "--net", "mobilenet_v1", "--out", "x"}, 2, {"--weights", "missing"});
  check_refused({"generate", "--net", "mobilenet_v1", "--weights", "synthetic"}, 2, {"--out", "missing"});
}

TEST_CASE("an option is no other's value") {
  check_generate({"--labels", "--no-check"}, {"--labels", "--no-check", "--labels=--no-check"});
  check_refused({"bench", "x", "--seconds", "--threads", "2"}, 2, {"--seconds", "--threads"});
  check_refused({"bench", "x", "--seconds=--threads"}, 2, {"--seconds", "a number"});
  check_refused({"bench", "--", "--seconds", "--threads"}, 2, {"DIR"});
}

TEST_CASE("commands: none, unknown") {
  check_refused({}, 2, {"--help"});
  check_refused({"generat"}, 2, {"generat", "generate"});
  check_refused({"bench"}, 2, {"DIR"});
  check_refused({"bench", "x", "--threads", "0"}, 2, {"--threads"});
  check_refused({"bench", "x", "--seconds", "-1"}, 2, {"--seconds"});
}

TEST_CASE("help and version answer on standard output") {
  for (const std::vector<std::string>& call : {std::vector<std::string>{"--help"},
                                               {"--version"},
                                               {"describe", "--help"},
                                               {"generate", "--help"},
                                               {"bench", "--help"}}) {
    std::vector<std::string> words{MOBILITH_PROGRAM};
    words.insert(words.end(), call.begin(), call.end());
    const ProcessResult result = run_process(words);
    CHECK(result.code == 0);
    CHECK(result.err.empty());
    CHECK(result.out.find("mobilith") != std::string::npos);
  }
}

}  // namespace test_usage_errors

// Keras models that are changed in one way: Keras's answer or a refusal, for every change and kind of file.
// MOBILITH_CHANGES names one of `shards`.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>

#include "bench/loaded_library.h"
#include "catch.h"
#include "mobilith.h"
#include "models/keras_changes.h"
#include "process.h"

using namespace mobilith;
using namespace mobilith::testing;

namespace {

// Networks that have kernels in common are together: they share a kernel cache.
const std::map<std::string, std::vector<std::string>> shards{
    {"v1", {"v1"}},
    {"v2", {"v2"}},
    {"nested_v1", {"sequential_v1", "functional_v1", "keras2_v1", "keras2_functional_v1"}},
    {"nested_v2", {"sequential_v2", "functional_v2", "flat_v2", "keras2_v2", "keras2_sequential_v2"}},
};

const KerasChanges& changes() {
  static const KerasChanges read = read_keras_changes(MOBILITH_KERAS_CHANGES);
  return read;
}

// Of the library's only output, for the formula's input.
std::vector<double> run_library(const std::filesystem::path& tree, const std::vector<float>& input) {
  const LoadedLibrary library = LoadedLibrary::from_tree(tree);
  const mobilith_model_info& info = *mobilith_model_describe(library.model());
  if (info.input_bytes != input.size() * sizeof(float)) throw std::runtime_error("an input of another size");
  std::vector<float> output(info.output_bytes / sizeof(float), NAN);
  mobilith_session* session = nullptr;
  mobilith_status status = mobilith_session_create(library.model(), nullptr, &session);
  if (status == MOBILITH_OK)
    status = mobilith_run(session, input.data(), info.input_bytes, output.data(), info.output_bytes);
  mobilith_session_destroy(session);
  if (status != MOBILITH_OK) throw std::runtime_error(mobilith_status_message(status));
  return {output.begin(), output.end()};
}

// The largest difference as a share of the largest value; NaN where a value is none.
double difference(const std::vector<double>& found, const std::vector<double>& expected) {
  if (found.size() != expected.size()) return INFINITY;
  double worst = 0, largest = 0;
  for (size_t i = 0; i < found.size(); i++) {
    const double apart = std::abs(found[i] - expected[i]);
    if (std::isnan(apart)) return NAN;
    worst = std::max(worst, apart);
    largest = std::max(largest, std::abs(expected[i]));
  }
  return worst / largest;
}

ProcessResult mobilith_process(std::vector<std::string> words, const std::filesystem::path& cache) {
  words.insert(words.begin(), MOBILITH_PROGRAM);
  return run_process(words, {"MOBILITH_CACHE=" + cache.string()});
}

// Exit 1 or 2, one line that says what is wrong and where.
void check_refusal(const ProcessResult& result, const std::vector<std::string>& names) {
  CHECK((result.code == 1 || result.code == 2));
  CHECK(result.out.empty());
  CHECK(result.err.starts_with("mobilith: "));
  CHECK(result.err.size() > std::string("mobilith: \n").size());
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  const bool named = names.empty() || std::any_of(names.begin(), names.end(), [&](const std::string& name) {
                       return result.err.find(name) != std::string::npos;
                     });
  CHECK(named);
}

bool says_assumed(const ProcessResult& result) {
  std::string text = result.out + result.err;
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text.find("assum") != std::string::npos;
}

// The models whose answers the file may give: tensors alone may be another model's too.
std::vector<const ChangedModel*> possible_models(const ChangedModel& model, const FileKind& kind) {
  std::vector<const ChangedModel*> models;
  for (const std::string& what : kind.settings ? std::vector<std::string>{"own"} : model.weights)
    models.push_back(what == "own" ? &model : &changes().find(model.network, what));
  return models;
}

// True for an answer.
bool check_file(const ChangedModel& model, const nlohmann::json& saved, const FileKind& kind,
                const std::filesystem::path& cache) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / kind.file;
  changes().write(saved, kind, file);
  const std::vector<const ChangedModel*> possible = possible_models(model, kind);
  const std::vector<int>& input = possible.front()->inputs.front();
  std::vector<std::string> options{"--weights", file};
  if (!kind.settings || model.resolution)
    options.insert(options.end(),
                   {"--resolution", std::to_string(input[0]) + "x" + std::to_string(input[1])});
  std::vector<std::string> describe{"describe"}, generate{"generate", "--out", folder / "tree"};
  describe.insert(describe.end(), options.begin(), options.end());
  generate.insert(generate.end(), options.begin(), options.end());
  const ProcessResult described = mobilith_process(describe, cache),
                      generated = mobilith_process(generate, cache);
  INFO("describe: exit " << described.code << ", " << described.err << "generate: exit " << generated.code
                         << ", " << generated.err << generated.out);
  CHECK((described.code == 0) == (generated.code == 0));
  if (described.code != 0) check_refusal(described, kind.settings ? model.names : std::vector<std::string>{});
  if (generated.code != 0) {
    check_refusal(generated, kind.settings ? model.names : std::vector<std::string>{});
    CHECK(!std::filesystem::exists(folder / "tree"));
    if (kind.settings) CHECK(model.must != Must::answer);
    std::cout << "refused  " << generated.err;
    return false;
  }
  if (kind.settings)
    CHECK(model.must != Must::refuse);
  else
    CHECK(says_assumed(generated));
  double least = INFINITY;
  const std::vector<double> found = run_library(folder / "tree", possible.front()->formula_input());
  for (const ChangedModel* one : possible) {
    const double apart = difference(found, one->answers.at(0));
    least = std::isnan(apart) ? apart : std::min(least, apart);
  }
  CHECK(least <= 1e-4);
  std::cout << "answer   off by " << least << '\n';
  return true;
}

}  // namespace

TEST_CASE("each model gives Keras's answer or a refusal that names the layer") {
  const char* shard = std::getenv("MOBILITH_CHANGES");
  REQUIRE(shard != nullptr);
  const std::vector<std::string>& networks = shards.at(shard);
  const TemporaryFolder cache;
  int models = 0, answers = 0, refusals = 0;
  for (const ChangedModel& model : changes().models) {
    if (std::find(networks.begin(), networks.end(), model.network) == networks.end()) continue;
    models++;
    const nlohmann::json saved = changes().saved(model);
    for (const FileKind& kind : file_kinds) {
      if (!saved.contains(kind.member)) continue;
      const std::string name = model.network + ": " + model.what + ", " + kind.file;
      std::cout << name << ": " << std::flush;
      INFO(name);
      (check_file(model, saved, kind, cache.path()) ? answers : refusals)++;
    }
  }
  std::cout << models << " models, " << answers << " answers, " << refusals << " refusals\n";
}

TEST_CASE("there are at least 150 changed models, a third must be answered, each is in one shard") {
  int changed = 0, must = 0;
  for (const ChangedModel& model : changes().models) {
    changed += model.what != "unchanged";
    must += model.must == Must::answer;
    const auto in_shard = [&](const auto& shard) {
      return std::count(shard.second.begin(), shard.second.end(), model.network) == 1;
    };
    CHECK(std::count_if(shards.begin(), shards.end(), in_shard) == 1);
  }
  CHECK(changed >= 150);
  CHECK(3 * must >= changed);
}

// Keras models that are changed in one way: Keras's answer or a refusal, for every change, and at night for
// every kind of file.
// MOBILITH_CHANGES names one of `shards`.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>

#include "bench/loaded_library.h"
#include "catch.h"
#include "mobilith.h"
#include "models/keras_changes.h"
#include "networks/output_blocks.h"
#include "nightly.h"
#include "process.h"
#include "reference/reference.h"
#include "weights/weights.h"

namespace test_keras_changes {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

// Networks that have kernels in common are together.
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

ProcessResult mobilith_process(std::vector<std::string> words) {
  words.insert(words.begin(), MOBILITH_PROGRAM);
  return run_process(words);
}

// One line that says what is wrong and where: the changed layer, or the operation next to it that can't be
// computed any more.
void check_refusal(const std::string& line, const std::vector<std::string>& names) {
  INFO(line);
  CHECK(line.size() > 1);
  CHECK(line.find('\n') == std::string::npos);
  const bool named = names.empty() || std::any_of(names.begin(), names.end(), [&](const std::string& name) {
                       return line.find(name) != std::string::npos;
                     });
  CHECK((named || line.find("(InputLayer)") != std::string::npos ||
         line.find("operation '") != std::string::npos));
}

// What came of a file: an answer, or the line that refuses it.
struct Outcome {
  std::string refusal;
  std::vector<std::vector<double>> answers;  // of each output
  bool assumed = false;                      // it was said that settings are
};

// describe prints, of a file that is refused, what is recognised before that.
std::string one_line(const ProcessResult& result, bool described = false) {
  CHECK((result.code == 1 || result.code == 2));
  CHECK((result.out.empty() || (described && result.out.starts_with("recognised are these "))));
  CHECK(result.err.starts_with("mobilith: "));
  CHECK(result.err.ends_with("\n"));
  return result.err.substr(0, result.err.size() - 1);
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

// As a user does it: describe and generate agree, and the library is run.
Outcome by_command(const std::vector<std::string>& options, const std::vector<float>& input) {
  const TemporaryFolder folder;
  std::vector<std::string> describe{"describe"}, generate{"generate", "--out", folder / "tree"};
  describe.insert(describe.end(), options.begin(), options.end());
  generate.insert(generate.end(), options.begin(), options.end());
  const ProcessResult described = mobilith_process(describe), generated = mobilith_process(generate);
  INFO("describe: exit " << described.code << ", " << described.err << "generate: exit " << generated.code
                         << ", " << generated.err << generated.out);
  CHECK((described.code == 0) == (generated.code == 0));
  if (generated.code == 0) return {"", {run_library(folder / "tree", input)}, says_assumed(generated)};
  CHECK(!std::filesystem::exists(folder / "tree"));
  CHECK(one_line(described, true) == one_line(generated));
  return {one_line(generated), {}, false};
}

// What both commands call, and the reference in place of a library: the other kinds of files, and networks
// within others, differ from "v1" and "v2" in how they are read alone, and a process for each would take
// minutes.
Outcome by_reader(const std::filesystem::path& file, const std::vector<int>& sides,
                  const std::vector<float>& input) {
  try {
    const auto weights = open_weights(file, {.height = sides[0], .width = sides[1]});
    const FileConfiguration says = weights->configuration();
    const Configuration c{says.net.value(),
                          says.alpha.value_or(1.0),
                          says.depth_multiplier.value(),
                          says.height.value_or(sides[0]),
                          says.width.value_or(sides[1]),
                          says.classes.value()};
    const Network network = weights->network(c);
    check_weights(network, *weights);
    const reference::Activation image{network.image(), {input.begin(), input.end()}};
    REQUIRE(input.size() == size_t(c.height) * size_t(c.width) * size_t(network.image().channels));
    std::map<std::string, std::vector<double>> of_block;
    reference::run_network(network, *weights, image, false,
                           [&](const Block& block, const reference::Activation& output) {
                             of_block[block.name] = output.values;
                           });
    Outcome outcome{"", {}, !weights->assumed().empty()};
    for (const Block* block : output_blocks(network)) outcome.answers.push_back(of_block.at(block->name));
    return outcome;
  } catch (const WeightsError& error) {
    return {error.what(), {}, false};
  }
}

// Most changes leave the tensors as they are: a file of tensors alone is read once.
Outcome of_tensors(const nlohmann::json& tensors, const FileKind& kind, const std::vector<int>& sides,
                   const std::function<Outcome()>& read) {
  static std::map<std::string, Outcome> known;
  const std::string content = kind.file + nlohmann::json(sides).dump() + tensors.dump();
  const auto found = known.find(content);
  return found != known.end() ? found->second : known.emplace(content, read()).first->second;
}

// Of a change, one of its two kinds of files with settings is enough where not all cases are tried: kinds
// differ in how they are read alone. Every other change is test_keras_graph's then.
bool tried(const ChangedModel& model, const nlohmann::json& saved, const FileKind& kind) {
  if (!saved.contains(kind.member)) return false;
  if (nightly() || model.what == "unchanged") return true;
  if (!saved.contains("config") || !saved.contains("h5")) return true;
  if (model.letters() % 2 != 0) return false;
  return !kind.settings || kind.member == std::string(model.letters() % 4 == 0 ? "config" : "h5");
}

// True for an answer.
bool check_file(const ChangedModel& model, const nlohmann::json& saved, const FileKind& kind) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / kind.file;
  const std::vector<const ChangedModel*> possible = possible_models(model, kind);
  const std::vector<int>& sides = possible.front()->inputs.front();
  const std::vector<float> input = possible.front()->formula_input();
  std::vector<std::string> options{"--weights", file};
  if (!kind.settings || model.resolution)
    options.insert(options.end(),
                   {"--resolution", std::to_string(sides[0]) + "x" + std::to_string(sides[1])});
  const bool flat = model.network == "v1" || model.network == "v2", unchanged = model.what == "unchanged",
             config = kind.member == std::string("config");
  // What runs a library has one output.
  const bool by_hand =
      (config ? flat || unchanged : unchanged && (flat || nightly())) && model.answers.size() == 1;
  const auto read = [&] {
    changes().write(saved, kind, file);
    return by_reader(file, sides, input);
  };
  Outcome found = kind.settings ? read() : of_tensors(saved.at(kind.member), kind, sides, read);
  // Compiling takes the time: of the answers, one in thirty is a library's, at night one in four; of the
  // refusals one in sixteen is both commands', at night each. None of whole images, whose rounding in f32 no
  // pool averages (1.3e-4 on V2 without its head).
  const bool image = !found.answers.empty() && found.answers[0].size() > 100;
  const int of = found.refusal.empty() ? (nightly() ? 4 : 30) : (nightly() ? 1 : 16);
  if (by_hand && !image && (model.letters() % of == 0 || unchanged)) {
    if (!exists(file)) changes().write(saved, kind, file);
    found = by_command(options, input);
  }
  if (!found.refusal.empty()) {
    check_refusal(found.refusal, kind.settings ? model.names : std::vector<std::string>{});
    if (kind.settings) CHECK(model.must != Must::answer);
    std::cout << "refused  " << found.refusal << '\n';
    return false;
  }
  if (kind.settings) CHECK((model.must != Must::refuse || model.answers.size() != 1));
  CHECK(found.assumed == !kind.settings);
  if (model.answers.empty()) {  // Keras itself has none on a CPU: test_keras_graph compares with our own
    std::cout << "answer   without Keras's\n";
    return true;
  }
  double least = INFINITY;
  for (const ChangedModel* one : possible) {
    if (one->answers.size() != found.answers.size()) continue;
    double apart = 0;
    for (size_t i = 0; i < found.answers.size(); i++) {
      const double of_output = difference(found.answers[i], one->answers[i]);
      apart = std::isnan(of_output) ? INFINITY : std::max(apart, of_output);
    }
    least = std::min(least, apart);
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
  int models = 0, answers = 0, refusals = 0;
  for (const ChangedModel& model : changes().models) {
    if (std::find(networks.begin(), networks.end(), model.network) == networks.end()) continue;
    models++;
    const nlohmann::json saved = changes().saved(model);
    for (const FileKind& kind : file_kinds) {
      if (!tried(model, saved, kind)) continue;
      const std::string name = model.network + ": " + model.what + ", " + kind.file;
      std::cout << name << ": " << std::flush;
      INFO(name);
      (check_file(model, saved, kind) ? answers : refusals)++;
    }
  }
  std::cout << models << " models, " << answers << " answers, " << refusals << " refusals\n";
}

TEST_CASE("at least 150 changes move Keras's own answer, the others not at all; a third must be answered") {
  int changed = 0, must = 0, moved = 0;
  for (const ChangedModel& model : changes().models) {
    const ChangedModel& unchanged = changes().find(model.network, "unchanged");
    if (!model.answers.empty()) {
      INFO(model.network << ": " << model.what);
      const double apart = model.inputs == unchanged.inputs
                               ? difference(model.answers.front(), unchanged.answers.front())
                               : INFINITY;
      CHECK((apart >= 1e-3 || apart <= 1e-5));
      moved += apart >= 1e-3;
    }
    changed += model.what != "unchanged";
    must += model.must == Must::answer;
    const auto in_shard = [&](const auto& shard) {
      return std::count(shard.second.begin(), shard.second.end(), model.network) == 1;
    };
    CHECK(std::count_if(shards.begin(), shards.end(), in_shard) == 1);
  }
  CHECK(moved >= 150);
  CHECK(3 * must >= changed);
}

}  // namespace test_keras_changes

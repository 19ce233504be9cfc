// The graphs of the Keras models of keras_changes: Keras's answer or a refusal, for every change; and the
// same from the normal form. Where not all cases are tried, every other change is, as .keras: the others are
// test_keras_changes's then.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <sstream>

#include "catch.h"
#include "graph/evaluate.h"
#include "graph/file_error.h"
#include "models/keras_changes.h"
#include "nightly.h"
#include "normal_form/normal_form.h"
#include "process.h"
#include "weights/keras_weights.h"

namespace test_keras_graph {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// The largest difference as a share of the largest value.
double difference(const std::vector<double>& found, const std::vector<double>& expected) {
  if (found.size() != expected.size()) return INFINITY;
  double worst = 0, largest = 1e-30;
  for (size_t i = 0; i < found.size(); i++) {
    const double apart = std::abs(found[i] - expected[i]);
    worst = std::isnan(apart) ? INFINITY : std::max(worst, apart);
    largest = std::max(largest, std::abs(expected[i]));
  }
  return worst / largest;
}

struct Tried {
  std::string refusal;
  double worst = 0;         // over the outputs, from Keras's answers
  double normal_worst = 0;  // the normal form's from the graph's own
};

Tried try_file(const ChangedModel& model, const std::filesystem::path& path) {
  try {
    ReadOptions options;
    options.height = model.inputs[0][0], options.width = model.inputs[0][1];
    const file::Graph graph = read_keras_file(bytes_of(path), path, options);
    const std::vector<float> input = model.formula_input();
    const std::vector<std::vector<double>> inputs{{input.begin(), input.end()}};
    const auto outputs = file::evaluate(graph, inputs),
               normal = file::evaluate(file::normalise(graph), inputs);
    Tried tried;
    if (!model.answers.empty()) CHECK(outputs.size() == model.answers.size());
    for (size_t i = 0; i < std::min(outputs.size(), model.answers.size()); i++) {
      tried.worst = std::max(tried.worst, difference(outputs[i].numbers, model.answers[i]));
      tried.normal_worst = std::max(tried.normal_worst, difference(normal[i].numbers, outputs[i].numbers));
    }
    return tried;
  } catch (const WeightsError& error) {
    return {error.what()};
  }
}

}  // namespace

namespace {

struct Counts {
  int answers = 0, refusals = 0, not_computed = 0;
};

void try_kind(const KerasChanges& changes, const ChangedModel& model, const nlohmann::json& saved,
              const FileKind& kind, Counts& counts) {
  const TemporaryFolder folder;
  changes.write(saved, kind, folder / kind.file);
  const Tried tried = try_file(model, folder / kind.file);
  INFO(model.network << ": " << model.what << ", " << kind.file << ": " << tried.refusal);
  std::cout << model.network << ": " << model.what << ", " << kind.file << ": ";
  if (!tried.refusal.empty()) {
    counts.refusals++;
    std::cout << "refused  " << tried.refusal << '\n';
    CHECK(tried.refusal.find('\n') == std::string::npos);
    const bool named = model.names.empty() ||
                       std::any_of(model.names.begin(), model.names.end(), [&](const std::string& name) {
                         return tried.refusal.find(name) != std::string::npos;
                       });
    CHECK((named || tried.refusal.find("(InputLayer)") != std::string::npos));
    CHECK(model.must != Must::answer);
  } else if (model.answers.empty()) {
    counts.not_computed++;
    std::cout << "answer   that Keras has not\n";
  } else {
    counts.answers++;
    std::cout << "answer   off by " << tried.worst << ", normal form by " << tried.normal_worst << '\n';
    CHECK(tried.worst <= 1e-4);
    // A hard sigmoid that is written out has the f32 next to 1/6, in whose place the normal form has 1/6.
    const bool sixth = model.network.ends_with("gate"), many_sixths = model.network.ends_with("mobilenet_v3");
    CHECK(tried.normal_worst <= (many_sixths ? 1e-5 : sixth ? 1e-7 : 1e-12));
  }
}

Counts try_all(const std::filesystem::path& path, bool every) {
  const KerasChanges changes = read_keras_changes(path);
  Counts counts;
  for (const ChangedModel& model : changes.models) {
    if (!every && model.what != "unchanged" && model.letters() % 2 == 0) continue;
    const nlohmann::json saved = changes.saved(model);
    for (const FileKind& kind : file_kinds)
      if (kind.settings && saved.contains(kind.member) && (every || kind.member == std::string("config")))
        try_kind(changes, model, saved, kind, counts);
  }
  std::cout << counts.answers << " answers, " << counts.refusals << " refusals, " << counts.not_computed
            << " without Keras's answer\n";
  return counts;
}

}  // namespace

TEST_CASE("each layer of Keras 3 and Keras 2 computes what Keras computes", "[layers]") {
  const Counts counts = try_all(MOBILITH_KERAS_LAYERS, true);
  CHECK(counts.answers >= 220);
  CHECK(counts.refusals == 0);
}

TEST_CASE("each changed model's graph gives Keras's answer, or a refusal that names the layer", "[changes]") {
  CHECK(try_all(MOBILITH_KERAS_CHANGES, nightly()).answers >= (nightly() ? 800 : 200));
}

}  // namespace test_keras_graph

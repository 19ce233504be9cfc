// The Keras models of tests/models/keras_changes/changes.zip, each changed in one way.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "weights_file/hdf5_tree.h"

namespace mobilith::testing {

enum class Must { answer, refuse, either };

// How Keras stores a model. The last two hold tensors, no settings.
struct FileKind {
  const char *file, *member;  // the file's name as in keras_changes/README.md; its member of `saved`
  bool settings;
};
constexpr FileKind file_kinds[] = {{"model.keras", "config", true},
                                   {"model.h5", "h5", true},
                                   {"model.weights.h5", "weights", false},
                                   {"weights.h5", "legacy_weights", false}};

struct ChangedModel {
  std::string network, what;  // "v1", "a ReLU without max_value"
  Must must;
  std::vector<std::string> names;    // a refusal names one of these layers; empty: any text will do
  bool resolution;                   // no file says the size
  std::vector<std::string> weights;  // whose answers tensors alone may give: "own", "unchanged", rows' `what`
  std::vector<std::vector<int>> inputs;      // shapes (height, width, channels)
  std::vector<std::vector<double>> answers;  // Keras's, one for each output, for formula_input(); none where
                                             // Keras can't compute it on a CPU
  nlohmann::json patch;                      // from the network's document to the model's

  int letters() const;                       // the sum of `what`'s: chooses among changes
  std::vector<float> formula_input() const;  // of the first input, NHWC, in [-1, 1)
};

struct KerasChanges {
  nlohmann::json networks;  // by name: what Keras wrote, as keras_changes/README.md says
  FormulaRules rules;
  std::vector<ChangedModel> models;

  // In the same network.
  const ChangedModel& find(const std::string& network, const std::string& what) const;
  // The same for a changed model; megabytes.
  nlohmann::json saved(const ChangedModel&) const;
  // One of saved()'s files. Throws std::runtime_error.
  void write(const nlohmann::json& saved, const FileKind&, const std::filesystem::path&) const;
};

// Throws std::runtime_error.
KerasChanges read_keras_changes(const std::filesystem::path&);

}  // namespace mobilith::testing

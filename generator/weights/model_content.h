// What a model file holds, as its format's reader makes it, before any network is looked for in it.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "graph/graph.h"
#include "state_dicts/state_dict.h"
#include "weights/keras_arrays.h"
#include "weights/model_files.h"
#include "weights/weights.h"

namespace mobilith {

struct GraphContent {
  file::Graph graph;      // through infer()
  std::string assumed{};  // Weights::assumed()
  FileLabels labels{};
};

using HeldByFile = std::variant<GraphContent, file::StateDict, KerasArrays>;

struct ModelContent {
  std::string path;  // for messages
  std::string hash;  // ModelFiles::hash()
  HeldByFile holds;
};

// The format is found from the content. All that libraries of formats do happens here. Throws WeightsError.
HeldByFile read_held(ModelFiles&, const ReadOptions&);

// The content as Weights. Throws WeightsError.
std::unique_ptr<Weights> weights_of(ModelContent, const ReadOptions&);

}  // namespace mobilith

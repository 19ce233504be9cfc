// What a generated library computed, held against what Keras computed.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "golden/golden.h"
#include "golden/run_tree.h"

namespace mobilith::golden {

double worst_difference(const std::vector<double>& values, const std::vector<double>& expected);

// Checks the logits, the best five and every block's probe, to 1e-4 of the largest value.
void check_against_keras(const nlohmann::json& golden, const TreeRun&);

// Holds a run's output, probabilities, against the softmax of Keras's logits.
void check_shares(const nlohmann::json& golden, const TreeRun&);

}  // namespace mobilith::golden

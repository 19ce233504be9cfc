#include "plan/shared_weights.h"

#include <unordered_map>

namespace mobilith {

namespace {

int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

// Calls visit(step, index of the operand) for each constant.
template <typename Visit>
void for_each_constant(Plan& plan, Visit visit) {
  for (PlannedStep& step : plan.steps)
    for (size_t i = 0; i < step.operands.size(); i++)
      if (step.operands[i].space == Space::weights) visit(step, static_cast<int>(i));
}

}  // namespace

SharedWeights share_weights(std::vector<Plan>& plans) {
  SharedWeights shared;
  std::unordered_map<std::string, int64_t> places;  // of what is in `shared`, by contents
  shared.bytes = std::move(plans.front().weights);
  shared.bytes.resize(aligned(static_cast<int64_t>(shared.bytes.size())));
  if (plans.size() > 1)
    for_each_constant(plans.front(), [&](const PlannedStep& step, int i) {
      const PlannedOperand& operand = step.operands[i];
      places.emplace(shared.bytes.substr(operand.offset, operand.bytes), operand.offset);
    });
  for (size_t p = 1; p < plans.size(); p++) {
    const std::string weights = std::move(plans[p].weights);
    shared.own.emplace_back();
    for_each_constant(plans[p], [&](PlannedStep& step, int i) {
      PlannedOperand& operand = step.operands[i];
      std::string bytes = weights.substr(operand.offset, operand.bytes);
      const auto [place, is_new] = places.emplace(bytes, static_cast<int64_t>(shared.bytes.size()));
      operand.offset = place->second;
      if (!is_new) return;
      shared.own.back().push_back({step.block, i, operand.bytes});
      shared.bytes += bytes;
      shared.bytes.resize(aligned(static_cast<int64_t>(shared.bytes.size())));
    });
  }
  for (Plan& plan : plans) plan.weights.clear();
  return shared;
}

}  // namespace mobilith

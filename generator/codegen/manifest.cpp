#include "codegen/manifest.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/SHA256.h>

namespace mobilith {

namespace {

std::string sha256(const std::string& bytes) {
  return llvm::toHex(
      llvm::SHA256::hash(llvm::ArrayRef(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size())), true);
}

const char* to_string(Space space) {
  switch (space) {
    case Space::input:
      return "input";
    case Space::output:
      return "output";
    case Space::arena:
      return "arena";
    case Space::weights:
      return "weights";
  }
  return "unknown";
}

// The memory plan among it: where each operand lies.
nlohmann::json steps_of(const Plan& plan) {
  nlohmann::json steps = nlohmann::json::array();
  for (const PlannedStep& step : plan.steps) {
    nlohmann::json operands = nlohmann::json::array();
    for (const PlannedOperand& operand : step.operands)
      operands.push_back({{"space", to_string(operand.space)}, {"offset", operand.offset}});
    steps.push_back({{"block", step.block},
                     {"kernel", plan.kernels[step.kernel].name},
                     {"madds", step.madds},
                     {"bytes", step.bytes},
                     {"operands", operands}});
  }
  return steps;
}

nlohmann::json kernels_of(const Plan& plan) {
  nlohmann::json kernels = nlohmann::json::array();
  for (const PlannedKernel& kernel : plan.kernels)
    kernels.push_back({{"name", kernel.name},
                       {"type", kernel.type},
                       {"shape", kernel.shape},
                       {"schedule", kernel.schedule},
                       {"schedule_source", kernel.schedule_source}});
  return kernels;
}

}  // namespace

nlohmann::json manifest(const LinkedKernels& linked, const Plan& plan, const Network& network,
                        const Weights& weights, const CpuTarget& target, const LibraryOptions& options) {
  const Configuration& n = network.configuration;
  return {{"mobilith", MOBILITH_VERSION},
          {"name", options.name},
          {"configuration",
           {{"net", n.net},
            {"alpha", n.alpha},
            {"depth_multiplier", n.depth_multiplier},
            {"resolution", {n.height, n.width}},
            {"classes", n.classes},
            {"dtype", "f32"},
            {"output", options.logits ? "logits" : "probabilities"}}},
          {"target",
           {{"triple", target.triple},
            {"cpu", target.cpu},
            {"features", target.features},
            {"vector_bits", target.vector_bits},
            {"machine", target.machine}}},
          {"inputs", {{"weights_sha256", weights.hash()}}},
          {"packed_weights_sha256", sha256(plan.weights)},
          {"madds", network.madds()},
          {"params", network.params()},
          {"params_deployed", network.params_deployed()},
          {"memory",
           {{"weights_bytes", plan.weights.size()},
            {"arena_bytes", plan.memory.bytes},
            {"arena_lower_bound", plan.memory.lower_bound},
            {"scratch_bytes", linked.scratch_bytes},
            {"scratch_bytes_per_further_thread", linked.worker_bytes}}},
          {"steps", steps_of(plan)},
          {"kernels", kernels_of(plan)}};
}

}  // namespace mobilith

#include "package/manifest.h"

#include <cmath>

#include "networks/element_type.h"
#include "networks/output.h"
#include "networks/output_blocks.h"
#include "package/frame_json.h"
#include "package/provenance.h"
#include "text/sha256.h"

namespace mobilith {

namespace {

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
    case Space::frame:
      return "frame";
  }
  return "unknown";
}

// Of the convolutions whose products this CPU pairs: which do, and the bound of rounding errors that decides
// (plan/pairing.h).
nlohmann::json products_of(const PlannedStep& step) {
  nlohmann::json products = nlohmann::json::array();
  for (const PairedLayer& layer : step.paired)
    products.push_back(
        {{"layer", layer.layer},
         {"products", product_names[size_t(layer.paired() ? Products::paired : Products::direct)]},
         {"error_bound", std::isfinite(layer.bound) ? nlohmann::json(layer.bound) : nullptr},
         {"most_error_bound", most_pairing_bound}});
  return products;
}

// As mobilith.h's mobilith_port has them.
nlohmann::json ports_of(const std::vector<Port>& ports) {
  nlohmann::json list = nlohmann::json::array();
  for (const Port& port : ports) {
    list.push_back({{"name", port.name},
                    {"type", name_of(port.type)},
                    {"shape", {port.shape.height, port.shape.width, port.shape.channels}},
                    {"pixel_bytes", port.pixel_bytes()},
                    {"row_bytes", port.row_bytes()},
                    {"bytes", port.bytes()}});
    if (port.frame)
      list.back()["format"] = to_string(port.frame->format);
    else if (port.type != ElementType::f32)
      list.back()["scale"] = port.scale.scale, list.back()["zero_point"] = port.scale.zero;
  }
  return list;
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
    for (const PlannedCopy& copy : plan.copies)
      if (copy.step == static_cast<int>(steps.size()) - 1)
        steps.back()["copied_to"] = plan.outputs[copy.output].name;
    if (!step.paired.empty()) steps.back()["products"] = products_of(step);
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

nlohmann::json variant_of(const Variant& variant) {
  const CpuTarget& target = variant.target;
  return {{"cpu", target.cpu},
          {"features", target.features},
          {"vector_bits", target.vector_bits},
          {"machine", target.machine},
          {"products", product_names[static_cast<size_t>(
                           target.machine.pair_vectors > 0 ? Products::paired : Products::direct)]},
          {"memory",
           {{"arena_bytes", variant.plan.memory.bytes},
            {"arena_lower_bound", variant.plan.memory.lower_bound},
            {"scratch_bytes", variant.kernels.scratch_bytes},
            {"scratch_bytes_per_further_thread", variant.kernels.worker_bytes},
            {"stack_bytes", variant.kernels.stack_bytes}}},
          {"steps", steps_of(variant.plan)},
          {"kernels", kernels_of(variant.plan)}};
}

// Where a CPU's packing differs from that of those before it, and what that costs.
nlohmann::json weights_of(const std::vector<Variant>& variants, const SharedWeights& shared,
                          const LibraryOptions& options) {
  nlohmann::json repacked = nlohmann::json::array();
  for (size_t i = 0; i < shared.own.size(); i++) {
    int64_t total = 0;
    nlohmann::json operands = nlohmann::json::array();
    for (const OwnWeights& own : shared.own[i]) {
      total += own.bytes;
      operands.push_back({{"block", own.block}, {"operand", own.operand}, {"bytes", own.bytes}});
    }
    repacked.push_back({{"cpu", variants[i + 1].target.cpu}, {"bytes", total}, {"operands", operands}});
  }
  return {{"bytes", shared.bytes.size()},
          {"sha256", sha256(shared.bytes)},
          {"in_file", options.weights_in_file},
          {"repacked", repacked}};
}

}  // namespace

nlohmann::json manifest(const std::vector<Variant>& variants, const SharedWeights& shared,
                        const Network& network, const Weights& weights, const LibraryOptions& options) {
  const Configuration& n = network.configuration;
  const Block* head = output_head(network);
  const OutputFunction output = head ? output_function(*head) : OutputFunction::linear;
  const char* what = !head                                   ? "features"
                     : gives_probabilities(output)           ? "probabilities"
                     : output == OutputFunction::log_softmax ? "log_probabilities"
                                                             : "logits";
  const Plan& plan = variants.front().plan;
  const Platform& platform = *variants.front().target.platform;
  nlohmann::json of_cpus = nlohmann::json::array();
  for (const Variant& variant : variants) of_cpus.push_back(variant_of(variant));
  nlohmann::json manifest{{"mobilith", MOBILITH_VERSION},
                          {"made_with", made_with()},
                          {"name", options.name},
                          {"configuration",
                           {{"net", n.net},
                            {"alpha", n.alpha},
                            {"depth_multiplier", n.depth_multiplier},
                            {"resolution", {n.height, n.width}},
                            {"classes", n.classes},
                            {"dtype", n.dtype},
                            {"output", what}}},
                          {"output", {{"kind", to_string(output)}}},
                          {"ports", {{"inputs", ports_of(plan.inputs)}, {"outputs", ports_of(plan.outputs)}}},
                          {"target", {{"name", platform.name}, {"triple", platform.triple}}},
                          {"runtime_bundled", options.bundle_runtime},
                          {"inputs", {{"weights_sha256", weights.hash()}}},
                          {"weights", weights_of(variants, shared, options)},
                          {"madds", network.madds()},
                          {"params", network.params()},
                          {"params_deployed", network.params_deployed()},
                          {"variants", of_cpus}};
  if (n.weights_dtype != "f32") manifest["configuration"]["weights_dtype"] = n.weights_dtype;
  if (network.frame) manifest["frame"] = frame_json(*network.frame);
  if (network.quantised()) manifest["configuration"]["requantise"] = n.requantise;
  return manifest;
}

}  // namespace mobilith

#include "property/single_kernel.h"

#include <llvm/IR/LLVMContext.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "codegen/compile_kernels.h"
#include "codegen/emit.h"
#include "networks/sixteen_bits.h"
#include "package/model_constant.h"
#include "plan/shared_weights.h"
#include "property/guarded.h"
#include "schedules/kernel_types.h"

namespace mobilith::property {

namespace {

Port vector_port(const char* name, size_t floats) {
  return {name, {1, 1, static_cast<int>(floats)}, static_cast<int>(floats)};
}

std::string stored(const std::vector<float>& values, Halide::Type type) {
  if (type == Halide::Float(32))
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
  std::string bytes;
  for (const float value : values) {
    const uint16_t half = narrowed(value, type.is_bfloat() ? ElementType::bf16 : ElementType::f16);
    bytes.append(reinterpret_cast<const char*>(&half), sizeof half);
  }
  return bytes;
}

// A plan of one step. Activations beside the input are weights here: a library has one input.
Plan plan_of(const KernelSpec& spec, const Machine& machine) {
  Plan plan;
  plan.kernels.push_back({"kernel", spec.type, spec.shape, spec.schedule, default_source});
  PlannedStep step;
  step.block = "kernel", step.kernel = 0;
  const Operands operands = kernel_type(spec.type).operands(spec.shape, machine);
  for (const Halide::ImageParam& operand : operands) {
    const auto elements = static_cast<size_t>(elements_of(operand));
    if (operand.name() == "input") {
      plan.inputs.push_back(vector_port(input_name, elements));
      step.operands.push_back({Space::input, 0});
      continue;
    }
    const std::vector<float>& values = spec.operands.at(operand.name());
    if (values.size() != elements) throw std::logic_error("operand " + operand.name() + " has another size");
    const std::string bytes = stored(values, operand.type());
    step.operands.push_back(
        {Space::weights, static_cast<int64_t>(plan.weights.size()), static_cast<int64_t>(bytes.size())});
    plan.weights.append(bytes);
    plan.weights.resize((plan.weights.size() + 63) / 64 * 64);
  }
  if (step.operands.size() != spec.operands.size() + 1) throw std::logic_error("an operand too many");
  step.operands.push_back({Space::output, 0});
  plan.outputs.push_back(vector_port("kernel", spec.output_floats));
  step.output = plan.outputs.front().shape, step.output_channel_stride = plan.outputs.front().channel_stride;
  step.madds = step.bytes = 0;
  plan.steps.push_back(step);
  return plan;
}

void require(mobilith_status status) {
  if (status != MOBILITH_OK) throw std::runtime_error(mobilith_status_message(status));
}

struct Session {
  Session(const mobilith_model* model, int threads) {
    mobilith_options options;
    mobilith_options_init(&options);
    options.threads = threads;
    require(mobilith_session_create(model, &options, &session));
  }
  ~Session() { mobilith_session_destroy(session); }
  Session(const Session&) = delete;
  mobilith_session* session = nullptr;
};

}  // namespace

std::string single_kernel_archive(Plan plan, const CpuTarget& target, const std::string& name) {
  std::vector<Plan> plans{std::move(plan)};
  CompileOptions compiling;
  compiling.cache = false;
  const std::vector<std::string> bitcode = compile_kernels({{&plans[0].kernels[0], &target}}, compiling);
  const int operands = static_cast<int>(plans[0].steps[0].operands.size());
  const SharedWeights weights = share_weights(plans);
  const std::unique_ptr<llvm::TargetMachine> machine = target_machine(target);
  llvm::LLVMContext context;
  llvm::Module module("library", context);
  module.setDataLayout(machine->createDataLayout());
  module.setTargetTriple(machine->getTargetTriple());
  LinkedKernels linked = link_kernels(module, bitcode, {operands}, "");
  Layer layer{LayerKind::convolution, "kernel", ""};
  layer.in = plans[0].inputs.front().shape, layer.out = plans[0].outputs.front().shape;
  Network network;
  network.configuration.net = custom_network;
  network.blocks.push_back({BlockKind::stem, "kernel", "", {layer}});
  LibraryOptions options;
  options.name = name;
  network.frame = plans[0].inputs.front().frame;
  const std::vector<Variant> variants{{target, plans[0], linked}};
  add_model(module, variants, weights.bytes, network, options);
  return mobilith::archive({{"kernel.o", emit_object(module, *machine)}}, *target.platform);
}

SingleKernel::SingleKernel(const KernelSpec& spec, const CpuTarget& target)
    : archive_(single_kernel_archive(plan_of(spec, target.machine), target)),
      library_(LoadedLibrary::from_bytes(archive_, single_kernel_name)) {}

std::vector<float> SingleKernel::run(const std::vector<float>& input, int threads) const {
  const mobilith_model_info& info = *mobilith_model_describe(library_.model());
  if (input.size() * sizeof(float) != info.input_bytes) throw std::logic_error("input has another size");
  const Session session(library_.model(), threads);
  Guarded in(info.input_bytes, Guarded::At::end, 64), out(info.output_bytes, Guarded::At::end, 64);
  std::copy(input.begin(), input.end(), static_cast<float*>(in.data()));
  in.read_only();
  require(mobilith_run(session.session, static_cast<float*>(in.data()), info.input_bytes,
                       static_cast<float*>(out.data()), info.output_bytes));
  const auto* values = static_cast<const float*>(out.data());
  return {values, values + info.output_bytes / sizeof(float)};
}

double SingleKernel::seconds(const std::vector<float>& input, int threads, int runs) const {
  using Clock = std::chrono::steady_clock;
  const mobilith_model_info& info = *mobilith_model_describe(library_.model());
  const Session session(library_.model(), threads);
  Guarded in(info.input_bytes, Guarded::At::end, 64), out(info.output_bytes, Guarded::At::end, 64);
  std::copy(input.begin(), input.end(), static_cast<float*>(in.data()));
  double best = 1e9;
  for (int i = 0; i < runs; i++) {
    const Clock::time_point start = Clock::now();
    require(mobilith_run(session.session, static_cast<float*>(in.data()), info.input_bytes,
                         static_cast<float*>(out.data()), info.output_bytes));
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

}  // namespace mobilith::property

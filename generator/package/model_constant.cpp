#include "package/model_constant.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/DerivedTypes.h>

#include "mobilith_abi.h"
#include "networks/output.h"
#include "networks/output_blocks.h"
#include "package/weights_file.h"

namespace mobilith {

namespace {

using llvm::Constant;
using llvm::GlobalVariable;

// Constants of one module. Natural alignment makes LLVM's literal structs lie as C's do.
class Constants {
 public:
  explicit Constants(llvm::Module& module) : module_(module), context_(module.getContext()) {}

  Constant* i32(int64_t value) { return llvm::ConstantInt::get(llvm::Type::getInt32Ty(context_), value); }
  Constant* i64(int64_t value) { return llvm::ConstantInt::get(llvm::Type::getInt64Ty(context_), value); }
  Constant* size(int64_t value) {
    return llvm::ConstantInt::get(module_.getDataLayout().getIntPtrType(context_), value);
  }
  Constant* null() { return llvm::ConstantPointerNull::get(llvm::PointerType::get(context_, 0)); }
  Constant* f64(double value) { return llvm::ConstantFP::get(llvm::Type::getDoubleTy(context_), value); }
  Constant* record(const std::vector<Constant*>& fields) { return llvm::ConstantStruct::getAnon(fields); }
  // `fields`, of which number `place` is the size of the struct that they make, for this target.
  Constant* sized(std::vector<Constant*> fields, size_t place) {
    fields[place] = size(0);
    const uint64_t bytes = module_.getDataLayout().getTypeAllocSize(record(fields)->getType());
    fields[place] = size(static_cast<int64_t>(bytes));
    return record(fields);
  }

  GlobalVariable* global(Constant* value, const std::string& name, uint64_t alignment = 8) {
    auto* variable =
        new GlobalVariable(module_, value->getType(), true, GlobalVariable::InternalLinkage, value, name);
    variable->setAlignment(llvm::Align(alignment));
    return variable;
  }
  Constant* text(const std::string& value) {
    return global(llvm::ConstantDataArray::getString(context_, value), "text", 1);
  }
  Constant* array(const std::vector<Constant*>& records, const std::string& name) {
    return global(
        llvm::ConstantArray::get(llvm::ArrayType::get(records[0]->getType(), records.size()), records), name);
  }
  Constant* bytes(const std::string& value, const std::string& name) {
    return global(llvm::ConstantDataArray::getString(context_, value, false), name, 64);
  }

 private:
  llvm::Module& module_;
  llvm::LLVMContext& context_;
};

constexpr size_t info_struct_bytes = 16;  // of mobilith_model_info's members, the one of that name

Constant* info(Constants& c, const Variant& variant, int64_t weights_bytes, const Network& network,
               const LibraryOptions& options) {
  const Configuration& n = network.configuration;
  const Block* head = output_head(network);
  const bool probabilities = head && gives_probabilities(output_function(*head));
  const Plan& plan = variant.plan;
  const Shape& image = plan.inputs.front().shape;
  return c.global(
      c.sized({c.text(options.name), c.text(n.net), c.text(variant.target.cpu), c.f64(n.alpha),
               c.i32(n.depth_multiplier), c.i32(image.height), c.i32(image.width), c.i32(image.channels),
               c.i32(head ? head->out().channels : 0), c.size(plan.inputs.front().bytes()),
               c.size(plan.outputs.front().bytes()), c.size(weights_bytes), c.size(plan.memory.bytes),
               c.i32(probabilities), c.i32(static_cast<int64_t>(plan.steps.size())),
               c.i32(variant.target.vector_bits), nullptr, c.i32(static_cast<int64_t>(plan.inputs.size())),
               c.i32(static_cast<int64_t>(plan.outputs.size()))},
              info_struct_bytes),
      "info");
}

mobilith_type type_of(ElementType type) {
  switch (type) {
    case ElementType::f32:
      return MOBILITH_F32;
    case ElementType::u8:
      return MOBILITH_U8;
    case ElementType::i8:
      return MOBILITH_I8;
    case ElementType::bf16:
    case ElementType::f16:
      break;  // of no port
  }
  throw std::logic_error("unknown type");
}

mobilith_format format_of(PixelFormat format) {
  switch (format) {
    case PixelFormat::rgb8:
      return MOBILITH_RGB8;
    case PixelFormat::bgr8:
      return MOBILITH_BGR8;
    case PixelFormat::rgba8:
      return MOBILITH_RGBA8;
    case PixelFormat::gray8:
      return MOBILITH_GRAY8;
    case PixelFormat::nv12:
      return MOBILITH_NV12;
    case PixelFormat::yuyv:
      return MOBILITH_YUYV;
  }
  throw std::logic_error("unknown pixel format");
}

Constant* ports(Constants& c, const std::vector<Port>& ports, const std::string& name) {
  std::vector<Constant*> records;
  for (const Port& port : ports) {
    std::vector<Constant*> fields{nullptr,
                                  c.text(port.name),
                                  c.i32(type_of(port.type)),
                                  c.i32(port.shape.height),
                                  c.i32(port.shape.width),
                                  c.i32(port.shape.channels),
                                  c.size(port.pixel_bytes()),
                                  c.size(port.row_bytes()),
                                  c.size(port.bytes())};
    if (port.frame) fields.push_back(c.i32(format_of(port.frame->format)));
    records.push_back(c.sized(fields, 0));
  }
  return c.array(records, name);
}

Constant* copies(Constants& c, const std::vector<PlannedCopy>& copies) {
  if (copies.empty()) return c.null();
  std::vector<Constant*> records;
  for (const PlannedCopy& copy : copies)
    records.push_back(c.record(
        {c.i64(copy.offset), c.i32(copy.step), c.i32(copy.output), c.i32(copy.channel_stride), c.i32(0)}));
  return c.array(records, "copies");
}

uint32_t space_of(Space space) {
  switch (space) {
    case Space::input:
      return MOBILITH_SPACE_INPUT;
    case Space::output:
      return MOBILITH_SPACE_OUTPUT;
    case Space::arena:
      return MOBILITH_SPACE_ARENA;
    case Space::weights:
      return MOBILITH_SPACE_WEIGHTS;
    case Space::frame:
      return MOBILITH_SPACE_FRAME;
  }
  throw std::logic_error("unknown space");
}

Constant* variant_record(Constants& c, const Variant& variant, int64_t weights_bytes, const Network& network,
                         const LibraryOptions& options) {
  const Plan& plan = variant.plan;
  std::vector<Constant*> steps, operands, kernel_names;
  for (const PlannedKernel& kernel : plan.kernels) kernel_names.push_back(c.text(kernel.name));
  for (const PlannedStep& step : plan.steps) {
    steps.push_back(
        c.record({variant.kernels.entries[step.kernel], c.text(step.block), kernel_names[step.kernel],
                  c.i64(step.madds), c.i64(step.bytes), c.i32(static_cast<int64_t>(operands.size())),
                  c.i32(static_cast<int64_t>(step.operands.size())), c.i32(step.output.height),
                  c.i32(step.output.width), c.i32(step.output.channels), c.i32(step.output_channel_stride)}));
    for (const PlannedOperand& operand : step.operands)
      operands.push_back(
          c.record({c.i64(operand.offset), c.i32(space_of(operand.space)), c.i32(operand.port)}));
  }
  return c.record(
      {info(c, variant, weights_bytes, network, options),
       c.i64(static_cast<int64_t>(variant.target.required)),
       c.i64(static_cast<int64_t>(variant.target.identity)), c.i64(plan.memory.bytes),
       c.i64(variant.kernels.scratch_bytes), c.i64(variant.kernels.worker_bytes),
       c.i32(static_cast<int64_t>(steps.size())), c.i32(static_cast<int64_t>(operands.size())),
       c.array(steps, "steps"), c.array(operands, "operands"),
       c.i32(static_cast<int64_t>(plan.inputs.size())), c.i32(static_cast<int64_t>(plan.outputs.size())),
       c.i32(static_cast<int64_t>(plan.copies.size())),
       c.i32(plan.inputs.front().frame && plan.inputs.front().frame->resize != Resize::none),
       ports(c, plan.inputs, "inputs"), ports(c, plan.outputs, "outputs"), copies(c, plan.copies)});
}

}  // namespace

void add_model(llvm::Module& module, const std::vector<Variant>& variants, const std::string& weights,
               const Network& network, const LibraryOptions& options) {
  Constants c(module);
  const auto bytes = static_cast<int64_t>(weights.size());
  std::vector<Constant*> records;
  for (const Variant& variant : variants)
    records.push_back(variant_record(c, variant, bytes, network, options));
  auto model = [&](int64_t struct_bytes, Constant* array, Constant* contents) {
    const uint64_t checksum = options.weights_in_file ? weights_checksum(weights) : 0;
    return c.record({c.i32(network.frame ? MOBILITH_ABI_FRAMES : MOBILITH_ABI_VERSION), c.i32(struct_bytes),
                     c.i32(static_cast<int64_t>(variants.size())), c.i32(0), array, contents, c.i64(bytes),
                     c.i64(static_cast<int64_t>(checksum))});
  };
  Constant* array = c.array(records, "variants");
  Constant* contents = options.weights_in_file ? c.null() : c.bytes(weights, "weights");
  // The size of the target's struct is not known before it is made.
  const int64_t struct_bytes =
      static_cast<int64_t>(module.getDataLayout().getTypeAllocSize(model(0, array, contents)->getType()));
  GlobalVariable* symbol = c.global(model(struct_bytes, array, contents), options.name);
  symbol->setLinkage(GlobalVariable::ExternalLinkage);
  symbol->setVisibility(GlobalVariable::HiddenVisibility);  // from one shared object to others
}

}  // namespace mobilith

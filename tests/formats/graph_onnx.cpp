#include "formats/graph_onnx.h"

#include <cmath>
#include <stdexcept>

#include "formats/onnx_writer.h"
#include "graph/value.h"

namespace mobilith::testing {

namespace {

using Kind = file::OperationKind;
using Attributes = std::vector<onnx::Attribute>;

class Writing {
 public:
  explicit Writing(const file::Graph& graph) : graph_(graph) {
    for (const int tensor : graph.inputs) file_.input(name(tensor), *graph.tensors[size_t(tensor)].shape);
    for (const file::Tensor& tensor : graph.tensors)
      if (tensor.constant) {
        const std::vector<double> values = file::value_of(tensor).numbers;
        file_.constant(tensor.name, *tensor.shape, std::vector<float>(values.begin(), values.end()));
      }
    for (const file::Operation& op : graph.operations) write(op);
    for (const int tensor : graph.outputs) file_.output(name(tensor));
  }
  std::string bytes() const { return file_.bytes(); }

 private:
  const std::string& name(int tensor) const { return graph_.tensors[size_t(tensor)].name; }

  void node(const file::Operation& op, const std::string& type, const Attributes& attributes = {},
            const std::vector<std::string>& more = {}) {
    std::vector<std::string> inputs;
    for (const int input : op.inputs) inputs.push_back(name(input));
    inputs.insert(inputs.end(), more.begin(), more.end());
    file_.node(type, inputs, name(op.outputs[0]), attributes).set_name(op.name);
  }

  static Attributes window(const file::Window& w, const file::Extents& kernel) {
    Attributes made{integers("kernel_shape", kernel), integers("strides", {w.stride_height, w.stride_width})};
    if (w.padding == file::Padding::given)
      made.push_back(integers("pads", {w.top, w.left, w.bottom, w.right}));
    else
      made.push_back(word("auto_pad", "SAME_UPPER"));
    return made;
  }

  void clamp(const file::Operation& op, const file::Clamp& bounds) {
    if (bounds == file::Clamp{.low = 0}) return node(op, "Relu");
    const std::string low = op.name + ".low", high = op.name + ".high";
    file_.constant(low, {}, std::vector<float>{float(bounds.low)});
    file_.constant(high, {}, std::vector<float>{float(bounds.high)});
    node(op, "Clip", {}, {low, high});
  }

  void write(const file::Operation& op) {
    switch (op.kind) {
      case Kind::convolution: {
        const auto& settings = std::get<file::Convolution>(op.attributes);
        const file::Extents& kernel = *graph_.tensors[size_t(op.inputs[1])].shape;
        Attributes made = window(settings.window, {kernel[2], kernel[3]});
        made.push_back(integer("group", settings.groups));
        return node(op, "Conv", made);
      }
      case Kind::batch_norm:
        return node(op, "BatchNormalization",
                    {number("epsilon", float(std::get<file::BatchNorm>(op.attributes).epsilon))});
      case Kind::clamp:
        return clamp(op, std::get<file::Clamp>(op.attributes));
      case Kind::hard_swish:
        return node(op, "HardSwish");
      case Kind::hard_sigmoid:
        return node(op, "HardSigmoid", {number("alpha", 1.0f / 6), number("beta", 0.5f)});
      case Kind::sigmoid:
        return node(op, "Sigmoid");
      case Kind::identity:
        return node(op, "Identity");
      case Kind::pool: {
        const file::Window& w = std::get<file::Pool>(op.attributes).window;
        return node(op, "AveragePool", window(w, {w.height, w.width}));
      }
      case Kind::reduce:
        return node(op, "GlobalAveragePool");
      case Kind::flatten:
        return node(op, "Flatten", {integer("axis", 1)});
      case Kind::gemm:
        return node(op, "Gemm", {integer("transB", 1)});
      case Kind::add:
        return node(op, "Add");
      case Kind::multiply:
        return node(op, "Mul");
      default:
        throw std::runtime_error("no ONNX of " + op.type);
    }
  }

  const file::Graph& graph_;
  OnnxFile file_{14};
};

}  // namespace

std::string onnx_of(const file::Graph& graph) { return Writing(graph).bytes(); }

}  // namespace mobilith::testing

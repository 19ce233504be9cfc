#include "models/from_normal_form.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <set>

#include "graph/file_error.h"
#include "graph/value.h"
#include "models/model_error.h"

namespace mobilith {

namespace {

using Kind = file::OperationKind;

class Taking {
 public:
  explicit Taking(const file::Graph& from) : from_(from), made_(from.tensors.size(), -1) {}

  TakenGraph run() {
    if (from_.inputs.size() != 1)
      throw WeightsError(fmt::format("the model has {} inputs, expected one image", from_.inputs.size()));
    if (from_.outputs.size() != 1)
      throw WeightsError(fmt::format("the model has {} outputs ({}), expected one", from_.outputs.size(),
                                     names_of(from_.outputs)));
    input();
    for (const file::Operation& op : from_.operations) take(op);
    taken_.graph.output = made_[from_.outputs[0]];
    if (taken_.graph.output < 0) throw WeightsError("the model's output is a constant");
    return std::move(taken_);
  }

 private:
  const file::Extents& shape(int tensor) const { return *from_.tensors[tensor].shape; }
  bool is_constant(int tensor) const { return from_.tensors[tensor].constant.has_value(); }
  std::vector<double> numbers(int tensor) const { return file::value_of(from_.tensors[tensor]).numbers; }

  std::string names_of(const std::vector<int>& tensors) const {
    std::string names;
    for (int tensor : tensors)
      names += (names.empty() ? "" : ", ") + file::quoted(from_.tensors[tensor].name);
    return names;
  }

  [[noreturn]] static void refuse(const file::Operation& op, const std::string& what) {
    throw WeightsError(fmt::format("{}: {}", file::place_of(op), what));
  }

  // ONNX's images have channels first; the library's have them last, so that their turning is the reading of
  // the input alone.
  static bool turns_image(const file::Operation& op, int input) {
    const auto* turning = std::get_if<file::Transpose>(&op.attributes);
    return turning && op.inputs[0] == input && turning->axes == std::vector<int64_t>{0, 2, 3, 1};
  }

  void input() {
    const int tensor = from_.inputs[0];
    const file::Extents& of = shape(tensor);
    if (of.size() != 4 || of[0] != 1)
      throw WeightsError(fmt::format("the input {} has the shape {}, expected one image",
                                     file::quoted(from_.tensors[tensor].name), file::text_of(of)));
    bool first = false, last = false;
    for (const file::Operation& op : from_.operations)
      for (int read : op.inputs)
        if (read == tensor) (turns_image(op, tensor) ? first : last) = true;
    if (first && last)
      throw WeightsError(fmt::format("the input {} is read with channels first and with channels last",
                                     file::quoted(from_.tensors[tensor].name)));
    Operation& op =
        append(OperationKind::input, "", "the input " + file::quoted(from_.tensors[tensor].name), {});
    op.height = static_cast<int>(of[first ? 2 : 1]), op.width = static_cast<int>(of[first ? 3 : 2]);
    op.channels = static_cast<int>(of[first ? 1 : 3]);
    made_[tensor] = 0;
  }

  Operation& append(OperationKind kind, std::string layer, std::string what, std::vector<int> inputs) {
    Operation op{kind, std::move(layer), std::move(what), std::move(inputs)};
    taken_.graph.operations.push_back(std::move(op));
    return taken_.graph.operations.back();
  }

  // For an operation of one image or vector, and constants.
  Operation& append(OperationKind kind, const file::Operation& op) {
    return append(kind, unique_name(op), file::place_of(op), {read(op, 0)});
  }

  std::string unique_name(const file::Operation& op) {
    const std::string name = op.name.empty() ? op.type : op.name;
    std::string unique = name;
    for (int i = 2; !names_.insert(unique).second; i++) unique = fmt::format("{}_{}", name, i);
    return unique;
  }

  int read(const file::Operation& op, size_t input) const {
    const int made = made_[op.inputs[input]];
    if (made < 0) refuse(op, "computes something of constants alone");
    return made;
  }

  void made(const file::Operation& op) {
    made_[op.outputs[0]] = static_cast<int>(taken_.graph.operations.size()) - 1;
  }

  void take(const file::Operation& op) {
    switch (op.kind) {
      case Kind::convolution:
        return convolution(op);
      case Kind::fully_connected:
        return dense(op);
      case Kind::pool:
        return pool(op);
      case Kind::reduce:
        return reduce(op);
      case Kind::clamp:
        return activation(op, clamp(op));
      case Kind::hard_swish:
        return activation(op, ActivationFunction::hard_swish);
      case Kind::sigmoid:
        return activation(op, ActivationFunction::sigmoid);
      case Kind::hard_sigmoid:
        return activation(op, ActivationFunction::hard_sigmoid);
      case Kind::softmax:
        return softmax(op);
      case Kind::reshape:
        return reshape(op);
      case Kind::add:
        return add(op);
      case Kind::transpose:
        if (!turns_image(op, from_.inputs[0])) break;
        made_[op.outputs[0]] = 0;
        return;
      default:
        break;
    }
    refuse(op, "no MobileNet has this at this place");
  }

  void convolution(const file::Operation& op) {
    const auto& settings = std::get<file::Convolution>(op.attributes);
    const file::Window& w = settings.window;
    const file::Extents &image = shape(op.inputs[0]), &kernel = shape(op.inputs[1]);
    if (!is_constant(op.inputs[1]) || !is_constant(op.inputs.at(2)))
      refuse(op, "its kernel or bias is computed, expected a constant");
    const int64_t in = image[3], of_group = kernel[2], out = kernel[3];
    const bool depthwise = of_group == 1 && in > 1;
    if (!depthwise && of_group != in)
      refuse(op, fmt::format("has {} groups of {} channels, expected one group or one channel each",
                             in / of_group, of_group));
    if (w.top || w.bottom || w.left || w.right) {
      append(OperationKind::pad, "", file::place_of(op), {read(op, 0)}).pads = {
          static_cast<int>(w.top), static_cast<int>(w.bottom), static_cast<int>(w.left),
          static_cast<int>(w.right)};
      made_[op.outputs[0]] = static_cast<int>(taken_.graph.operations.size()) - 1;
    }
    const int from = made_[op.outputs[0]] >= 0 ? made_[op.outputs[0]] : read(op, 0);
    Operation& layer = append(depthwise ? OperationKind::depthwise : OperationKind::convolution,
                              unique_name(op), file::place_of(op), {from});
    layer.kernel_height = static_cast<int>(kernel[0]), layer.kernel_width = static_cast<int>(kernel[1]);
    layer.stride_height = static_cast<int>(w.stride_height),
    layer.stride_width = static_cast<int>(w.stride_width);
    layer.dilation_height = static_cast<int>(w.dilation_height);
    layer.dilation_width = static_cast<int>(w.dilation_width);
    layer.channels = static_cast<int>(out), layer.bias = true;
    if (depthwise) layer.depth_multiplier = static_cast<int>(out / in);
    taken_.tensors[layer.layer] = {numbers(op.inputs[1]), numbers(op.inputs[2])};
    made(op);
  }

  // The normal form's matrix is (output, input), Keras's (input, output).
  void dense(const file::Operation& op) {
    const file::Extents& matrix = shape(op.inputs[1]);
    if (!is_constant(op.inputs[1]) || !is_constant(op.inputs.at(2)))
      refuse(op, "its matrix or bias is computed, expected a constant");
    Operation& layer = append(OperationKind::dense, op);
    layer.channels = static_cast<int>(matrix[0]), layer.bias = true;
    const std::vector<double> stored = numbers(op.inputs[1]);
    LayerTensors tensors{std::vector<double>(stored.size()), numbers(op.inputs[2])};
    for (int64_t o = 0; o < matrix[0]; o++)
      for (int64_t i = 0; i < matrix[1]; i++)
        tensors.kernel[static_cast<size_t>(i * matrix[0] + o)] =
            stored[static_cast<size_t>(o * matrix[1] + i)];
    taken_.tensors[layer.layer] = std::move(tensors);
    made(op);
  }

  void pool(const file::Operation& op) {
    const auto& settings = std::get<file::Pool>(op.attributes);
    const file::Window& w = settings.window;
    if (settings.maximum) refuse(op, "a maximum over windows, which no MobileNet has");
    if (w.top || w.bottom || w.left || w.right) refuse(op, "an average with padding, which no MobileNet has");
    const file::Extents& image = shape(op.inputs[0]);
    if (w.height != image[1] || w.width != image[2])
      refuse(op, fmt::format("averages windows of {}x{} of an image of {}x{}, expected all pixels at once",
                             w.height, w.width, image[1], image[2]));
    append(OperationKind::pool, op);
    taken_.graph.operations.back().kernel_height = taken_.graph.operations.back().kernel_width = 0;
    made(op);
  }

  void reduce(const file::Operation& op) {
    const auto& settings = std::get<file::Reduce>(op.attributes);
    if (settings.what != file::Reduction::mean || !settings.keep_axes ||
        settings.axes != std::vector<int64_t>{1, 2} || shape(op.inputs[0]).size() != 4)
      refuse(op, "expected the average over all pixels of an image");
    append(OperationKind::pool, op);
    taken_.graph.operations.back().kernel_height = taken_.graph.operations.back().kernel_width = 0;
    made(op);
  }

  static ActivationFunction clamp(const file::Operation& op) {
    const auto& bounds = std::get<file::Clamp>(op.attributes);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (bounds.low == 0 && bounds.high == infinity) return ActivationFunction::relu;
    if (bounds.low == 0 && bounds.high == 6) return ActivationFunction::relu6;
    const auto low = static_cast<float>(bounds.low), high = static_cast<float>(bounds.high);
    if (!std::isfinite(low) || !std::isfinite(high) || !(low < high))
      refuse(op, fmt::format("keeps values between {} and {}; expected two bounds, or 0 and none", bounds.low,
                             bounds.high));
    return ActivationFunction::clamp(low, high);
  }

  void activation(const file::Operation& op, const ActivationFunction& function) {
    append(OperationKind::activation, op).function = function;
    made(op);
  }

  void softmax(const file::Operation& op) {
    const auto& settings = std::get<file::Softmax>(op.attributes);
    const auto rank = static_cast<int64_t>(shape(op.inputs[0]).size());
    if ((settings.axis != -1 && settings.axis != rank - 1) || settings.beta != 1 || settings.flatten)
      refuse(op, "a softmax along another axis than the last, or with a factor");
    append(OperationKind::softmax, op);
    made(op);
  }

  void reshape(const file::Operation& op) {
    Operation& reshape = append(OperationKind::reshape, op);
    const file::Extents& to = shape(op.outputs[0]);
    for (size_t i = 1; i < to.size(); i++) reshape.target.push_back(static_cast<int>(to[i]));
    made(op);
  }

  void add(const file::Operation& op) {
    for (int input : op.inputs)
      if (is_constant(input)) refuse(op, "adds a constant that is no layer's bias");
    if (op.inputs.size() != 2 || shape(op.inputs[0]) != shape(op.inputs[1]))
      refuse(op, "expected the sum of two images of one shape");
    append(OperationKind::add, unique_name(op), file::place_of(op), {read(op, 0), read(op, 1)});
    made(op);
  }

  const file::Graph& from_;
  std::vector<int> made_;  // tensor of the file -> operation
  std::set<std::string> names_;
  TakenGraph taken_;
};

}  // namespace

TakenGraph from_normal_form(const file::Graph& from) { return Taking(from).run(); }

}  // namespace mobilith

// Factors and terms of channels go into the product before them, or else after them: batch norms, biases,
// scales.
#include <map>

#include "normal_form/normal_form.h"
#include "normal_form/rewrite.h"

namespace mobilith::file {

namespace {

using Kind = OperationKind;

// A convolution or fully_connected whose numbers may still change: it is made when its output is read.
struct Product {
  const Operation* operation;
  int input;                   // old
  std::vector<double> kernel;  // convolution: (y, x, input, output); fully_connected: (output, input)
  std::vector<double> bias;
};

class Folding {
 public:
  explicit Folding(const Graph& graph) : rewrite_(graph) {}

  Graph run() {
    for (const Operation& operation : rewrite_.from.operations) {
      const bool product = operation.kind == Kind::convolution || operation.kind == Kind::fully_connected;
      if (product && rewrite_.is_constant(operation.inputs[1]) && has_constant_bias(operation))
        begin(operation);
      else if (!append(operation)) {
        for (const int input : operation.inputs) make(input);
        rewrite_.keep(operation);
      }
    }
    for (const int output : rewrite_.from.outputs) make(output);
    return rewrite_.finish();
  }

 private:
  bool has_constant_bias(const Operation& operation) const {
    return operation.inputs.size() < 3 || operation.inputs[2] < 0 ||
           rewrite_.is_constant(operation.inputs[2]);
  }

  // The constant of an add or multiply, one number for each of x's channels; empty: it is none such.
  std::vector<double> of_channels(const Operation& operation) const {
    if (operation.kind != Kind::add && operation.kind != Kind::multiply) return {};
    const int x = operation.inputs[0], constant = operation.inputs[1];
    if (!rewrite_.is_constant(constant) || rewrite_.is_constant(x)) return {};
    const Extents &shape = rewrite_.shape(x), &given = rewrite_.shape(constant);
    if (shape.empty() || rewrite_.shape(operation.outputs[0]) != shape) return {};
    std::vector<double> numbers = rewrite_.numbers(constant);
    if (numbers.size() == 1) return std::vector<double>(shape.back(), numbers[0]);
    return given.back() == shape.back() && int64_t(numbers.size()) == shape.back() ? numbers
                                                                                   : std::vector<double>{};
  }

  void begin(const Operation& operation) {
    const int64_t outputs = rewrite_.shape(operation.outputs[0]).back();
    Product product{&operation, operation.inputs[0], rewrite_.numbers(operation.inputs[1]),
                    std::vector<double>(outputs)};
    if (operation.inputs.size() > 2 && operation.inputs[2] >= 0)
      product.bias = rewrite_.numbers(operation.inputs[2]);
    take_before(product);
    pending_[operation.outputs[0]] = std::move(product);
  }

  // Factors and terms of the input that are in no product of their own.
  void take_before(Product& product) {
    while (const Operation* before = rewrite_.maker(product.input)) {
      const auto numbers = of_channels(*before);
      if (numbers.empty() || rewrite_.uses(product.input) != 1 || pending_.count(product.input)) return;
      if (before->kind == Kind::add && has_pads(product)) return;  // pads are zeros after the term
      for_each_weight(product, [&](double& weight, size_t input, size_t output) {
        if (before->kind == Kind::add)
          product.bias[output] += weight * numbers[input];
        else
          weight *= numbers[input];
      });
      product.input = before->inputs[0];
    }
  }

  static bool has_pads(const Product& product) {
    const auto* settings = std::get_if<Convolution>(&product.operation->attributes);
    if (!settings) return false;
    const Window& w = settings->window;
    return w.padding != Padding::given || w.top || w.left || w.bottom || w.right;
  }

  // Calls function(weight, channel of the input, channel of the output).
  template <class Function>
  void for_each_weight(Product& product, Function function) const {
    const size_t outputs = product.bias.size();
    const Extents& shape = rewrite_.shape(product.operation->inputs[1]);
    if (product.operation->kind == Kind::fully_connected) {
      for (size_t i = 0; i < product.kernel.size(); ++i)
        function(product.kernel[i], i % shape[1], i / shape[1]);
      return;
    }
    const size_t groups = std::get<Convolution>(product.operation->attributes).groups, inputs = shape[2];
    for (size_t i = 0; i < product.kernel.size(); ++i) {
      const size_t output = i % outputs;
      function(product.kernel[i], output / (outputs / groups) * inputs + i / outputs % inputs, output);
    }
  }

  // Puts a factor or a term into the product whose output it is of. Whether it could.
  bool append(const Operation& operation) {
    const auto numbers = of_channels(operation);
    if (numbers.empty()) return false;
    const auto found = pending_.find(operation.inputs[0]);
    if (found == pending_.end() || rewrite_.uses(operation.inputs[0]) != 1) return false;
    Product product = std::move(found->second);
    pending_.erase(found);
    for (size_t o = 0; o < numbers.size(); ++o)
      if (operation.kind == Kind::add)
        product.bias[o] += numbers[o];
      else
        product.bias[o] *= numbers[o];
    if (operation.kind == Kind::multiply)
      for_each_weight(product, [&](double& weight, size_t, size_t output) { weight *= numbers[output]; });
    pending_[operation.outputs[0]] = std::move(product);
    return true;
  }

  void make(int old) {
    const auto found = pending_.find(old);
    if (found == pending_.end()) return;
    const Product product = std::move(found->second);
    pending_.erase(found);
    make(product.input);
    const Operation& operation = *product.operation;
    const std::string& name = rewrite_.from.tensors[operation.inputs[1]].name;
    const int kernel = rewrite_.constant(name, rewrite_.shape(operation.inputs[1]), product.kernel);
    const int bias = rewrite_.constant(name + " (bias)", {int64_t(product.bias.size())}, product.bias);
    rewrite_.stands(old, rewrite_.emit(operation, operation.kind, operation.attributes,
                                       {rewrite_.at(product.input), kernel, bias}, old));
  }

  Rewrite rewrite_;
  std::map<int, Product> pending_;  // by the old tensor that they make
};

}  // namespace

Graph passes::fold_factors(const Graph& graph) { return Folding(graph).run(); }

}  // namespace mobilith::file

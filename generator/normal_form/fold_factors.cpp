// Factors and terms of channels go into the product before them, or else after them: batch norms, biases,
// scales.
#include <algorithm>
#include <cmath>
#include <map>

#include "normal_form/affine.h"
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
  std::optional<Statistics> statistics{};  // of the output
};

// Nothing where no training has touched the norm: all means 0, all variances 1.
std::optional<Statistics> statistics_of(const std::vector<double>& factors, const std::vector<double>& beta,
                                        const std::vector<double>& mean,
                                        const std::vector<double>& variance) {
  const auto all = [](const std::vector<double>& numbers, double value) {
    return std::all_of(numbers.begin(), numbers.end(), [&](double x) { return x == value; });
  };
  if (all(mean, 0) && all(variance, 1)) return {};
  Statistics known{beta, {}};
  // The root in f32, as batch norms of files of weights alone have it (weights/fold.cpp).
  for (size_t c = 0; c < factors.size(); ++c)
    known.deviation.push_back(std::abs(factors[c]) * double(std::sqrt(float(std::max(0.0, variance[c])))));
  return known;
}

// What becomes of the statistics with a term or a factor.
void move(Statistics& known, Kind kind, const std::vector<double>& numbers) {
  for (size_t c = 0; c < numbers.size(); ++c) {
    if (kind == Kind::add) {
      known.mean[c] += numbers[c];
      continue;
    }
    known.mean[c] *= numbers[c];
    known.deviation[c] *= std::abs(numbers[c]);
  }
}

class Folding {
 public:
  explicit Folding(const Graph& graph) : rewrite_(graph) {}

  Graph run() {
    for (const Operation& operation : rewrite_.from.operations) {
      const bool product = operation.kind == Kind::convolution || operation.kind == Kind::fully_connected;
      if (product && rewrite_.is_constant(operation.inputs[1]) && has_constant_bias(operation))
        begin(operation);
      else if (operation.kind == Kind::batch_norm && has_constants(operation))
        append_norm(operation);
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

  bool has_constants(const Operation& norm) const {
    return std::all_of(norm.inputs.begin() + 1, norm.inputs.end(),
                       [&](int input) { return rewrite_.is_constant(input); });
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
    Product& product = pending_[operation.outputs[0]];
    product.operation = &operation, product.input = operation.inputs[0];
    product.kernel = rewrite_.numbers(operation.inputs[1]);
    product.bias.assign(size_t(outputs), 0);
    if (operation.inputs.size() > 2 && operation.inputs[2] >= 0)
      product.bias = rewrite_.numbers(operation.inputs[2]);
    take_before(product);
  }

  // Factors and terms of the input that are in no product of their own.
  void take_before(Product& product) {
    while (const Operation* before = rewrite_.maker(product.input)) {
      if (before->kind == Kind::batch_norm && take_norm_before(product, *before)) continue;
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

  // The same of a batch norm that is in no product.
  bool take_norm_before(Product& product, const Operation& norm) const {
    if (!has_constants(norm) || rewrite_.uses(product.input) != 1 || pending_.count(product.input) ||
        has_pads(product))
      return false;
    const Affine affine = affine_of(rewrite_, norm);
    for_each_weight(product, [&](double& weight, size_t input, size_t output) {
      product.bias[output] += weight * affine.terms[input];
      weight *= affine.factors[input];
    });
    product.input = norm.inputs[0];
    return true;
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
    if (product.statistics) move(*product.statistics, operation.kind, numbers);
    if (operation.kind == Kind::multiply)
      for_each_weight(product, [&](double& weight, size_t, size_t output) { weight *= numbers[output]; });
    pending_[operation.outputs[0]] = std::move(product);
    return true;
  }

  // A batch norm goes into the product whose output it is of, with as few roundings as can be; else it is a
  // product and a sum.
  void append_norm(const Operation& norm) {
    const int x = norm.inputs[0], old = norm.outputs[0];
    const Affine affine = affine_of(rewrite_, norm);
    const auto beta = rewrite_.numbers(norm.inputs[2]), mean = rewrite_.numbers(norm.inputs[3]);
    const auto found = pending_.find(x);
    if (found == pending_.end() || rewrite_.uses(x) != 1) {
      make(x);
      const auto constant = [&](size_t input, const std::vector<double>& numbers) {
        return rewrite_.constant(rewrite_.from.tensors[norm.inputs[input]].name, {int64_t(numbers.size())},
                                 numbers);
      };
      const int scaled = rewrite_.emit(norm, Kind::multiply, Elementwise{},
                                       {rewrite_.at(x), constant(1, affine.factors)}, old);
      return rewrite_.stands(
          old, rewrite_.emit(norm, Kind::add, Elementwise{}, {scaled, constant(2, affine.terms)}, old));
    }
    Product product = std::move(found->second);
    pending_.erase(found);
    for (size_t o = 0; o < beta.size(); ++o)
      product.bias[o] = beta[o] + affine.factors[o] * (product.bias[o] - mean[o]);
    for_each_weight(product,
                    [&](double& weight, size_t, size_t output) { weight *= affine.factors[output]; });
    product.statistics = statistics_of(affine.factors, beta, mean, rewrite_.numbers(norm.inputs[4]));
    pending_[old] = std::move(product);
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
    const int now = rewrite_.emit(operation, operation.kind, operation.attributes,
                                  {rewrite_.at(product.input), kernel, bias}, old);
    rewrite_.say(now, product.statistics);
    rewrite_.stands(old, now);
  }

  Rewrite rewrite_;
  std::map<int, Product> pending_;  // by the old tensor that they make
};

}  // namespace

Graph passes::fold_factors(const Graph& graph) { return Folding(graph).run(); }

}  // namespace mobilith::file

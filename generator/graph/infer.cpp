#include "graph/infer.h"

#include <fmt/format.h>

#include "graph/lifetimes.h"
#include "graph/operations.h"

namespace mobilith::file {

namespace {

// Constants up to this many elements are looked at: shapes, axes, pads.
constexpr int64_t small = 1 << 8;

constexpr double most_work = 0x1p36;              // products of all operations together: a minute or two
constexpr int64_t most_alive = int64_t(1) << 28;  // elements at one time: 2 GB in double

class Inference {
 public:
  explicit Inference(Graph& graph) : graph_(graph), values_(graph.tensors.size()) {}

  void run() {
    for (const int i : graph_.inputs) {
      const Tensor& tensor = graph_.tensors[i];
      if (tensor.constant) throw Error(fmt::format("input {} is a constant, too", quoted(tensor.name)));
      define(i, {.shape = tensor.shape.value_or(Extents{}), .type = value_type(tensor)});
    }
    for (size_t i = 0; i < graph_.tensors.size(); ++i)
      if (graph_.tensors[i].constant) define(int(i), constant(graph_.tensors[i]));
    for (const Operation& operation : graph_.operations) infer(operation);
    for (const int i : graph_.outputs)
      if (!values_[i])
        throw Error(fmt::format("output {} is made by no operation", quoted(graph_.tensors[i].name)));
    expect_little_alive();
  }

 private:
  static Value constant(const Tensor& tensor) {
    const int64_t count = elements(*tensor.shape, "tensor " + quoted(tensor.name));
    if (count <= small) return value_of(tensor);
    if (int64_t(tensor.constant->view.size()) != count * width_of(tensor.type)) value_of(tensor);  // throws
    return {.shape = *tensor.shape, .type = value_type(tensor)};
  }

  void define(int i, Value value) {
    const Tensor& tensor = graph_.tensors[i];
    if (values_[i]) throw Error(fmt::format("tensor {} is made twice", quoted(tensor.name)));
    elements(value.shape, "tensor " + quoted(tensor.name));
    values_[i] = std::move(value);
  }

  void infer(const Operation& operation) {
    const OperationRow& row = row_of(operation.kind);
    if (operation.attributes.index() != row.attributes) refuse(operation, "settings of another operation");
    if (operation.outputs.size() != 1)
      refuse(operation, fmt::format("{} outputs; expected one", operation.outputs.size()));
    const Call call = call_of(operation, row);
    const Outcome outcome = row.outcome(call);
    const int64_t count = elements(outcome.shape, place_of(operation));
    work_ += row.work ? row.work(call, outcome.shape) : double(count);
    if (work_ > most_work) refuse(operation, "the graph up to here has more than 2^36 products");
    Value value{.shape = outcome.shape, .type = outcome.type};
    bool known = row.asks_shape_alone;
    if (!known && count <= small) {
      known = true;
      for (const Value* input : call.inputs) known &= !input || input->known;
    }
    if (known) {
      value.known = true;
      value.numbers.resize(count);
      row.evaluate(call, value);
    }
    Tensor& tensor = graph_.tensors[operation.outputs[0]];
    agree(operation, tensor, outcome);
    if (tensor.type == ElementType::unsaid) tensor.type = outcome.type;
    tensor.shape = outcome.shape;
    define(operation.outputs[0], std::move(value));
  }

  Call call_of(const Operation& operation, const OperationRow& row) {
    if (int(operation.inputs.size()) > row.most_inputs)
      refuse(operation,
             fmt::format("{} inputs; expected at most {}", operation.inputs.size(), row.most_inputs));
    Call call{operation, {}};
    for (const int i : operation.inputs) {
      if (i >= 0 && !values_[i])
        refuse(operation,
               fmt::format("its input {} is made by no operation before it", quoted(graph_.tensors[i].name)));
      call.inputs.push_back(i < 0 ? nullptr : &*values_[i]);
    }
    for (int i = 0; i < row.least_inputs; ++i)
      if (!call.has(i)) refuse(operation, fmt::format("input {} is missing", i));
    return call;
  }

  static void agree(const Operation& operation, const Tensor& tensor, const Outcome& outcome) {
    if (tensor.constant) refuse(operation, "its output is a constant");
    if (tensor.quantisation.scales.size() > 1)
      refuse(operation,
             fmt::format("its output has {} scales; expected one", tensor.quantisation.scales.size()));
    if (tensor.type != ElementType::unsaid && value_type(tensor) != outcome.type)
      refuse(operation, fmt::format("its output is {} without a scale in the file, but computed as {}",
                                    name_of(tensor.type), name_of(outcome.type)));
    if (!tensor.shape) return;
    bool same = tensor.shape->size() == outcome.shape.size();
    for (size_t i = 0; same && i < outcome.shape.size(); ++i)
      same = (*tensor.shape)[i] == -1 || (*tensor.shape)[i] == outcome.shape[i];
    if (!same)
      refuse(operation, fmt::format("its output is {} in the file, but computed as {}",
                                    text_of(*tensor.shape), text_of(outcome.shape)));
  }

  // What evaluate() holds at a time: inputs, and constants and outputs until their last use.
  void expect_little_alive() const {
    const auto count = [&](int i) { return elements(*graph_.tensors[i].shape, "tensor"); };
    const std::vector<size_t> last = last_uses(graph_);
    std::vector<bool> alive(graph_.tensors.size());
    int64_t sum = 0;
    for (size_t k = 0; k < graph_.operations.size(); ++k) {
      const Operation& operation = graph_.operations[k];
      for (const auto* tensors : {&operation.inputs, &operation.outputs})
        for (const int i : *tensors)
          if (i >= 0 && !alive[i]) {
            alive[i] = true;
            sum += count(i);
          }
      if (sum > most_alive) refuse(operation, "values and weights beside it are more than 2 GB in double");
      for (const auto* tensors : {&operation.inputs, &operation.outputs})
        for (const int i : *tensors)
          if (i >= 0 && alive[i] && last[i] <= k) {
            alive[i] = false;
            sum -= count(i);
          }
    }
  }

  Graph& graph_;
  std::vector<std::optional<Value>> values_;
  double work_ = 0;
};

}  // namespace

void infer(Graph& graph) { Inference(graph).run(); }

}  // namespace mobilith::file

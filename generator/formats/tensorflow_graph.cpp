// From a GraphDef's nodes, in any order, to operations in the order of their computation.
#include <fmt/format.h>

#include <algorithm>

#include "formats/open_extents.h"
#include "formats/tensorflow_file.h"

namespace mobilith::file {

namespace {

constexpr int most_nodes = 1 << 16, most_operands = 64;
constexpr int64_t most_repeated = int64_t(1) << 26;  // bytes of constants that the file does not hold

// "^name": nothing is taken from it, it must only be computed before. "name:0" is "name".
struct Source {
  std::string node;
  std::string tensor;
  bool control;
};

Source source_of(const std::string& input) {
  if (input.starts_with('^')) return {input.substr(1), "", true};
  const size_t colon = input.rfind(':');
  if (colon == std::string::npos) return {input, input, false};
  const std::string node = input.substr(0, colon);
  return {node, input.substr(colon) == ":0" ? node : input, false};
}

class Reader {
 public:
  Reader(TensorflowGraph from, const ReadRequest& request) : from_(std::move(from)), request_(request) {
    if (nodes().size() > most_nodes) throw Error("more than 65536 operations");
    if (!from_.graph->library().empty())
      throw Error("it defines functions of its own; expected TensorFlow's operations alone");
    for (int i = 0; i < nodes().size(); ++i)
      if (!places_.emplace(nodes(i).name(), i).second)
        throw Error(fmt::format("node {} twice", quoted(nodes(i).name())));
    used_.resize(size_t(nodes().size()));
  }

  Graph read() {
    for (const int i : order()) read_node(i);
    if (from_.constants)
      for (const auto& [name, tensor] : *from_.constants)
        if (!places_.count(name)) throw Error(fmt::format("weights {} belong to no node", quoted(name)));
    if (from_.outputs.empty()) from_.outputs = ends();
    for (const std::string& output : from_.outputs) {
      const Source source = source_of(output);
      if (!places_.count(source.node)) throw Error(fmt::format("output {} is no node", quoted(output)));
      result_.outputs.push_back(index_of(source.tensor));
    }
    if (result_.inputs.empty() || result_.outputs.empty())
      throw Error("a graph without inputs or without outputs");
    return std::move(result_);
  }

 private:
  const google::protobuf::RepeatedPtrField<tensorflow::Node>& nodes() const { return from_.graph->node(); }
  const tensorflow::Node& nodes(int i) const { return from_.graph->node(i); }

  int index_of(const std::string& name) {
    const auto [place, added] = indices_.emplace(name, int(result_.tensors.size()));
    if (added) result_.tensors.push_back({.name = name});
    return place->second;
  }

  static Operation operation_of(const tensorflow::Node& node) {
    return {.kind = {}, .type = node.op(), .name = node.name(), .inputs = {}, .outputs = {}};
  }

  int place_of_input(int node, const std::string& input) const {
    const auto found = places_.find(source_of(input).node);
    if (found == places_.end())
      refuse(operation_of(nodes(node)), fmt::format("its input {} is no node", quoted(input)));
    return found->second;
  }

  // Every node after its inputs.
  std::vector<int> order() {
    enum State : char { unseen, open, done };
    std::vector<char> states(used_.size(), unseen);
    std::vector<int> order;
    for (int first = 0; first < nodes().size(); ++first) {
      std::vector<std::pair<int, int>> path{{first, 0}};  // nodes, and which of their inputs is next
      while (!path.empty()) {
        auto& [i, next] = path.back();
        if (states[i] == done || next == nodes(i).input_size()) {
          if (states[i] != done) order.push_back(i);
          states[i] = done;
          path.pop_back();
          continue;
        }
        states[i] = open;
        const std::string& input = nodes(i).input(next++);
        const int before = place_of_input(i, input);
        if (!source_of(input).control) used_[before] = true;
        if (states[before] == open) refuse(operation_of(nodes(before)), "it is computed from its own output");
        if (states[before] == unseen) path.emplace_back(before, 0);
      }
    }
    return order;
  }

  // What no other node uses.
  std::vector<std::string> ends() const {
    std::vector<std::string> ends;
    for (int i = 0; i < nodes().size(); ++i)
      if (const std::string& op = nodes(i).op();
          !used_[i] && op != "Const" && op != "Placeholder" && op != "NoOp")
        ends.push_back(nodes(i).name());
    return ends;
  }

  void read_input(TensorflowReading& reading) {
    reading.expect_inputs(0);
    Tensor& tensor = reading.output();
    tensor.type = reading.type("dtype", ElementType::unsaid);
    const tensorflow::Shape* shape = reading.shape("shape");
    if (tensor.type == ElementType::unsaid || !shape || shape->unknown_rank())
      throw Error(fmt::format("input {} has no type or shape", quoted(tensor.name)));
    tensor.shape = closed(tensor.name, extents_of(*shape, "input " + quoted(tensor.name)), request_);
    result_.inputs.push_back(reading.to.outputs[0]);
  }

  void read_constant(TensorflowReading& reading) {
    reading.expect_inputs(0);
    const auto held = reading.tensor("value");
    const ElementType type = reading.type("dtype", ElementType::unsaid);
    Tensor& tensor = reading.output();
    if (from_.constants) {
      const auto found = from_.constants->find(tensor.name);
      if (found == from_.constants->end())
        refuse(reading.to, "the files beside it have no weights of its name");
      tensor = found->second;
      if (held && held->tensor_shape().dim_size() &&
          extents_of(held->tensor_shape(), place_of(reading.to)) != tensor.shape)
        refuse(reading.to, "its weights have another shape");
    } else if (const auto variable = from_.variables.find(tensor.name); variable != from_.variables.end()) {
      tensor = variable->second;
    } else {
      if (!held) refuse(reading.to, "a constant without numbers");
      tensor = file::read_constant(held, tensor.name, room_);
    }
    if (tensor.type != type)
      refuse(reading.to, fmt::format("a constant of {}, not {}", name_of(tensor.type), name_of(type)));
  }

  void read_node(int i) {
    const std::shared_ptr<const tensorflow::Node> node{from_.graph, &nodes(i)};
    Operation operation = operation_of(*node);
    // Nothing that is read here has effects, so that what is only computed before is nothing. Of such inputs
    // a NoOp of TensorFlow 2 has one for each variable.
    for (const std::string& input : node->input())
      if (const Source source = source_of(input); !source.control)
        operation.inputs.push_back(index_of(source.tensor));
    if (operation.inputs.size() > most_operands) refuse(operation, "more than 64 inputs");
    if (operation.type == "NoOp") return;
    // Further outputs (the statistics of a batch norm) are made by nothing, so that nobody can use them.
    operation.outputs.push_back(index_of(node->name()));
    TensorflowReading reading(node, result_, operation);
    if (operation.type == "Placeholder") {
      read_input(reading);
      return reading.finish();
    }
    if (operation.type == "Const") {
      read_constant(reading);
      return reading.finish();
    }
    file::read_node(reading);
    result_.operations.push_back(std::move(operation));
  }

  TensorflowGraph from_;
  const ReadRequest& request_;
  std::map<std::string, int> places_{};  // of nodes
  std::vector<bool> used_{};             // nodes
  Graph result_{};
  std::map<std::string, int> indices_{};
  int64_t room_ = most_repeated;
};

}  // namespace

Graph read_tensorflow_graph(TensorflowGraph from, const ReadRequest& request) {
  return Reader(std::move(from), request).read();
}

}  // namespace mobilith::file

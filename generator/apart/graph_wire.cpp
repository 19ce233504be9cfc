#include "apart/graph_wire.h"

#include "graph/file_error.h"
#include "graph/infer.h"
#include "state_dicts/strided.h"

namespace mobilith {

namespace file {

void fields(auto& wire, Quantisation& of) {
  auto& [scales, zero_points, axis] = of;
  wire(scales, zero_points, axis);
}
void fields(auto& wire, Statistics& of) {
  auto& [mean, deviation] = of;
  wire(mean, deviation);
}
void fields(Sender& wire, Bytes& of) {
  auto& [owner, view] = of;
  wire.bytes(view);
}
void fields(Receiver& wire, Bytes& of) {
  auto [owner, view] = wire.bytes();
  of = {std::move(owner), view};
}
void fields(Sender& wire, Storage& of) {
  auto& [owner, bytes] = of;
  wire.bytes(bytes);
}
void fields(Receiver& wire, Storage& of) {
  auto [owner, view] = wire.bytes();
  of = {std::move(owner), view};
}
void fields(auto& wire, Tensor& of) {
  auto& [name, type, shape, constant, quantisation, statistics] = of;
  wire(name, type, shape, constant, quantisation, statistics);
}
void fields(auto& wire, Operation& of) {
  auto& [kind, type, name, inputs, outputs, attributes] = of;
  wire(kind, type, name, inputs, outputs, attributes);
}
void fields(auto& wire, Graph& of) {
  auto& [format, tensors, operations, inputs, outputs] = of;
  wire(format, tensors, operations, inputs, outputs);
}
void fields(auto& wire, NamedTensor& of) {
  auto& [name, type, shape, storage, offset, strides] = of;
  wire(name, type, shape, storage, offset, strides);
}
void fields(auto& wire, StateDict& of) {
  auto& [tensors, left_out, config] = of;
  wire(tensors, left_out, config);
}

}  // namespace file

void fields(auto& wire, FileLabels& of) {
  auto& [names, left_out] = of;
  wire(names, left_out);
}
void fields(auto& wire, GraphContent& of) {
  auto& [graph, assumed, labels] = of;
  wire(graph, assumed, labels);
}
void fields(auto& wire, Hdf5Dataset& of) {
  auto& [path, shape, group_name, f32, unreadable] = of;
  wire(path, shape, group_name, f32, unreadable);
}
void fields(auto& wire, KerasArrays& of) {
  auto& [datasets, groups, values] = of;
  wire(datasets, groups, values);
}

namespace {

void expect(bool so) {
  if (!so) throw BadAnswer("a graph that can't be");
}

// What the readers promise of a graph.
void expect_whole(file::Graph& graph) {
  const auto count = static_cast<int>(graph.tensors.size());
  std::vector<bool> there(graph.tensors.size(), false);
  const auto make = [&](int tensor) {
    expect(tensor >= 0 && tensor < count && !there[size_t(tensor)]);
    there[size_t(tensor)] = true;
  };
  for (int i = 0; i < count; i++) {
    const file::Tensor& tensor = graph.tensors[size_t(i)];
    if (tensor.constant) expect(tensor.shape && tensor.type != file::ElementType::unsaid), make(i);
    expect(tensor.quantisation.scales.size() == tensor.quantisation.zero_points.size());
    expect(!tensor.statistics);
  }
  for (const int input : graph.inputs) make(input), expect(graph.tensors[size_t(input)].shape.has_value());
  for (const file::Operation& operation : graph.operations) {
    for (const int input : operation.inputs)
      expect(input == -1 || (input >= 0 && input < count && there[size_t(input)]));
    for (const int output : operation.outputs) make(output);
  }
  for (const int output : graph.outputs) expect(output >= 0 && output < count && there[size_t(output)]);
  file::infer(graph);  // shapes, types, settings, sizes
}

void expect_whole(const file::StateDict& dict) {
  int64_t numbers = 0;
  for (const file::NamedTensor& tensor : dict.tensors) {
    expect(tensor.type != file::ElementType::unsaid);
    numbers += file::check_view(tensor);
    expect(numbers <= file::most_numbers);
  }
}

void expect_whole(const KerasArrays& arrays) {
  for (const Hdf5Dataset& dataset : arrays.datasets) {
    const auto found = arrays.values.find(dataset.path);
    if (found == arrays.values.end()) continue;
    size_t values = 1;
    for (const int extent : dataset.shape) {
      expect(extent > 0 && values <= found->second.size());
      values *= size_t(extent);
    }
    expect(values == found->second.size());
  }
}

}  // namespace

void pass(Sender& wire, HeldByFile& content) {
  auto index = static_cast<uint8_t>(content.index());
  wire(index);
  std::visit([&](auto& held) { wire(held); }, content);
}

void pass(Receiver& wire, HeldByFile& content) {
  uint8_t index = 0;
  wire(index);
  if (index >= std::variant_size_v<HeldByFile>) throw BadAnswer("a content that is not known");
  if (index == 0) content.emplace<0>();
  if (index == 1) content.emplace<1>();
  if (index == 2) content.emplace<2>();
  std::visit([&](auto& held) { wire(held); }, content);
  try {
    if (auto* graph = std::get_if<GraphContent>(&content)) expect_whole(graph->graph);
    if (const auto* dict = std::get_if<file::StateDict>(&content)) expect_whole(*dict);
    if (const auto* arrays = std::get_if<KerasArrays>(&content)) expect_whole(*arrays);
  } catch (const file::Error& error) {
    throw BadAnswer(std::string("a content that can't be: ") + error.what());
  }
}

}  // namespace mobilith

// What ONNX moves: shapes, orders, parts.
#include <fmt/format.h>

#include "formats/onnx_nodes.h"

namespace mobilith::file {

void nodes::reshape(NodeReading& node) {
  if (!node.given(1)) refuse(node.to, "it has no shape");
  node.to.attributes = Reshape{.zero_copies = node.opset < 14 || node.integer("allowzero", 0) == 0};
}

void nodes::flatten(NodeReading& node) { node.to.attributes = Axis{node.integer("axis", 1)}; }

// Squeeze and Unsqueeze: axes are an attribute before opset 13.
void nodes::axes(NodeReading& node) {
  Axes settings;
  if (node.opset < 13) {
    node.at_most(1);
    settings.axes = node.integers("axes");
  }
  if (node.to.kind == OperationKind::unsqueeze && !settings.axes && !node.given(1))
    refuse(node.to, "it has no axes");
  node.to.attributes = settings;
}

void nodes::transpose(NodeReading& node) {
  node.at_most(1);
  node.to.attributes = Transpose{node.integers("perm")};
}

void nodes::pad(NodeReading& node) {
  const std::string mode = node.word("mode", "constant");
  if (mode != "constant") refuse(node.to, fmt::format("mode {}; expected 'constant'", quoted(mode)));
  Pad settings;
  if (node.opset < 11) {
    node.at_most(1);
    settings.pads = node.integers("pads");
    settings.value = node.number("value", 0);
    if (!settings.pads) refuse(node.to, "it has no pads");
  } else {
    node.at_most(node.opset < 18 ? 3 : 4);
    if (!node.given(1)) refuse(node.to, "it has no pads");
  }
  node.to.attributes = settings;
}

void nodes::concat(NodeReading& node) {
  if (!node.has("axis")) refuse(node.to, "it has no axis");
  node.to.attributes = Axis{node.integer("axis", 0)};
}

void nodes::shape(NodeReading& node) {
  ShapeOf settings;
  if (node.opset >= 15) {
    settings.begin = node.integer("start", 0);
    if (node.has("end")) settings.end = node.integer("end", 0);
  }
  node.to.attributes = settings;
}

void nodes::gather(NodeReading& node) { node.to.attributes = Axis{node.integer("axis", 0)}; }

// Before opset 10 what is taken is attributes; they become constants.
void nodes::slice(NodeReading& node) {
  if (node.opset >= 10) return;
  node.at_most(1);
  const auto begins = node.integers("starts"), ends = node.integers("ends"), axes = node.integers("axes");
  if (!begins || !ends) refuse(node.to, "it has no starts or no ends");
  node.to.inputs.push_back(node.add_constant(*begins));
  node.to.inputs.push_back(node.add_constant(*ends));
  if (axes) node.to.inputs.push_back(node.add_constant(*axes));
}

void nodes::cast(NodeReading& node) {
  node.to.attributes = Cast{onnx_type(int(node.integer("to", 0)), place_of(node.to))};
  if (node.opset >= 19) node.ignore("saturate");    // of 8-bit floats
  if (node.opset >= 24) node.ignore("round_mode");  // of 8-bit floats
}

}  // namespace mobilith::file

#include "formats/tflite_parts.h"

#include <stdexcept>

#include "formats/tflite_writer.h"

namespace mobilith::testing {

namespace {

// The fields of options by their number in the format's union.
std::string fields_of(int options_type) {
  switch (options_type) {
    case 0:
    case 22:  // PAD
      return "";
    case 1:  // CONV_2D
      return "biibiib";
    case 2:  // DEPTHWISE_CONV_2D
      return "biiibii";
    case 5:  // pools
      return "biiiib";
    case 8:  // FULLY_CONNECTED
      return "bbttb";
    case 9:  // SOFTMAX
      return "f";
    case 11:  // ADD
      return "bt";
    case 27:  // MEAN
      return "t";
    default:
      throw std::logic_error("options of type " + std::to_string(options_type));
  }
}

// What a file has where it writes nothing.
double default_of(int options_type, size_t field) {
  const bool dilation =
      (options_type == 1 && (field == 4 || field == 5)) || (options_type == 2 && (field == 5 || field == 6));
  return dilation || (options_type == 11 && field == 1) ? 1 : 0;
}

flatbuffers::voffset_t offset_of(size_t field) { return flatbuffers::voffset_t(4 + 2 * field); }

double value_of(const flatbuffers::Table& table, char kind, size_t field, double otherwise) {
  if (kind == 'f') return table.GetField<float>(offset_of(field), float(otherwise));
  if (kind == 'i') return table.GetField<int32_t>(offset_of(field), int32_t(otherwise));
  return table.GetField<int8_t>(offset_of(field), int8_t(otherwise));
}

std::vector<int> numbers_of(const flatbuffers::Vector<int32_t>* from) { return {from->begin(), from->end()}; }

}  // namespace

TfliteParts parts_of(const std::string& bytes) {
  const tflite::Model& model = *tflite::GetModel(bytes.data());
  const tflite::SubGraph& graph = *model.subgraphs()->Get(0);
  TfliteParts parts{{}, {}, numbers_of(graph.inputs()), numbers_of(graph.outputs())};
  for (const tflite::Tensor* tensor : *graph.tensors()) {
    const auto* data = model.buffers()->Get(tensor->buffer())->data();
    parts.tensors.push_back(
        {tensor->name()->str(), numbers_of(tensor->shape()), tensor->type(),
         data ? std::string(reinterpret_cast<const char*>(data->data()), data->size()) : ""});
  }
  for (const tflite::Operator* one : *graph.operators()) {
    TfliteOperator to{model.operator_codes()->Get(one->opcode_index())->builtin_code(),
                      numbers_of(one->inputs()), numbers_of(one->outputs()), one->builtin_options_type()};
    const std::string fields = fields_of(to.options_type);
    for (size_t i = 0; i < fields.size(); i++)
      to.options.push_back(
          {fields[i], value_of(*reinterpret_cast<const flatbuffers::Table*>(one->builtin_options()),
                               fields[i], i, default_of(to.options_type, i))});
    parts.operators.push_back(to);
  }
  return parts;
}

std::string bytes_of(const TfliteParts& parts) {
  TfliteFile file;
  for (const TfliteTensor& tensor : parts.tensors) {
    const Shape shape(tensor.shape.begin(), tensor.shape.end());
    if (tensor.bytes.empty())
      file.tensor(tensor.name, shape, tensor.type);
    else
      file.constant(tensor.name, shape, tensor.type, tensor.bytes);
  }
  file.builder.ForceDefaults(true);
  for (const TfliteOperator& one : parts.operators) {
    const auto start = file.builder.StartTable();
    for (size_t i = 0; i < one.options.size(); i++) {
      const auto [kind, value] = one.options[i];
      if (kind == 'f')
        file.builder.AddElement<float>(offset_of(i), float(value), 0);
      else if (kind == 'i')
        file.builder.AddElement<int32_t>(offset_of(i), int32_t(value), 0);
      else
        file.builder.AddElement<int8_t>(offset_of(i), int8_t(value), 0);
    }
    const flatbuffers::Offset<tflite::AnyOptions> options(file.builder.EndTable(start));
    file.op(one.code, one.inputs, one.outputs.at(0), one.options_type, options);
  }
  return file.bytes(parts.inputs, parts.outputs);
}

}  // namespace mobilith::testing

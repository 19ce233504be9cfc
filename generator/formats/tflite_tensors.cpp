// Tensors of TFLite files: types, shapes, constants, scales and zero points.
#include <fmt/format.h>

#include <cmath>

#include "formats/tflite_file.h"
#include "graph/file_error.h"
#include "graph/value.h"

namespace mobilith::file {

namespace {

// A type is a row.
ElementType element_type(tflite::TensorType type, const std::string& place) {
  using enum tflite::TensorType;
  switch (type) {
    case FLOAT32:
      return ElementType::f32;
    case FLOAT16:
      return ElementType::f16;
    case FLOAT64:
      return ElementType::f64;
    case INT8:
      return ElementType::i8;
    case UINT8:
      return ElementType::u8;
    case INT16:
      return ElementType::i16;
    case UINT16:
      return ElementType::u16;
    case INT32:
      return ElementType::i32;
    case UINT32:
      return ElementType::u32;
    case INT64:
      return ElementType::i64;
    case UINT64:
      return ElementType::u64;
    case BOOL:
      return ElementType::boolean;
    default:
      break;
  }
  const char* name = tflite::EnumNameTensorType(type);
  throw Error(fmt::format("{}: elements of type {}", place, *name ? name : std::to_string(int(type))));
}

Extents extents(const flatbuffers::Vector<int32_t>* shape, const std::string& place) {
  Extents result;
  if (!shape) return result;
  if (shape->size() > 8) throw Error(fmt::format("{}: {} axes", place, shape->size()));
  result.assign(shape->begin(), shape->end());
  return result;
}

Quantisation quantisation(const tflite::Quantization* q, ElementType type, const std::string& place) {
  if (!q) return {};
  if (q->details_type() != 0 || q->details())
    throw Error(place + ": quantised by blocks, or in another way than by scale and zero point");
  // Converters leave ranges and scales at floats, and engines don't look at them.
  if (!q->scale() || q->scale()->size() == 0 || !is_whole(type)) return {};
  Quantisation result;
  result.axis = q->quantized_dimension();
  if (q->scale()->size() > 1 << 20) throw Error(place + ": more than a million scales");
  const auto* zeros = q->zero_point();
  if (zeros && zeros->size() != 0 && zeros->size() != q->scale()->size())
    throw Error(fmt::format("{}: {} scales and {} zero points", place, q->scale()->size(), zeros->size()));
  const auto [least, most] = range_of(type);
  for (flatbuffers::uoffset_t i = 0; i < q->scale()->size(); ++i) {
    const double scale = q->scale()->Get(i);
    const int64_t zero = zeros && zeros->size() ? zeros->Get(i) : 0;
    if (!(scale > 0) || !std::isfinite(scale)) throw Error(fmt::format("{}: a scale of {}", place, scale));
    if (double(zero) < least || double(zero) > most)
      throw Error(fmt::format("{}: a zero point of {} for {}", place, zero, name_of(type)));
    result.scales.push_back(scale);
    result.zero_points.push_back(zero);
  }
  return result;
}

// What a tensor that is computed has in the file as its shape.
std::optional<Extents> computed_shape(const tflite::Tensor& tensor, bool open, const std::string& place) {
  if (tensor.shape_signature() && tensor.shape_signature()->size())
    return extents(tensor.shape_signature(), place);
  if (open) return {};
  return extents(tensor.shape(), place);
}

}  // namespace

Tensor read_tensor(const tflite::Tensor& from, const tflite::Model& model,
                   const std::shared_ptr<const std::string>& owner, bool open) {
  Tensor tensor;
  tensor.name = from.name() ? from.name()->str().substr(0, 1024) : "";
  const std::string place = "tensor " + quoted(tensor.name);
  if (from.is_variable()) throw Error(place + ": a variable, which keeps its value from run to run");
  if (from.sparsity()) throw Error(place + ": stored as a sparse tensor; expected a dense one");
  if (from.variant_tensors()) throw Error(place + ": of a variant type");
  tensor.type = element_type(from.type(), place);
  tensor.quantisation = quantisation(from.quantization(), tensor.type, place);
  if (!model.buffers() || from.buffer() >= model.buffers()->size())
    throw Error(fmt::format("{}: buffer {} is not in the file", place, from.buffer()));
  const tflite::Buffer* buffer = model.buffers()->Get(from.buffer());
  if (buffer->offset() > 1 || buffer->size() > 1)
    throw Error(place + ": its data lie outside of the FlatBuffer, as in files over 2 GB");
  const bool data = buffer->data() && buffer->data()->size();
  const Extents shape = extents(from.shape(), place);
  // Buffer 0 is that of tensors without data; a constant without elements has a buffer of its own, but no
  // data.
  if (data || (from.buffer() != 0 && elements(shape, place) == 0)) {
    tensor.shape = shape;
    tensor.constant = Bytes{
        owner,
        data ? std::string_view(reinterpret_cast<const char*>(buffer->data()->data()), buffer->data()->size())
             : std::string_view()};
  } else {
    tensor.shape = computed_shape(from, open, place);
  }
  return tensor;
}

}  // namespace mobilith::file

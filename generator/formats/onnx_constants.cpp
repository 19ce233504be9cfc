// Constants of ONNX files.
#include <fmt/format.h>

#include "formats/onnx_external.h"
#include "formats/onnx_file.h"
#include "graph/value.h"

namespace mobilith::file {

ElementType onnx_type(int type, const std::string& place) {
  constexpr ElementType types[] = {
      ElementType::unsaid, ElementType::f32, ElementType::u8,  ElementType::i8,     ElementType::u16,
      ElementType::i16,    ElementType::i32, ElementType::i64, ElementType::unsaid, ElementType::boolean,
      ElementType::f16,    ElementType::f64, ElementType::u32, ElementType::u64,    ElementType::unsaid,
      ElementType::unsaid, ElementType::bf16};
  const ElementType found = type >= 0 && size_t(type) < std::size(types) ? types[type] : ElementType::unsaid;
  if (found == ElementType::unsaid) throw Error(fmt::format("{}: elements of ONNX's type {}", place, type));
  return found;
}

namespace {

template <class T>
std::string_view bytes_of(const google::protobuf::RepeatedField<T>& field) {
  return {reinterpret_cast<const char*>(field.data()), field.size() * sizeof(T)};
}

// The low `width` bytes of each number.
template <class T>
Bytes narrowed(const google::protobuf::RepeatedField<T>& field, int width) {
  auto owner = std::make_shared<std::string>();
  for (const T number : field) owner->append(reinterpret_cast<const char*>(&number), width);
  return {owner, *owner};
}

// Which field holds numbers of a type that are not raw.
Bytes typed_data(const std::shared_ptr<const onnx::Tensor>& from, ElementType type) {
  switch (type) {
    case ElementType::f32:
      return {from, bytes_of(from->float_data())};
    case ElementType::f64:
      return {from, bytes_of(from->double_data())};
    case ElementType::i64:
      return {from, bytes_of(from->int64_data())};
    case ElementType::u64:
    case ElementType::u32:
      return narrowed(from->uint64_data(), width_of(type));
    default:
      return narrowed(from->int32_data(), width_of(type));
  }
}

// How many of the fields hold numbers.
int filled_fields(const onnx::Tensor& from) {
  return (from.float_data_size() != 0) + (from.int32_data_size() != 0) + (from.int64_data_size() != 0) +
         (from.double_data_size() != 0) + (from.uint64_data_size() != 0) + (from.string_data_size() != 0) +
         from.has_raw_data();
}

}  // namespace

Tensor read_constant(const std::shared_ptr<const onnx::Tensor>& from, std::string name,
                     ExternalData& external) {
  Tensor tensor;
  tensor.name = std::move(name);
  const std::string place = "tensor " + quoted(tensor.name);
  const bool outside = from->data_location() == 1;
  if (!outside && (from->data_location() != 0 || from->external_data_size()))
    throw Error(
        fmt::format("{}: its data are at place {}, with {} words on another file; expected place 1 "
                    "for those",
                    place, from->data_location(), from->external_data_size()));
  if (from->has_segment()) throw Error(place + ": a part of a tensor");
  tensor.type = onnx_type(from->data_type(), place);
  if (from->dims_size() > 8) throw Error(fmt::format("{}: {} axes", place, from->dims_size()));
  tensor.shape.emplace(from->dims().begin(), from->dims().end());
  const int64_t expected = elements(*tensor.shape, place) * width_of(tensor.type);
  if (filled_fields(*from) + outside > 1) throw Error(place + ": its data are there twice");
  tensor.constant = outside                ? external.bytes_of(*from, expected, place)
                    : from->has_raw_data() ? Bytes{from, from->raw_data()}
                                           : typed_data(from, tensor.type);
  if (int64_t(tensor.constant->view.size()) != expected)
    throw Error(fmt::format("{}: {} bytes for {} of {}", place, tensor.constant->view.size(),
                            text_of(*tensor.shape), name_of(tensor.type)));
  return tensor;
}

}  // namespace mobilith::file

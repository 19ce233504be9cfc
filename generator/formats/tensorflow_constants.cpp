// Constants of TensorFlow graphs.
#include <fmt/format.h>

#include "formats/tensorflow_file.h"
#include "graph/value.h"

namespace mobilith::file {

ElementType tensorflow_type(int type, const std::string& place) {
  using enum ElementType;
  constexpr ElementType types[] = {unsaid, f32, f64,     i32,    u8,     i16,    i8,   unsaid,
                                   unsaid, i64, boolean, unsaid, unsaid, unsaid, bf16, unsaid,
                                   unsaid, u16, unsaid,  f16,    unsaid, unsaid, u32,  u64};
  const ElementType found = type >= 0 && size_t(type) < std::size(types) ? types[type] : unsaid;
  if (found == unsaid)
    throw Error(fmt::format("{}: elements of {}", place,
                            tensorflow::DataType_IsValid(type)
                                ? tensorflow::DataType_Name(tensorflow::DataType(type))
                                : fmt::format("TensorFlow's type {}", type)));
  return found;
}

Extents extents_of(const tensorflow::Shape& shape, const std::string& place) {
  if (shape.dim_size() > 8) throw Error(fmt::format("{}: {} axes", place, shape.dim_size()));
  Extents extents;
  for (const tensorflow::Dimension& dim : shape.dim()) {
    if (dim.size() < -1) throw Error(fmt::format("{}: an extent of {}", place, dim.size()));
    extents.push_back(dim.size());
  }
  return extents;
}

namespace {

// The low `width` bytes of each number.
template <class Field>
std::string narrowed(const Field& field, int width) {
  std::string bytes;
  for (const auto number : field) bytes.append(reinterpret_cast<const char*>(&number), size_t(width));
  return bytes;
}

// The list that holds numbers of a type.
std::string listed(const tensorflow::Tensor& from, ElementType type) {
  const int width = width_of(type);
  switch (type) {
    case ElementType::f32:
      return narrowed(from.float_val(), width);
    case ElementType::f64:
      return narrowed(from.double_val(), width);
    case ElementType::f16:
    case ElementType::bf16:
      return narrowed(from.half_val(), width);
    case ElementType::i64:
      return narrowed(from.int64_val(), width);
    case ElementType::boolean:
      return narrowed(from.bool_val(), width);
    case ElementType::u32:
      return narrowed(from.uint32_val(), width);
    case ElementType::u64:
      return narrowed(from.uint64_val(), width);
    default:
      return narrowed(from.int_val(), width);
  }
}

int lists(const tensorflow::Tensor& from) {
  return (from.float_val_size() != 0) + (from.double_val_size() != 0) + (from.int_val_size() != 0) +
         (from.string_val_size() != 0) + (from.scomplex_val_size() != 0) + (from.int64_val_size() != 0) +
         (from.bool_val_size() != 0) + (from.dcomplex_val_size() != 0) + (from.half_val_size() != 0) +
         (from.resource_handle_val_size() != 0) + (from.variant_val_size() != 0) +
         (from.uint32_val_size() != 0) + (from.uint64_val_size() != 0);
}

}  // namespace

Tensor read_constant(const std::shared_ptr<const tensorflow::Tensor>& from, std::string name, int64_t& room) {
  Tensor tensor;
  tensor.name = std::move(name);
  const std::string place = "tensor " + quoted(tensor.name);
  if (from->version_number() != 0) throw Error(place + ": a version of tensors that is not known");
  tensor.type = tensorflow_type(from->dtype(), place);
  if (from->tensor_shape().unknown_rank()) throw Error(place + ": a constant without a shape");
  tensor.shape = extents_of(from->tensor_shape(), place);
  const int64_t expected = elements(*tensor.shape, place) * width_of(tensor.type);
  const bool content = !from->tensor_content().empty();
  if (lists(*from) + content > 1) throw Error(place + ": its data are there twice");
  if (content) {
    tensor.constant = Bytes{from, from->tensor_content()};
  } else {
    const auto owner = std::make_shared<std::string>(listed(*from, tensor.type));
    if (owner->empty() && lists(*from)) throw Error(place + ": its data are of another type");
    const int64_t rest = expected - int64_t(owner->size());
    if (rest > 0) {
      if (rest > room) throw Error(place + ": too many numbers that the file does not hold");
      room -= rest;
      const std::string last = owner->empty() ? std::string(size_t(width_of(tensor.type)), '\0')
                                              : owner->substr(owner->size() - width_of(tensor.type));
      owner->reserve(size_t(expected));
      while (int64_t(owner->size()) < expected) *owner += last;
    }
    tensor.constant = Bytes{owner, *owner};
  }
  if (int64_t(tensor.constant->view.size()) != expected)
    throw Error(fmt::format("{}: {} bytes for {} of {}", place, tensor.constant->view.size(),
                            text_of(*tensor.shape), name_of(tensor.type)));
  return tensor;
}

}  // namespace mobilith::file

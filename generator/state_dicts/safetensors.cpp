// safetensors: the header's size in 8 bytes, the header in JSON, the tensors' bytes.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>

#include "graph/file_error.h"
#include "state_dicts/containers.h"
#include "state_dicts/strided.h"
#include "text/bounded_json.h"

namespace mobilith::file {

namespace {

using Json = nlohmann::json;

constexpr uint64_t longest_header = uint64_t{16} << 20;
constexpr size_t deepest = 3;  // name, field, number

struct TypeName {
  std::string_view name;
  ElementType type;
};
constexpr TypeName type_names[] = {
    {"F32", ElementType::f32}, {"F16", ElementType::f16},     {"BF16", ElementType::bf16},
    {"F64", ElementType::f64}, {"I64", ElementType::i64},     {"I32", ElementType::i32},
    {"I16", ElementType::i16}, {"I8", ElementType::i8},       {"U8", ElementType::u8},
    {"U16", ElementType::u16}, {"BOOL", ElementType::boolean}};

uint64_t header_size(const std::string& bytes) {
  uint64_t size = 0;
  std::memcpy(&size, bytes.data(), sizeof size);
  return size;
}

// Refuses what JSON allows and a header has not: the same key twice, and nesting.
Json parsed(std::string_view header) {
  Json json;
  try {
    json = parse_json_within(header, {.depth = deepest, .names_once = true});
  } catch (const JsonFault& fault) {
    if (fault.kind == JsonFault::Kind::deep) throw Error("the header is nested too deeply");
    if (fault.kind == JsonFault::Kind::twice)
      throw Error(fmt::format("the header has {} twice", file::quoted(fault.what())));
    throw Error(fault.kind == JsonFault::Kind::many ? "the header has too many tensors"
                                                    : "its header is not JSON");
  }
  if (!json.is_object()) throw Error("its header is no JSON object");
  return json;
}

// Whole numbers, none negative.
std::vector<int64_t> numbers(const std::string& name, const Json& entry, const char* field) {
  std::vector<int64_t> all;
  const auto found = entry.find(field);
  bool good = found != entry.end() && found->is_array();
  if (good)
    for (const Json& number : *found) {
      good = good && number.is_number_unsigned() && number.get<uint64_t>() < uint64_t{1} << 62;
      all.push_back(good ? number.get<int64_t>() : 0);
    }
  if (!good)
    throw Error(fmt::format("tensor {}: its '{}' is no list of whole numbers", file::quoted(name), field));
  return all;
}

NamedTensor tensor(const std::string& name, const Json& entry,
                   const std::shared_ptr<const std::string>& owner, std::string_view data) {
  const auto fail = [&](const std::string& what) {
    throw Error(fmt::format("tensor {}: {}", file::quoted(name), what));
  };
  if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") || !entry["dtype"].is_string())
    fail("expected 'dtype', 'shape' and 'data_offsets', and nothing else");
  const auto word = entry["dtype"].get<std::string>();
  const auto row = std::ranges::find(type_names, word, &TypeName::name);
  if (row == std::end(type_names))
    fail(fmt::format("has the type {}, which is not read", file::quoted(word)));
  NamedTensor all{
      .name = name, .type = row->type, .shape = numbers(name, entry, "shape"), .storage = {}, .strides = {}};
  const std::vector<int64_t> ends = numbers(name, entry, "data_offsets");
  if (ends.size() != 2 || ends[0] > ends[1] || uint64_t(ends[1]) > data.size()) fail("lies outside the file");
  all.storage = {owner, data.substr(size_t(ends[0]), size_t(ends[1] - ends[0]))};
  // Before the strides are multiplied.
  int64_t count = 1;
  for (const int64_t extent : all.shape) {
    if (extent > 0 && count > int64_t(data.size()) / extent)
      fail("has a shape of more numbers than the file");
    count *= extent;
  }
  if (uint64_t(count) * uint64_t(width_of(all.type)) != all.storage.bytes.size())
    fail(fmt::format("has {} bytes, expected {} numbers of {}", all.storage.bytes.size(), count,
                     name_of(all.type)));
  if (count > 0)
    all.strides = row_major(all.shape);
  else
    all.strides.assign(all.shape.size(), 0);
  return all;
}

// Puts the tensors into the file's order. Each byte belongs to one of them, as the format asks.
void sort_by_place(std::vector<NamedTensor>& tensors, std::string_view data) {
  std::ranges::sort(tensors, {}, [](const NamedTensor& tensor) {
    return std::pair(tensor.storage.bytes.data(), tensor.storage.bytes.size());
  });
  const char* end = data.data();
  for (const NamedTensor& tensor : tensors) {
    if (tensor.storage.bytes.data() != end)
      throw Error(
          fmt::format("tensor {}: does not begin where the one before it ends", file::quoted(tensor.name)));
    end += tensor.storage.bytes.size();
  }
  if (end != data.data() + data.size()) throw Error("bytes follow the last tensor");
}

}  // namespace

bool is_safetensors(const std::string& bytes) {
  return bytes.size() > 9 && bytes[8] == '{' && header_size(bytes) >= 2 &&
         header_size(bytes) < uint64_t{1} << 40;
}

StateDict read_safetensors(const std::shared_ptr<const std::string>& bytes) {
  const uint64_t size = header_size(*bytes);
  if (size > bytes->size() - 8) throw Error("cut short in its header");
  if (size > longest_header) throw Error("has a header of more than 16 MB");
  const std::string_view all = *bytes, data = all.substr(8 + size);
  StateDict dict;
  const Json header = parsed(all.substr(8, size));
  for (const auto& [name, entry] : header.items()) {
    if (name != "__metadata__")
      dict.tensors.push_back(tensor(name, entry, bytes, data));
    else if (!entry.is_object() || entry.size() > 1 || (entry.size() == 1 && !entry.contains("format")))
      dict.left_out.push_back(name);  // texts for people, but for who wrote it
  }
  sort_by_place(dict.tensors, data);
  return dict;
}

}  // namespace mobilith::file

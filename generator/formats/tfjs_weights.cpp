#include "formats/tfjs_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "formats/tfjs_fields.h"
#include "graph/file_error.h"
#include "graph/value.h"

namespace mobilith::file {

using nlohmann::json;

namespace {

struct Name {
  const char* word;
  ElementType type;
};
constexpr Name types[] = {
    {"float32", ElementType::f32}, {"int32", ElementType::i32}, {"bool", ElementType::boolean}};
constexpr Name stored_types[] = {
    {"uint8", ElementType::u8}, {"uint16", ElementType::u16}, {"float16", ElementType::f16}};

template <size_t n>
ElementType type_of(const Name (&names)[n], const json& word, const std::string& place) {
  for (const Name& name : names)
    if (word == name.word) return name.type;
  throw Error(fmt::format("{}: numbers of type {}", place,
                          file::quoted(word.is_string() ? word.get<std::string>() : "")));
}

// A weight of the manifest, before its numbers are read.
struct Weight {
  std::string name, place;
  ElementType type, stored;
  Extents shape;
  double scale = 1, minimum = 0;
  int64_t count, bytes;
};

Weight weight_of(const json& from) {
  Fields fields(from, "a weight of the manifest");
  Weight w{};
  w.name = fields.word("name");
  w.place = "weights " + file::quoted(w.name);
  w.type = w.stored = type_of(types, fields.take("dtype"), w.place);
  for (const json& extent : fields.list("shape")) {
    if (!extent.is_number_integer() || w.shape.size() == 8)
      throw Error(w.place + ": a shape that is not one");
    w.shape.push_back(extent.get<int64_t>());
  }
  if (const json* quantised = fields.find("quantization")) {
    Fields settings(*quantised, w.place);
    w.stored = type_of(stored_types, settings.take("dtype"), w.place);
    settings.find("original_dtype");  // a remark
    if (w.stored != ElementType::f16) {
      w.scale = settings.number("scale");
      w.minimum = settings.number("min");
    } else if (w.type != ElementType::f32) {
      throw Error(w.place + ": float16 that stands for whole numbers");
    }
    settings.finish();
  }
  fields.finish();
  w.count = elements(w.shape, w.place);
  w.bytes = w.count * width_of(w.stored);
  return w;
}

// As TF.js computes it: in double, then rounded to the type.
std::string dequantised(const Weight& w, const char* from) {
  std::string to;
  to.reserve(size_t(w.count) * 4);
  for (int64_t i = 0; i < w.count; ++i) {
    const double value = element(w.stored, from + i * width_of(w.stored)) * w.scale + w.minimum;
    if (w.type == ElementType::f32) {
      const auto number = float(value);
      to.append(reinterpret_cast<const char*>(&number), sizeof number);
    } else {
      const double rounded = std::floor(value + 0.5);
      if (w.type != ElementType::i32 || !(std::abs(rounded) < 0x1p31))
        throw Error(w.place + ": quantised numbers that are no int32");
      const auto number = int32_t(rounded);
      to.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
  }
  return to;
}

// A name that is a file's in the same folder.
void expect_plain_name(const std::string& name) {
  const bool strange = std::any_of(
      name.begin(), name.end(), [](unsigned char c) { return c == '/' || c == '\\' || c == ':' || c < 32; });
  if (name.empty() || name.size() > 255 || name.starts_with('.') || strange)
    throw Error(fmt::format("weights in a file {}; expected a name in the same folder", file::quoted(name)));
}

// The files of one group, one behind the other: as many bytes as its weights have.
std::string read_files(const json& paths, int64_t expected, const ReadRequest& request) {
  if (!request.beside) throw Error("its weights are in files beside it, which are not here");
  std::string bytes;
  for (const json& path : paths) {
    if (!path.is_string()) throw Error("a file of the manifest without a name");
    const std::string name = path.get<std::string>();
    expect_plain_name(name);
    const int64_t room = expected - int64_t(bytes.size());
    bytes += request.beside(name, size_t(room));
    if (int64_t(bytes.size()) > expected)
      throw Error(fmt::format("file {} is longer than the weights of the manifest", file::quoted(name)));
  }
  if (int64_t(bytes.size()) != expected)
    throw Error(fmt::format("{} bytes of weights; the manifest has {}", bytes.size(), expected));
  return bytes;
}

}  // namespace

std::map<std::string, Tensor> read_tfjs_weights(const json& manifest, const ReadRequest& request) {
  if (!manifest.is_array()) throw Error("'weightsManifest' is no list");
  constexpr int64_t most = int64_t(1) << 30;  // as floats
  std::map<std::string, Tensor> tensors;
  int64_t all = 0;
  for (const json& group : manifest) {
    Fields fields(group, "a group of the manifest");
    const json& paths = fields.list("paths");
    std::vector<Weight> weights;
    int64_t expected = 0;
    for (const json& one : fields.list("weights")) {
      weights.push_back(weight_of(one));
      expected += weights.back().bytes;
      all += weights.back().count * 4;
      if (all > most) throw Error("more than 1 GB of weights");
    }
    fields.finish();
    const auto bytes = std::make_shared<const std::string>(read_files(paths, expected, request));
    int64_t at = 0;
    for (const Weight& w : weights) {
      Tensor tensor{.name = w.name, .type = w.type, .shape = w.shape};
      if (w.stored == w.type) {
        tensor.constant = Bytes{bytes, std::string_view(*bytes).substr(size_t(at), size_t(w.bytes))};
      } else {
        const auto made = std::make_shared<const std::string>(dequantised(w, bytes->data() + at));
        tensor.constant = Bytes{made, *made};
      }
      at += w.bytes;
      if (!tensors.emplace(w.name, std::move(tensor)).second) throw Error(w.place + " twice");
    }
  }
  return tensors;
}

}  // namespace mobilith::file

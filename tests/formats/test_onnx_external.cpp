// ONNX files whose numbers lie in other files, and what is refused of them. PyTorch's: test_format_libraries.
#include <functional>
#include <map>

#include "catch.h"
#include "formats/onnx_writer.h"
#include "formats/reading.h"
#include "text/sha256.h"

namespace test_onnx_external {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;

namespace {

using Files = std::map<std::string, std::string>;

file::ReadRequest beside(const Files& files) {
  return {.beside = [&files](const std::string& name, size_t most) {
    const auto found = files.find(name);
    if (found == files.end()) throw file::Error("no file '" + name + "'");
    return found->second.substr(0, most + 1);
  }};
}

std::string bytes_of(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

using Entries = std::vector<std::pair<std::string, std::string>>;

// A tensor's numbers are elsewhere now.
void place(onnx::Tensor& tensor, const Entries& entries) {
  tensor.clear_float_data();
  tensor.clear_raw_data();
  tensor.set_data_location(1);
  for (const auto& [key, value] : entries) {
    auto* entry = tensor.add_external_data();
    entry->set_key(key);
    entry->set_value(value);
  }
}

const std::vector<float> w = numbers({4, 4, 1, 1}), b = numbers({4});
const Files one_file{{"w.data", "12345678" + bytes_of(w) + bytes_of(b)}};

// A convolution with weights and a bias, whose numbers `change` may place.
std::string model(const std::function<void(onnx::Tensor& w, onnx::Tensor& b)>& change) {
  OnnxFile file(13);
  file.input("x", {1, 4, 5, 6});
  file.constant("w", {4, 4, 1, 1}, w);
  file.constant("b", {4}, b);
  file.node("Conv", {"x", "w", "b"}, "y");
  file.output("y");
  auto& tensors = *file.model.mutable_graph()->mutable_initializer();
  change(tensors[0], tensors[1]);
  return file.bytes();
}

// What the file with these entries of w is refused for.
std::string refused(const Entries& entries, const Files& files = one_file) {
  return refusal(model([&](auto& tensor, auto&) { place(tensor, entries); }), beside(files));
}

std::string constant_of(const file::Graph& graph, const std::string& name) {
  for (const file::Tensor& tensor : graph.tensors)
    if (tensor.name == name) return std::string(tensor.constant.value().view);
  return "none";
}

}  // namespace

TEST_CASE("numbers in other files are those that the model could hold itself") {
  const file::Graph inside = read(model([](auto&, auto&) {}));
  const auto size = std::to_string(w.size() * 4), behind = std::to_string(8 + w.size() * 4);
  const auto expect = [&](const Files& files, const Entries& of_w, const Entries& of_b) {
    const file::Graph outside = read(model([&](auto& tensor, auto& bias) {
                                       place(tensor, of_w);
                                       place(bias, of_b);
                                     }),
                                     beside(files));
    for (const char* name : {"w", "b"}) CHECK(constant_of(outside, name) == constant_of(inside, name));
  };
  expect(one_file, {{"location", "w.data"}, {"offset", "8"}, {"length", size}},
         {{"location", "w.data"}, {"offset", behind}, {"length", "16"}});
  expect(one_file, {{"location", "w.data"}, {"offset", "8"}, {"checksum", sha1(one_file.at("w.data"))}},
         {{"offset", behind}, {"location", "w.data"}});
  // A file each, in a folder; no place in it said.
  const Files two{{"parts/w", bytes_of(w)}, {"parts/b", bytes_of(b)}};
  expect(two, {{"location", "parts/w"}}, {{"location", "parts/b"}});
}

TEST_CASE("several tensors may be the same bytes, not parts of one another's") {
  const auto both = [](const std::string& of_b) {
    return refusal(model([&](auto& tensor, auto& bias) {
                     place(tensor, {{"location", "w.data"}, {"offset", "8"}});
                     place(bias, {{"location", "w.data"}, {"offset", of_b}});
                   }),
                   beside(one_file));
  };
  CHECK(both("72") == "");
  for (const char* offset : {"8", "24", "60", "68"})
    CHECK_THAT(both(offset),
               Contains("tensor 'b': its data in file 'w.data' are partly those of tensor 'w'"));
  CHECK_THAT(both("0"), Contains("partly those of tensor 'w'"));  // from before w into it
  const auto same = model([](auto& tensor, auto& bias) {
    place(tensor, {{"location", "w.data"}, {"offset", "8"}});
    bias.clear_dims();
    for (int64_t extent : {4, 4, 1, 1}) bias.add_dims(extent);
    place(bias, {{"location", "w.data"}, {"offset", "8"}});
  });
  CHECK_THAT(refusal(same, beside(one_file)), !Contains("partly"));  // but for its shape
}

TEST_CASE("a file that is not in the model's folder is not looked for") {
  for (const std::string name : {"/etc/passwd", "../w.data", "a/../w.data", "./w.data", "a//w.data",
                                 "w.data/", "..", ".", "", "a\\w.data", "C:w.data"}) {
    INFO(name);
    int asked = 0;
    const file::ReadRequest request{
        .beside = [&](const std::string&, size_t) { return asked++, bytes_of(w); }};
    CHECK_THAT(refusal(model([&](auto& tensor, auto&) { place(tensor, {{"location", name}}); }), request),
               Contains("expected one in the model's folder"));
    CHECK(asked == 0);
  }
  const std::string with_null("w\0data", 6);
  CHECK_THAT(refused({{"location", with_null}}), Contains("expected one in the model's folder"));
}

TEST_CASE("what is wrong with a tensor's place is said, with the tensor and the file") {
  const auto location = std::pair<std::string, std::string>{"location", "w.data"};
  CHECK_THAT(refused({}), Contains("tensor 'w': external_data does not say the file"));
  CHECK_THAT(refused({{"location", "v.data"}}), Contains("no file 'v.data'"));
  CHECK_THAT(refused({location, {"offset", "80"}}),
             Contains("tensor 'w': bytes 80 to 144 of file 'w.data', which has 88"));
  CHECK_THAT(refused({location, {"offset", "9223372036854775807"}}),
             Contains("of file 'w.data', which has 88"));
  for (const char* number : {"-8", "8x", " 8", "", "0x8", "9223372036854775808"})
    CHECK_THAT(refused({location, {"offset", number}}),
               Contains(std::string("tensor 'w': external_data's offset is '") + number + "'"));
  CHECK_THAT(refused({location, {"length", "60"}}),
             Contains("tensor 'w': 60 bytes in file 'w.data', expected 64"));
  CHECK_THAT(refused({location, location}), Contains("external_data has its location twice"));
  CHECK_THAT(refused({location, {"endian", "big"}}), Contains("external_data's 'endian' is not known"));
  CHECK_THAT(refused({location, {"checksum", std::string(40, '0')}}),
             Contains("tensor 'w': file 'w.data' has not the SHA-1"));
}

TEST_CASE("a tensor's numbers are in one place") {
  const auto refusal_of = [](const std::function<void(onnx::Tensor&)>& change) {
    return refusal(model([&](auto& tensor, auto&) { change(tensor); }), beside(one_file));
  };
  CHECK_THAT(refusal_of([](auto& tensor) {
               place(tensor, {{"location", "w.data"}});
               tensor.set_raw_data(bytes_of(w));
             }),
             Contains("tensor 'w': its data are there twice"));
  CHECK_THAT(refusal_of([](auto& tensor) {
               place(tensor, {{"location", "w.data"}});
               tensor.clear_data_location();
             }),
             Contains("tensor 'w': its data are at place 0, with 1 words on another file"));
  CHECK_THAT(refusal_of([](auto& tensor) { tensor.set_data_location(2); }), Contains("at place 2"));
  CHECK_THAT(refusal(model([](auto& tensor, auto&) { place(tensor, {{"location", "w.data"}}); })),
             Contains("its data are in file 'w.data' beside the model, which is not here"));
}

}  // namespace test_onnx_external

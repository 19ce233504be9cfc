// Libraries of the small quantised networks in ONNX: ONNX Runtime's answers, byte for byte.
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "check/exact.h"
#include "networks/output_blocks.h"
#include "package/compile_library.h"
#include "quantised/files.h"
#include "quantised/onnx_models.h"
#include "weights/weights.h"

namespace mobilith::testing::test_onnx_libraries {

namespace {

file::ElementType type_in_file(ElementType type) {
  if (type == ElementType::f32) return file::ElementType::f32;
  return type == ElementType::u8 ? file::ElementType::u8 : file::ElementType::i8;
}

// What the file's library gives for its formula's image, as answers.json has it; empty: the CPU can't run it.
std::string library_answer(const std::string& name) {
  const auto weights = open_weights((onnx_folder / (name + ".onnx")).string(), {});
  Configuration configuration;
  const FileConfiguration own = weights->configuration();
  configuration.height = *own.height, configuration.width = *own.width;
  const Network network = weights->network(configuration);
  CHECK(network.configuration.requantise == "onnx");
  LibraryOptions options;
  options.name = "net", options.cpus = {"host"}, options.bytes = true, options.jobs = 1;
  const CompiledLibrary library = compile_library(network, *weights, options);
  const mobilith::Shape image = network.image();
  const std::vector<double> first =
      formula_input({.name = "image",
                     .type = type_in_file(network.image_type),
                     .shape = file::Extents{1, image.channels, image.height, image.width}});
  std::vector<double> last(first.size());  // (y, x, c)
  const size_t pixels = size_t(image.height) * size_t(image.width), channels = size_t(image.channels);
  for (size_t i = 0; i < first.size(); i++) last[i % pixels * channels + i / pixels] = first[i];
  const auto outputs = check::exact_outputs(check::LibraryRun(library), 0, network, last);
  if (!outputs) return "";
  const file::ElementType type = type_in_file(output_blocks(network).front()->quantised->out);
  const std::string bytes = stored_bytes({.shape = {}, .numbers = outputs->at(0)}, type);
  return hexadecimal(bytes);
}

}  // namespace

TEST_CASE("the library of a quantised ONNX network answers what ONNX Runtime does, byte for byte") {
  const auto answers = nlohmann::json::parse(std::ifstream(onnx_folder / "answers.json"));
  size_t networks = 0;
  for (const auto& [name, said] : answers.items()) {
    if (!name.starts_with("network_")) continue;
    CAPTURE(name);
    CHECK(library_answer(name) == said.front().get<std::string>());
    ++networks;
  }
  CHECK(networks == 10);
}

}  // namespace mobilith::testing::test_onnx_libraries

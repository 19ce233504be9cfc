// The self-check of quantised libraries: one weight that differs is found, in whichever block it is.
#include <fmt/format.h>

#include "catch.h"
#include "check/check.h"
#include "check/exact.h"
#include "formats/read_graph.h"
#include "process.h"

namespace test_quantised_check {

using namespace mobilith;

namespace {

// Small networks with each kind of block that has weights.
constexpr const char* models[] = {"network_u8", "network_v3_i8"};

std::string bytes_of(const std::string& model) {
  return read_text(std::string(MOBILITH_TEST_DATA) + "/quantised/" + model + ".tflite");
}

struct Opened {
  explicit Opened(const std::string& bytes) {
    const TemporaryFolder folder;
    write_text(folder / "model.tflite", bytes);
    weights = open_weights(folder / "model.tflite");
    Configuration configuration;
    const FileConfiguration own = weights->configuration();
    configuration.height = *own.height, configuration.width = *own.width;
    network = weights->network(configuration);
  }
  std::unique_ptr<Weights> weights;
  Network network;
};

// The file with one weight changed by 128, in so many places of each operation that has weights:
// [operation][place].
std::vector<std::vector<std::string>> with_other_weights(const std::string& bytes, size_t places) {
  const auto owned = std::make_shared<const std::string>(bytes);
  const file::Graph graph = file::read_graph(owned, {});
  std::vector<std::vector<std::string>> changed;
  for (const file::Operation& operation : graph.operations) {
    if (operation.kind != file::OperationKind::convolution &&
        operation.kind != file::OperationKind::fully_connected)
      continue;
    const std::string_view view = graph.tensors[size_t(operation.inputs[1])].constant->view;
    changed.emplace_back();
    for (size_t place = 0; place < places; place++) {
      changed.back().push_back(bytes);
      char& weight =
          changed.back().back()[size_t(view.data() - owned->data()) + view.size() * place / places];
      weight = static_cast<char>(weight ^ 0x80);
    }
  }
  return changed;
}

// The only block of the two whose weights differ.
size_t other_block(const Network& a, const Network& b) {
  std::vector<size_t> found;
  for (size_t i = 0; i < a.blocks.size(); i++)
    if (a.blocks[i].quantised->weights != b.blocks[i].quantised->weights) found.push_back(i);
  REQUIRE(found.size() == 1);
  return found[0];
}

CompiledLibrary compiled(const Opened& model) {
  LibraryOptions options;
  options.name = "checked_model", options.bytes = true;
  return compile_library(model.network, *model.weights, options);
}

std::string refusal(const CompiledLibrary& library, const Opened& model) {
  try {
    check_library(library, model.network, *model.weights, {});
  } catch (const CheckError& error) {
    return error.what();
  }
  return "";
}

// Refused by this block's name and code, in a line.
void expect_refusal(const CompiledLibrary& library, const Opened& model, size_t block) {
  const std::string message = refusal(library, model),
                    kernel = library.manifest["variants"][0]["steps"][block]["kernel"];
  INFO(message);
  CHECK(message.starts_with(
      fmt::format("self-check: {} (kernel {}, schedule: ", model.network.blocks[block].name, kernel)));
  CHECK(message.find(") differs from the file's own graph in ") != std::string::npos);
  CHECK(message.find('\n') == std::string::npos);
}

// Of those weights how many change their block's numbers, as they are and with noise between blocks.
struct Seen {
  size_t plain = 0, either = 0, of = 0;
};
Seen weights_seen(const std::string& bytes, size_t places) {
  const Opened sound(bytes);
  const std::vector<double> image = check::formula_image(sound.network);
  const check::ExactNumbers numbers = check::exact_numbers(sound.network, *sound.weights, image);
  Seen seen;
  for (const std::vector<std::string>& operation : with_other_weights(bytes, places))
    for (const std::string& changed : operation) {
      const Opened other(changed);
      const size_t block = other_block(sound.network, other.network);
      const check::ExactNumbers others = check::exact_numbers(other.network, *other.weights, image);
      const bool plain = others.plain[block] != numbers.plain[block];
      seen.plain += plain, seen.of++;
      seen.either += plain || others.noisy[block] != numbers.noisy[block];
    }
  return seen;
}

}  // namespace

TEST_CASE("one weight of bytes that differs, in any block, is an error that names the block and its code") {
  for (const std::string model : models) {
    const std::string bytes = bytes_of(model);
    const Opened sound(bytes);
    const CompiledLibrary library = compiled(sound);
    CHECK(refusal(library, sound) == "");
    const std::vector<double> image = check::formula_image(sound.network);
    const check::ExactNumbers numbers = check::exact_numbers(sound.network, *sound.weights, image);
    size_t blocks = 0;
    for (const std::vector<std::string>& places : with_other_weights(bytes, 16))
      for (const std::string& changed : places) {
        const Opened other(changed);
        const size_t block = other_block(sound.network, other.network);
        const check::ExactNumbers others = check::exact_numbers(other.network, *other.weights, image);
        // A saturated output hides a weight, and so does a vector's byte that is its zero point.
        const bool plain = others.plain[block] != numbers.plain[block];
        if (!plain && others.noisy[block] == numbers.noisy[block]) continue;
        INFO(model << ", " << sound.network.blocks[block].name);
        expect_refusal(library, other, block);
        blocks++;
        break;
      }
    // Of V3's first gate all outputs are the most that they may be, whatever it reads.
    CHECK(blocks == (model == models[0] ? 7 : 12));
  }
}

TEST_CASE("noise between blocks shows weights that saturated outputs hide") {
  const Seen seen = weights_seen(bytes_of(models[1]), 16);
  CAPTURE(seen.plain, seen.either, seen.of);
  CHECK(10 * seen.plain < 7 * seen.of);
  CHECK(4 * seen.either > 3 * seen.of);
}

TEST_CASE("a library of bytes with one other weight is refused beside the sound file") {
  const std::string bytes = bytes_of(models[0]);
  const Opened sound(bytes), other(with_other_weights(bytes, 1).at(3).front());
  expect_refusal(compiled(other), sound, other_block(sound.network, other.network));
}

}  // namespace test_quantised_check

#include "check/exact.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <future>

#include "bench/port_buffers.h"
#include "layout/quantised_shapes.h"
#include "networks/output_blocks.h"
#include "weights/synthetic.h"

namespace mobilith::check {

namespace {

// A number of a buffer by its type and index.
double number_at(const void* buffer, ElementType type, size_t index) {
  switch (type) {
    case ElementType::f32: {
      float value;
      std::memcpy(&value, static_cast<const char*>(buffer) + index * sizeof value, sizeof value);
      return value;
    }
    case ElementType::u8:
      return static_cast<const uint8_t*>(buffer)[index];
    case ElementType::i8:
      return static_cast<const int8_t*>(buffer)[index];
    case ElementType::bf16:
    case ElementType::f16:
      break;  // of no quantised network
  }
  return NAN;
}

void store(void* buffer, ElementType type, size_t index, double number) {
  if (type == ElementType::f32) {
    const auto value = static_cast<float>(number);
    std::memcpy(static_cast<char*>(buffer) + index * sizeof value, &value, sizeof value);
  } else {
    static_cast<uint8_t*>(buffer)[index] = static_cast<uint8_t>(static_cast<int>(number));
  }
}

// Where channel c of pixel p of a block's own output is.
using Place = std::function<size_t(int pixel, int channel)>;

Place place_of(const Block& block, const Machine& machine) {
  const Shape& shape = block.out();
  if (block.quantised->out == ElementType::f32 || block.quantised->by_pixel) {
    const size_t stored = size_t(channels_of(shape.channels, machine).stored());
    return [stored](int pixel, int channel) { return size_t(pixel) * stored + size_t(channel); };
  }
  const Channels c =
      block.quantised->dense ? image_channels_of(shape.channels) : byte_channels_of(shape.channels, machine);
  const int pixels = shape.height * shape.width;
  return [c, pixels](int pixel, int channel) {
    return (size_t(channel / c.width) * size_t(pixels) + size_t(pixel)) * size_t(c.width) +
           size_t(channel % c.width);
  };
}

std::optional<ExactDifference> difference(const Block& block, size_t index, const void* found,
                                          const Place& place, const std::vector<double>& expected) {
  const Shape& shape = block.out();
  const int pixels = shape.height * shape.width;
  ExactDifference result{index};
  result.of = int64_t{pixels} * shape.channels;
  if (int64_t(expected.size()) != result.of)
    throw LoadError("block " + block.name + " has another size than in the file");
  for (int p = 0; p < pixels; p++)
    for (int c = 0; c < shape.channels; c++) {
      const double is = number_at(found, block.quantised->out, place(p, c));
      const double wanted = expected[size_t(p) * size_t(shape.channels) + size_t(c)];
      if (is == wanted || (std::isnan(is) && std::isnan(wanted)) || result.differing++ > 0) continue;
      result.y = p / shape.width, result.x = p % shape.width, result.channel = c;
      result.found = is, result.expected = wanted;
    }
  if (result.differing == 0) return std::nullopt;
  return result;
}

// numbers: dense; empty: nothing is written.
void overwrite(const Block& block, void* output, const Place& place, const std::vector<double>& numbers) {
  const int channels = block.out().channels;
  for (size_t i = 0; i < numbers.size(); i++)
    store(output, block.quantised->out, place(int(i) / channels, int(i) % channels), numbers[i]);
}

// given: receives what readers get.
Weights::BlockChange noise_between_blocks(const Network& network, std::vector<std::vector<double>>& given) {
  given.assign(network.blocks.size(), {});
  std::vector<bool> kept(network.blocks.size());
  for (const Block* output : output_blocks(network)) kept[size_t(output - network.blocks.data())] = true;
  for (size_t i = 0; i < network.blocks.size(); i++) {
    if (network.blocks[i].quantised->out == ElementType::f32) kept[i] = true;
    if (network.blocks[i].quantised->kind != QuantisedKind::softmax) continue;
    for (const int read : network.inputs_of(i))
      if (read >= 0) kept[size_t(read)] = true;
  }
  return [&network, &given, kept](size_t index, std::vector<double>& numbers) {
    if (kept[index]) return;
    const Block& block = network.blocks[index];
    const auto channels = size_t(block.out().channels);
    const double least = block.quantised->out == ElementType::i8 ? -128 : 0;
    const SyntheticNumbers places("places " + block.name), strengths("strengths " + block.name);
    for (size_t i = 0; i < numbers.size(); i++) {
      // From 1 to 256: a pixel's sums stay within their range, or leave it, as the channel has it.
      const double strength = std::exp2(8 * strengths[i / channels]), noise = strength * (2 * places[i] - 1);
      numbers[i] = std::clamp(std::round(numbers[i] + noise), least, least + 255);
    }
    given[index] = numbers;
  };
}

}  // namespace

ExactNumbers exact_numbers(const Network& network, const Weights& weights, const std::vector<double>& image) {
  ExactNumbers numbers;
  auto noisy = std::async(std::launch::async, [&] {
    return weights.block_outputs(image, noise_between_blocks(network, numbers.given));
  });
  numbers.plain = weights.block_outputs(image);
  numbers.noisy = noisy.get();
  return numbers;
}

std::vector<double> formula_image(const Network& network, uint64_t number) {
  const Shape& shape = network.image();
  std::vector<double> image(size_t(shape.height) * shape.width * shape.channels);
  for (size_t i = 0; i < image.size(); i++) {
    const double uniform = synthetic_uniform("input", i + number * image.size());
    const double byte = std::floor(256 * uniform);
    if (network.image_type == ElementType::f32) image[i] = static_cast<float>(2 * uniform - 1);
    if (network.image_type == ElementType::u8) image[i] = byte;
    if (network.image_type == ElementType::i8) image[i] = byte - 128;
  }
  return image;
}

std::vector<double> as_image(const Network& network, std::vector<double> values) {
  const double least = network.image_type == ElementType::i8 ? -128 : 0;
  if (network.image_type != ElementType::f32)
    for (double& value : values) value = std::clamp(std::round(value), least, least + 255);
  return values;
}

namespace {

void fill_image(PortBuffers& buffers, const Network& network, const std::vector<double>& image,
                const std::vector<uint8_t>& frame) {
  if (network.frame) {
    if (buffers.input_bytes(0) != frame.size()) throw LoadError("it wants a frame of another size");
    std::copy(frame.begin(), frame.end(), static_cast<uint8_t*>(buffers.input_data(0)));
    return;
  }
  for (size_t i = 0; i < image.size(); i++) store(buffers.input_data(0), network.image_type, i, image[i]);
}

}  // namespace

std::optional<std::vector<std::vector<double>>> exact_outputs(const LibraryRun& run, size_t variant,
                                                              const Network& network,
                                                              const std::vector<double>& image,
                                                              const std::vector<uint8_t>& frame) {
  std::vector<std::vector<double>> outputs;
  const auto look = [&](const PortBuffers& buffers) {
    for (const Block* block : output_blocks(network)) {
      const Shape& shape = block->out();
      std::vector<double>& numbers =
          outputs.emplace_back(size_t(shape.height) * shape.width * shape.channels);
      const void* buffer = buffers.output_data(static_cast<int>(outputs.size()) - 1);
      for (size_t i = 0; i < numbers.size(); i++) numbers[i] = number_at(buffer, block->quantised->out, i);
    }
  };
  const bool ran = run.run_raw(
      variant, [&](PortBuffers& buffers) { fill_image(buffers, network, image, frame); },
      [](size_t, const mobilith_profile&) {}, look);
  if (!ran) return std::nullopt;
  return outputs;
}

ExactResult compare_exactly(const CompiledLibrary& library, const LibraryRun& run, size_t variant,
                            const Network& network, const std::vector<double>& image,
                            const std::vector<std::vector<double>>& expected,
                            const std::function<void(size_t)>& done, int threads,
                            const std::vector<uint8_t>& frame,
                            const std::vector<std::vector<double>>& given) {
  const auto machine = library.manifest["variants"][variant]["machine"].get<Machine>();
  ExactResult result;
  const auto fill = [&](PortBuffers& buffers) { fill_image(buffers, network, image, frame); };
  const auto before = size_t(network.steps_before());
  const auto visit = [&](size_t step, const mobilith_profile& profile) {
    const size_t block = step - before;  // above all blocks where it is the frame's
    if (!result.difference && block < network.blocks.size()) {
      const Place place = place_of(network.blocks[block], machine);
      result.difference = difference(network.blocks[block], block, profile.output, place, expected[block]);
      if (block < given.size())
        overwrite(network.blocks[block], const_cast<void*>(profile.output), place, given[block]);
    }
    done(step);
  };
  const auto look = [&](const PortBuffers& buffers) {
    const std::vector<const Block*> outputs = output_blocks(network);
    for (size_t i = 0; i < outputs.size() && !result.difference; i++) {
      const auto block = size_t(outputs[i] - network.blocks.data());
      const size_t channels = size_t(outputs[i]->out().channels);
      const auto dense = [channels](int pixel, int channel) {
        return size_t(pixel) * channels + size_t(channel);
      };
      result.difference =
          difference(*outputs[i], block, buffers.output_data(static_cast<int>(i)), dense, expected[block]);
      if (result.difference) result.difference->output = true;
    }
  };
  result.ran = run.run_raw(variant, fill, visit, look, threads);
  return result;
}

ExactResult compare_twice(const CompiledLibrary& library, const LibraryRun& run, size_t variant,
                          const Network& network, const std::vector<double>& image,
                          const ExactNumbers& expected, const std::function<void(size_t)>& done,
                          const std::vector<uint8_t>& frame) {
  const ExactResult plain =
      compare_exactly(library, run, variant, network, image, expected.plain, done, 1, frame);
  if (!plain.ran || plain.difference) return plain;
  return compare_exactly(library, run, variant, network, image, expected.noisy, done, 1, frame,
                         expected.given);
}

}  // namespace mobilith::check

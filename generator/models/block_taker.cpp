#include "models/block_taker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "graph/file_error.h"
#include "graph/value.h"
#include "models/model_error.h"

namespace mobilith {

namespace {

using Axes = std::vector<int64_t>;

bool is_turning(const file::Operation& op, const Axes& axes) {
  const auto* turning = std::get_if<file::Transpose>(&op.attributes);
  return turning && turning->axes == axes;
}

// A number for each channel, of a constant that is broadcast over an image; empty: it is none such.
std::vector<double> of_channels(const std::vector<double>& numbers, const file::Extents& shape,
                                const Place& place) {
  const auto channels = static_cast<size_t>(place.shape.channels);
  if (numbers.size() == 1) return std::vector<double>(channels, numbers[0]);
  const size_t axis = place.channels_first ? 3 : 1;  // from the end
  const bool fits = numbers.size() == channels && shape.size() >= axis &&
                    shape[shape.size() - axis] == place.shape.channels;
  return fits ? numbers : std::vector<double>();
}

}  // namespace

BlockTaker::BlockTaker(const NormalGraph& graph)
    : graph_(graph),
      layers_(graph),
      places_(graph.graph.tensors.size()),
      taken_(graph.graph.operations.size(), false),
      counts_(32, 0) {}

void BlockTaker::run() {
  input();
  for (size_t i = 0; i < taken_.size(); i++)
    if (const int index = static_cast<int>(i); !taken_[i])
      waits(index) ? waiting_.push_back(index) : begin(index);
  finish();
}

// Images have channels last where the first to read them turns them, or reads them so.
void BlockTaker::input() {
  const file::Graph& graph = graph_.graph;
  if (graph.inputs.size() != 1)
    throw WeightsError(fmt::format("the model has {} inputs, expected one image", graph.inputs.size()));
  const int tensor = graph.inputs[0];
  const file::Extents& of = graph_.shape(tensor);
  const std::string name = input_text(graph.tensors[size_t(tensor)]);
  if (of.size() != 4 || of[0] != 1)
    throw WeightsError(fmt::format("{} has the shape {}, expected one image", name, file::text_of(of)));
  // Scalings and copies may come before the turning.
  int at = tensor;
  bool first = false;
  while (!graph_.is_output(at) && !graph_.readers(at).empty()) {
    const std::vector<int>& readers = graph_.readers(at);
    const int reader = readers.front();
    if (!std::ranges::all_of(readers, [&](int other) { return other == reader; })) break;
    // Of one channel the turning only changes the shape.
    const bool reshaped = graph_.kind(reader) == Kind::reshape && graph_.shape(at)[1] == 1 &&
                          graph_.shape(graph_.output_of(reader)) == file::Extents{1, of[2], of[3], 1};
    if (reshaped || is_turning(graph_.operation(reader), {0, 2, 3, 1})) first = true;
    const Kind kind = graph_.kind(reader);
    if (kind != Kind::add && kind != Kind::multiply && kind != Kind::concatenate) break;
    at = graph_.output_of(reader);
  }
  Place place;
  place.channels_first = input_channels_first = first;
  const int64_t rows = of[first ? 2 : 1], columns = of[first ? 3 : 2], channels = of[first ? 1 : 3];
  constexpr int64_t most_channels = 64;
  if (channels < 1 || channels > most_channels)
    throw WeightsError(fmt::format("{} has {} channels, expected 1 to {}", name, channels, most_channels));
  place.shape = {static_cast<int>(rows), static_cast<int>(columns), static_cast<int>(channels)};
  places_[size_t(tensor)] = place;
}

void BlockTaker::begin(int index) {
  const file::Operation& op = graph_.operation(index);
  taken_[size_t(index)] = true;
  switch (op.kind) {
    case Kind::convolution:
      return layers_.is_depthwise(index) ? depthwise(index) : convolution(index);
    case Kind::fully_connected:
      return dense(index);
    case Kind::pool:
    case Kind::reduce:
      return pool(index);
    case Kind::softmax:
      return normalise(index, LayerKind::softmax);
    case Kind::log_softmax:
      return normalise(index, LayerKind::log_softmax);
    case Kind::l2_normalise:
      return normalise(index, LayerKind::l2_normalise);
    case Kind::sigmoid:
      return normalise(index, LayerKind::sigmoid);
    case Kind::transpose:
      return transpose(index);
    case Kind::reshape:
      return reshape(index);
    case Kind::add:
      if (knows(op.inputs[0]) && graph_.is_constant(op.inputs[1])) return scale(index);
      for (const int convolution : waiting_)
        if (std::ranges::count(op.inputs, graph_.output_of(convolution))) begin(convolution);
      if (knows(op.outputs[0])) return;
      break;
    case Kind::multiply:
      return multiply(index);
    case Kind::concatenate:
      return copies(index);
    case Kind::clamp: {
      const Place& place = read(index, 0, /*image=*/false);
      if (place.block < 0 || place.gate || !keeps(std::get<file::Clamp>(op.attributes), place.block)) break;
      places_[size_t(op.outputs[0])] = place;
      return;
    }
    default:
      break;
  }
  if (function_of(index)) refuse(op, "an activation that follows no layer with weights");
  refuse(op, "no MobileNet has this at this place");
}

const Place& BlockTaker::read(int index, size_t input, bool image) const {
  const file::Operation& op = graph_.operation(index);
  const int tensor = op.inputs[input];
  if (!knows(tensor)) refuse(op, "computes something of constants alone");
  const Place& place = *places_[size_t(tensor)];
  if (image && (place.channels_first || graph_.shape(tensor) != extents_of(place)))
    refuse(op, fmt::format("reads {}, expected an image of {}x{}x{} with channels last",
                           file::text_of(graph_.shape(tensor)), place.shape.height, place.shape.width,
                           place.shape.channels));
  return place;
}

void BlockTaker::transpose(int index) {
  const file::Operation& op = graph_.operation(index);
  Place place = read(index, 0, /*image=*/false);
  const bool to_last = is_turning(op, {0, 2, 3, 1}), to_first = is_turning(op, {0, 3, 1, 2});
  if (graph_.shape(op.inputs[0]) != extents_of(place) || !(place.channels_first ? to_last : to_first))
    refuse(op, "expected the channels of an image to become its first or last axis");
  place.channels_first = !place.channels_first;
  places_[size_t(op.outputs[0])] = place;
}

// The values stay where they are: what shape is meant is asked of whoever reads them.
void BlockTaker::reshape(int index) {
  const file::Operation& op = graph_.operation(index);
  Place place = read(index, 0, /*image=*/false);
  Place last = place;
  last.channels_first = false;
  if (place.shape.channels == 1 && graph_.shape(op.inputs[0]) == extents_of(place) &&
      graph_.shape(op.outputs[0]) == extents_of(last))
    place = last;
  places_[size_t(op.outputs[0])] = place;
}

// x + constant, x * constant of the image: kept for the convolution that reads it.
void BlockTaker::scale(int index) {
  const file::Operation& op = graph_.operation(index);
  Place place = read(index, 0, /*image=*/false);
  if (place.block >= 0 || place.gate)
    refuse(op, op.kind == Kind::add ? "adds a constant that is no layer's bias"
                                    : "multiplies by a constant that is no layer's batch norm");
  const std::vector<double> numbers =
      of_channels(graph_.numbers(op.inputs[1]), graph_.shape(op.inputs[1]), place);
  if (numbers.empty() || graph_.shape(op.outputs[0]) != graph_.shape(op.inputs[0]))
    refuse(op,
           fmt::format("scales the image by {} numbers of shape {}, expected one, or one for each channel",
                       graph_.numbers(op.inputs[1]).size(), file::text_of(graph_.shape(op.inputs[1]))));
  Scaling& scaling = place.scaling;
  if (scaling.scale.empty()) {
    scaling.scale.assign(numbers.size(), 1);
    scaling.shift.assign(numbers.size(), 0);
  }
  for (size_t c = 0; c < numbers.size(); c++)
    if (op.kind == Kind::add)
      scaling.shift[c] += numbers[c];
    else
      scaling.scale[c] *= numbers[c], scaling.shift[c] *= numbers[c];
  places_[size_t(op.outputs[0])] = place;
}

// An image and a factor for each of its channels: squeeze-excite.
void BlockTaker::multiply(int index) {
  const file::Operation& op = graph_.operation(index);
  if (op.inputs.size() == 2 && graph_.is_constant(op.inputs[1])) return scale(index);
  if (op.inputs.size() != 2 || op.inputs[0] == op.inputs[1])
    refuse(op, "expected the product of an image and a factor for each channel");
  const bool swapped = knows(op.inputs[0]) && is_vector(*places_[size_t(op.inputs[0])]);
  const size_t image = swapped ? 1 : 0;
  Place place = read(index, image, /*image=*/true);
  const Place& factors = read(index, 1 - image, /*image=*/false);
  if (place.block < 0 || place.gate || !is_vector(factors) ||
      factors.shape.channels != place.shape.channels ||
      graph_.shape(op.inputs[1 - image]).back() != place.shape.channels ||  // else of rows or columns
      graph_.shape(op.outputs[0]) != graph_.shape(op.inputs[image]))
    refuse(op, "expected the product of an image and a factor for each channel, as squeeze-excite has");
  place.gate = factors.block;
  places_[size_t(op.outputs[0])] = place;
}

std::optional<ActivationFunction> BlockTaker::function_of(int index) const {
  const file::Operation& op = graph_.operation(index);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  switch (op.kind) {
    case Kind::hard_swish:
      return ActivationFunction::hard_swish;
    case Kind::sigmoid:
      return ActivationFunction::sigmoid;
    case Kind::hard_sigmoid: {
      const auto& [alpha, beta] = std::get<file::HardSigmoid>(op.attributes);
      if (alpha != 1.0 / 6 || beta != 0.5)
        refuse(op, fmt::format("a hard sigmoid of {} x + {}, expected x / 6 + 1 / 2", alpha, beta));
      return ActivationFunction::hard_sigmoid;
    }
    case Kind::clamp:
      break;
    default:
      return std::nullopt;
  }
  const auto& bounds = std::get<file::Clamp>(op.attributes);
  if (bounds.low == 0 && bounds.high == infinity) return ActivationFunction::relu;
  if (bounds.low == 0 && bounds.high == 6) return ActivationFunction::relu6;
  const auto low = static_cast<float>(bounds.low), high = static_cast<float>(bounds.high);
  if (!std::isfinite(low) || !std::isfinite(high) || !(low < high))
    refuse(op, fmt::format("keeps values between {} and {}; expected two bounds, or 0 and none", bounds.low,
                           bounds.high));
  return ActivationFunction::clamp(low, high);
}

void BlockTaker::take(const std::vector<int>& operations) {
  for (const int operation : operations) taken_[size_t(operation)] = true;
}

ActivationFunction BlockTaker::take_activation(int& last) {
  const int reader = graph_.sole_reader(graph_.output_of(last));
  if (reader < 0) return ActivationFunction::none;
  const std::optional<ActivationFunction> function = function_of(reader);
  if (!function) return ActivationFunction::none;
  taken_[size_t(reader)] = true;
  last = reader;
  return *function;
}

std::string BlockTaker::next_name(BlockKind kind) {
  int& count = counts_[size_t(kind)];
  if (kind == BlockKind::stem || kind == BlockKind::head)
    return count++ == 0 ? to_string(kind) : fmt::format("{}_{}", to_string(kind), count);
  // Keras counts inverted residuals from 0, and separable convolutions from 1.
  const int number = kind == BlockKind::inverted_residual ? count++ : ++count;
  return fmt::format("{}_{}", to_string(kind), number);
}

int BlockTaker::close(Block block, int last, const std::vector<Place>& read, const std::string& name) {
  const file::Operation& op = graph_.operation(last);
  const int index = static_cast<int>(blocks.size());
  block.name = name;
  block.output = op.name.empty() ? op.type : op.name;
  for (const Place& place : read) block.inputs.push_back(place.block);
  const int from = read.front().block;
  if (block.kind != BlockKind::head) block.infinite_input = from >= 0 && !ends_bounded(from);
  if (block.inputs == std::vector<int>{index - 1}) block.inputs.clear();
  Place place;
  place.block = index, place.shape = block.out();
  places_[size_t(op.outputs[0])] = place;
  blocks.push_back(std::move(block));
  tensors.push_back(op.outputs[0]);
  groups_.resize(blocks.size());
  return index;
}

}  // namespace mobilith

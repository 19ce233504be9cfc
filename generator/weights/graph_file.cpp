#include "weights/graph_file.h"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>
#include <variant>

#include "formats/read_graph.h"
#include "graph/cut.h"
#include "graph/evaluate.h"
#include "graph/file_error.h"
#include "models/recognise_graph.h"
#include "networks/output_blocks.h"
#include "normal_form/normal_form.h"
#include "quantised/fuse.h"
#include "weights/file_labels.h"
#include "weights/quantised_file.h"
#include "weights/with_path.h"

namespace mobilith {

namespace {

// Of the part of a file that is recognised, the block of that name, or the only one that ends in a layer of
// that name; nothing: there is none.
std::optional<size_t> block_named(const RecognisedPart& part, const std::string& name) {
  std::optional<size_t> found;
  for (size_t i = 0; i < part.blocks.size(); i++) {
    if (part.blocks[i].name == name) return i;
    if (part.blocks[i].output != name) continue;
    if (found) return std::nullopt;
    found = i;
  }
  return found;
}

// The tensors that the named blocks give; empty: not all are recognised.
std::vector<int> tensors_of(const file::Graph& graph, const RecognisedPart& part,
                            const std::vector<std::string>& names) {
  std::vector<int> tensors;
  for (const std::string& name : names) {
    const std::optional<size_t> block = block_named(part, name);
    if (!block) return {};
    tensors.push_back(file::tensor_named(graph, part.tensors[*block]));
    if (tensors.back() < 0)
      throw WeightsError("outputs", fmt::format("the file can't be cut behind '{}': it has no tensor {} of "
                                                "its own",
                                                name, file::quoted(part.tensors[*block])));
  }
  return tensors;
}

bool is_half(file::ElementType type) {
  return type == file::ElementType::f16 || type == file::ElementType::bf16;
}

// Throws WeightsError where the file computes in floats of another width: its operations have the type of
// their inputs, so that the file's inputs, casts and scales of bytes say it. A cast to double loses nothing.
void expect_float32(const file::Graph& graph) {
  const auto fail = [](const std::string& what, file::ElementType type) {
    throw WeightsError({.text = fmt::format("{} {}, expected f32; ", what, file::name_of(type)),
                        .mentioned = "dtype",
                        .rest = " f32 computes it in f32 all the same"});
  };
  for (const int input : graph.inputs)
    if (const file::Tensor& tensor = graph.tensors[size_t(input)];
        is_half(tensor.type) || tensor.type == file::ElementType::f64)
      fail(fmt::format("the input {} is of", file::quoted(tensor.name)), tensor.type);
  for (const file::Operation& operation : graph.operations) {
    if (const auto* cast = std::get_if<file::Cast>(&operation.attributes); cast && is_half(cast->to))
      fail(fmt::format("{}: a cast to", file::place_of(operation)), cast->to);
    if (!std::holds_alternative<file::Quantise>(operation.attributes)) continue;
    if (const file::Tensor& scale = graph.tensors[size_t(operation.inputs[1])]; is_half(scale.type))
      fail(fmt::format("{}: a scale of", file::place_of(operation)), scale.type);
  }
}

// (rows, columns) -> (columns, rows)
std::vector<double> turned(const std::vector<double>& values, int rows, int columns) {
  std::vector<double> other(values.size());
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c++) other[size_t(c) * rows + r] = values[size_t(r) * columns + c];
  return other;
}

class GraphFile final : public Weights {
 public:
  GraphFile(GraphContent content, std::string path, std::string hash, const ReadOptions& options)
      : path_(std::move(path)),
        hash_(std::move(hash)),
        assumed_(std::move(content.assumed)),
        labels_(std::move(content.labels)),
        file_(std::move(content.graph)) {
    with_path(path_, [&] { model_ = recognised(options); });
  }

  FileConfiguration configuration() const override {
    const Configuration& c = model_.network.configuration;
    return {c.net, c.alpha, c.depth_multiplier, c.height, c.width, c.classes};
  }

  Network network(const Configuration& c) const override {
    const Configuration& own = model_.network.configuration;
    if (c.height != own.height || c.width != own.width)
      throw WeightsError(fmt::format("{}: takes images of {}x{}, not of {}x{}", path_, own.height, own.width,
                                     c.height, c.width));
    return model_.network;
  }

  Tensor tensor(const std::string& layer, const std::string& role,
                const std::vector<int>& shape) const override {
    const auto found = model_.tensors.find(layer);
    if (found == model_.tensors.end()) throw WeightsError(fmt::format("{}: no layer '{}'", path_, layer));
    const std::vector<double>& values = role == "bias" ? found->second.bias : found->second.kernel;
    size_t expected = 1;
    for (int extent : shape) expected *= static_cast<size_t>(extent);
    if (values.size() != expected)
      throw WeightsError(
          fmt::format("{}: {}/{} has {} values, expected {}", path_, layer, role, values.size(), expected));
    Tensor tensor{shape, {}};
    for (double value : values) {
      tensor.values.push_back(static_cast<float>(value));
      if (!std::isfinite(tensor.values.back()))
        throw WeightsError(
            fmt::format("{}: {}/{} holds {}, expected finite numbers", path_, layer, role, value));
    }
    return tensor;
  }

  std::string assumed() const override { return assumed_; }
  FileLabels labels() const override { return labels_; }
  std::string hash() const override { return hash_; }

  std::optional<file::Graph> graph(int height, int width) const override {
    const Configuration& own = model_.network.configuration;
    if (height != own.height || width != own.width) return std::nullopt;
    return file_;
  }

  std::optional<file::Statistics> statistics(const std::string& layer) const override {
    const auto found = model_.tensors.find(layer);
    return found == model_.tensors.end() ? std::nullopt : found->second.statistics;
  }

  std::vector<std::vector<double>> outputs_for(const std::vector<double>& image) const override {
    return with_path(path_, [&] {
      const Shape& of = model_.network.image();
      std::vector<std::vector<double>> inputs{image};
      if (model_.input_channels_first) inputs = {turned(image, of.height * of.width, of.channels)};
      std::vector<std::vector<double>> outputs;
      for (file::Value& output : file::evaluate(file_, inputs)) {
        const size_t index = outputs.size();
        const Shape& shape = output_blocks(model_.network).at(index)->out();
        if (model_.output_channels_first[index])
          output.numbers = turned(output.numbers, shape.channels, shape.height * shape.width);
        outputs.push_back(std::move(output.numbers));
      }
      return outputs;
    });
  }

 private:
  // All of the file, or the outputs that are wanted of it.
  RecognisedModel recognised(const ReadOptions& options) {
    RecognisedPart part;
    try {
      return recognise(file::normalise(file_), &part);
    } catch (const std::runtime_error&) {
      if (options.part) *options.part = part;
      const std::vector<int> outputs = tensors_of(file_, part, options.outputs);
      if (outputs.empty()) throw;
      file_ = file::cut(std::move(file_), outputs);
    }
    assumed_ += fmt::format("{}{}: left out is what the outputs do not need: {}",
                            assumed_.empty() ? "" : "; ", path_, part.why);
    RecognisedModel model = recognise(file::normalise(file_));
    // Blocks are counted anew: a number may be another block's.
    const std::vector<const Block*> ends = output_blocks(model.network);
    for (size_t i = 0; i < ends.size(); i++)
      if (ends[i]->name != options.outputs.at(i) && ends[i]->output != options.outputs.at(i))
        throw WeightsError("outputs",
                           fmt::format("'{}' is '{}' in the file that is cut there: expected the name of its "
                                       "layer, '{}'",
                                       options.outputs.at(i), ends[i]->name, ends[i]->output));
    return model;
  }

  std::string path_, hash_, assumed_;
  FileLabels labels_;
  file::Graph file_;
  RecognisedModel model_;
};

}  // namespace

bool is_graph_file(const std::string& bytes) { return !file::format_of(bytes).empty(); }

HeldByFile read_graph_file(ModelFiles& files, const ReadOptions& options) {
  file::Graph graph = with_path(files.path(), [&] {
    return file::read_graph(files.bytes(), files.request(options.height, options.width));
  });
  return GraphContent{.graph = std::move(graph), .labels = labels_in(*files.bytes())};
}

std::unique_ptr<Weights> open_file_graph(GraphContent content, const std::string& path,
                                         const std::string& hash, const ReadOptions& options) {
  if (!options.as_f32) with_path(path, [&] { expect_float32(content.graph); });
  if (quantised::quantises(content.graph))
    content.graph = with_path(path, [&] { return quantised::fused(content.graph); });
  if (computes_whole_numbers(content.graph) && !options.as_f32)
    return open_quantised_graph(std::move(content.graph), path, hash, std::move(content.labels), options);
  return std::make_unique<GraphFile>(std::move(content), path, hash, options);
}

}  // namespace mobilith

#include "weights/graph_file.h"

#include <fmt/format.h>

#include <cmath>

#include "formats/read_graph.h"
#include "graph/evaluate.h"
#include "graph/file_error.h"
#include "models/recognise_graph.h"
#include "networks/output_blocks.h"
#include "normal_form/normal_form.h"
#include "text/sha256.h"
#include "weights/file_bytes.h"
#include "weights/with_path.h"

namespace mobilith {

namespace {

bool computes_whole_numbers(const file::Graph& graph) {
  for (const file::Operation& op : graph.operations)
    for (int output : op.outputs)
      if (!graph.tensors[output].quantisation.scales.empty()) return true;
  return false;
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
  // graph: through infer(). assumed: Weights::assumed().
  GraphFile(file::Graph graph, std::string path, std::string hash, std::string assumed,
            const ReadOptions& options)
      : path_(std::move(path)),
        hash_(std::move(hash)),
        assumed_(std::move(assumed)),
        file_(std::move(graph)) {
    with_path(path_, [&] {
      if (computes_whole_numbers(file_) && !options.as_f32)
        throw WeightsError({.text = "computes in whole numbers (quantised); ",
                            .mentioned = "dtype",
                            .rest = " f32 takes what they mean and computes in f32"});
      model_ = recognise(file::normalise(file_));
    });
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
  std::string path_, hash_, assumed_;
  file::Graph file_;
  RecognisedModel model_;
};

}  // namespace

bool is_graph_file(const std::string& bytes) { return !file::format_of(bytes).empty(); }

std::unique_ptr<Weights> open_graph_file(const std::string& bytes, const std::string& path,
                                         const ReadOptions& options) {
  file::Graph graph = with_path(path, [&] {
    return file::read_graph(std::make_shared<const std::string>(bytes),
                            {.height = options.height, .width = options.width, .beside = files_beside(path)});
  });
  return open_file_graph(std::move(graph), path, sha256(bytes), options);
}

std::unique_ptr<Weights> open_file_graph(file::Graph graph, const std::string& path, const std::string& hash,
                                         const ReadOptions& options, const std::string& assumed) {
  return std::make_unique<GraphFile>(std::move(graph), path, hash, assumed, options);
}

}  // namespace mobilith

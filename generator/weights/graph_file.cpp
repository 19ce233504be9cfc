#include "weights/graph_file.h"

#include <fmt/format.h>

#include <cmath>

#include "formats/read_graph.h"
#include "graph/evaluate.h"
#include "graph/file_error.h"
#include "models/from_normal_form.h"
#include "models/recognise.h"
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

class GraphFile final : public Weights {
 public:
  GraphFile(file::Graph graph, std::string path, std::string hash, const ReadOptions& options)
      : path_(std::move(path)), hash_(std::move(hash)), file_(std::move(graph)) {
    with_path(path_, [&] {
      if (computes_whole_numbers(file_) && !options.as_f32)
        throw WeightsError({.text = "computes in whole numbers (quantised); ",
                            .mentioned = "dtype",
                            .rest = " f32 takes what they mean and computes in f32"});
      taken_ = from_normal_form(file::normalise(file_));
      const Operation& image = taken_.graph.operations.front();
      network_ = recognise(taken_.graph, *image.height, *image.width);
    });
  }

  FileConfiguration configuration() const override {
    const Configuration& c = network_.configuration;
    return {c.net, c.alpha, c.depth_multiplier, c.height, c.width, c.classes};
  }

  Network network(const Configuration& c) const override {
    const Configuration& own = network_.configuration;
    if (c.height != own.height || c.width != own.width)
      throw WeightsError(fmt::format("{}: takes images of {}x{}, not of {}x{}", path_, own.height, own.width,
                                     c.height, c.width));
    return network_;
  }

  Tensor tensor(const std::string& layer, const std::string& role,
                const std::vector<int>& shape) const override {
    const auto found = taken_.tensors.find(layer);
    if (found == taken_.tensors.end()) throw WeightsError(fmt::format("{}: no layer '{}'", path_, layer));
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

  std::string hash() const override { return hash_; }

  std::optional<file::Graph> graph(int height, int width) const override {
    const Configuration& own = network_.configuration;
    if (height != own.height || width != own.width) return std::nullopt;
    return file_;
  }

  std::vector<double> value(const std::vector<double>& image) const override {
    return with_path(path_, [&] {
      const file::Extents& of = *file_.tensors[file_.inputs[0]].shape;
      const Operation& input = taken_.graph.operations.front();
      std::vector<double> given = image;
      if (of[1] == input.channels && of[3] != input.channels) {  // channels first
        const int64_t pixels = of[2] * of[3];
        for (int64_t c = 0; c < of[1]; c++)
          for (int64_t p = 0; p < pixels; p++)
            given[static_cast<size_t>(c * pixels + p)] = image[static_cast<size_t>(p * of[1] + c)];
      }
      return file::evaluate(file_, std::vector<std::vector<double>>{std::move(given)}).at(0).numbers;
    });
  }

 private:
  std::string path_, hash_;
  file::Graph file_;
  TakenGraph taken_;
  Network network_;
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
                                         const ReadOptions& options) {
  return std::make_unique<GraphFile>(std::move(graph), path, hash, options);
}

}  // namespace mobilith

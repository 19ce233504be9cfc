#include "weights/quantised_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/quantised_network.h"
#include "quantised/softmax_of_bytes.h"
#include "weights/with_path.h"

namespace mobilith {

bool computes_whole_numbers(const file::Graph& graph) {
  for (const file::Operation& op : graph.operations)
    for (const int output : op.outputs)
      if (!graph.tensors[size_t(output)].quantisation.scales.empty()) return true;
  return false;
}

namespace {

class QuantisedFile final : public Weights {
 public:
  QuantisedFile(file::Graph graph, std::string path, std::string hash, FileLabels labels,
                quantised::Requantise mode)
      : path_(std::move(path)),
        hash_(std::move(hash)),
        labels_(std::move(labels)),
        file_(quantised::softmax_of_bytes(std::move(graph))),
        mode_(mode) {
    model_ = with_path(path_, [&] { return quantised_network(file_, mode_); });
  }

  // The network keeps the name and the settings of the one that it was calibrated from.
  void call(const Configuration& of) {
    Configuration& own = model_.network.configuration;
    own.net = of.net, own.alpha = of.alpha, own.depth_multiplier = of.depth_multiplier;
  }

  FileConfiguration configuration() const override {
    const Configuration& c = model_.network.configuration;
    return {c.net, c.alpha, c.depth_multiplier, c.height, c.width, c.classes, c.dtype, c.requantise};
  }

  Network network(const Configuration& c) const override {
    const Configuration& own = model_.network.configuration;
    if (c.height != own.height || c.width != own.width)
      throw WeightsError(fmt::format("{}: takes images of {}x{}, not of {}x{}", path_, own.height, own.width,
                                     c.height, c.width));
    return model_.network;
  }

  Tensor tensor(const std::string& layer, const std::string& role, const std::vector<int>&) const override {
    throw WeightsError(fmt::format("{}: {}/{} is no float", path_, layer, role));
  }

  std::vector<std::vector<double>> block_outputs(const std::vector<double>& image,
                                                 const BlockChange& change) const override {
    return with_path(path_, [&] {
      std::vector<std::vector<double>> outputs(model_.tensors.size());
      const auto take = [&](int tensor, const std::vector<double>& numbers) {
        for (size_t i = 0; i < outputs.size(); i++)
          if (model_.tensors[i] == tensor) outputs[i] = as_stored(i, numbers);
      };
      const std::vector<double> input = model_.channels_first ? channels_first(image) : image;
      take(file_.inputs.at(0), input);
      quantised::evaluate(
          file_, std::vector<std::vector<double>>{input}, mode_,
          [&](int tensor, const file::Value& value) { take(tensor, value.numbers); },
          [&](int tensor, std::vector<double>& numbers) {
            const auto block = std::find(model_.tensors.begin(), model_.tensors.end(), tensor);
            // Of two blocks that give one tensor the second turns signs alone.
            if (!change || std::count(block, model_.tensors.end(), tensor) != 1) return;
            const auto i = size_t(block - model_.tensors.begin());
            std::vector<double> stored = as_stored(i, numbers);
            change(i, stored);
            const double offset = as_stored(i, {0})[0];
            for (size_t k = 0; k < numbers.size(); k++) numbers[k] = stored[k] - offset;
          });
      return outputs;
    });
  }

  FileLabels labels() const override { return labels_; }
  std::string hash() const override { return hash_; }
  std::optional<file::Graph> graph(int height, int width) const override {
    const Configuration& own = model_.network.configuration;
    if (height != own.height || width != own.width) return std::nullopt;
    return file_;
  }

 private:
  // (y, x, c) -> (c, y, x)
  std::vector<double> channels_first(const std::vector<double>& image) const {
    const size_t channels = size_t(model_.network.image().channels), pixels = image.size() / channels;
    std::vector<double> other(image.size());
    for (size_t i = 0; i < image.size(); i++) other[i % channels * pixels + i / channels] = image[i];
    return other;
  }

  std::vector<double> as_stored(size_t block, std::vector<double> numbers) const {
    const file::Tensor& tensor = file_.tensors[size_t(model_.tensors[block])];
    if (tensor.type == file::ElementType::i8 &&
        model_.network.blocks[block].quantised->out == ElementType::u8)
      for (double& number : numbers) number += signed_offset;
    return numbers;
  }

  std::string path_, hash_;
  FileLabels labels_;
  file::Graph file_;
  quantised::Requantise mode_;
  QuantisedModel model_;
};

}  // namespace

std::unique_ptr<Weights> open_quantised_graph(file::Graph graph, const std::string& path,
                                              const std::string& hash, FileLabels labels,
                                              const ReadOptions& options) {
  // The arithmetic of an ONNX file is ONNX Runtime's.
  const auto mode = graph.format == "ONNX" ? quantised::Requantise::onnx : options.requantise;
  return std::make_unique<QuantisedFile>(std::move(graph), path, hash, std::move(labels), mode);
}

std::unique_ptr<Weights> open_calibrated_graph(file::Graph graph, const Configuration& of,
                                               const std::string& path, const std::string& hash,
                                               FileLabels labels, quantised::Requantise mode) {
  auto file = std::make_unique<QuantisedFile>(std::move(graph), path, hash, std::move(labels), mode);
  file->call(of);
  return file;
}

}  // namespace mobilith

#include "weights/graph_file.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "formats/read_graph.h"
#include "graph/evaluate.h"
#include "graph/file_error.h"
#include "models/recognise_graph.h"
#include "networks/output_blocks.h"
#include "normal_form/normal_form.h"
#include "text/sha256.h"

namespace mobilith {

namespace {

bool computes_whole_numbers(const file::Graph& graph) {
  for (const file::Operation& op : graph.operations)
    for (int output : op.outputs)
      if (!graph.tensors[output].quantisation.scales.empty()) return true;
  return false;
}

// Reads files in the folder of the one at `path`.
std::function<std::string(const std::string&, size_t)> beside(const std::string& path) {
  return [folder = std::filesystem::path(path).parent_path()](const std::string& name, size_t most) {
    const std::filesystem::path place = folder / name;
    std::error_code error;
    if (!std::filesystem::is_regular_file(place, error))
      throw file::Error(fmt::format("no file {} beside it", file::quoted(name)));
    std::ifstream in(place, std::ios::binary);
    // One byte more, so that a file that is too long is seen to be.
    std::string bytes(size_t(std::min<std::uintmax_t>(std::filesystem::file_size(place), most + 1)), '\0');
    if (!in.read(bytes.data(), std::streamsize(bytes.size())))
      throw file::Error(fmt::format("file {} beside it can't be read", file::quoted(name)));
    return bytes;
  };
}

// (rows, columns) -> (columns, rows)
std::vector<double> turned(const std::vector<double>& values, int rows, int columns) {
  std::vector<double> other(values.size());
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c++)
      other[size_t(c) * rows + r] = values[size_t(r) * columns + c];
  return other;
}

class GraphFile final : public Weights {
  // Errors name the file.
  template <typename Read>
  auto named(Read read) const {
    try {
      return read();
    } catch (const file::Error& error) {
      throw WeightsError(fmt::format("{}: {}", path_, error.what()));
    } catch (const WeightsError& error) {
      FieldMessage message = error.message;
      message.text = fmt::format("{}: {}", path_, message.text);
      throw WeightsError(message);
    }
  }

 public:
  // read: gives the graph, which has passed infer(). assumed: Weights::assumed().
  GraphFile(const std::function<file::Graph()>& read, std::string path, std::string hash, std::string assumed,
            const ReadOptions& options)
      : path_(std::move(path)), hash_(std::move(hash)), assumed_(std::move(assumed)) {
    named([&] {
      file_ = read();
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

  std::vector<std::vector<double>> outputs_for(const std::vector<double>& image) const override {
    return named([&] {
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
  const auto read = [&] {
    return file::read_graph(std::make_shared<const std::string>(bytes),
                            {.height = options.height, .width = options.width, .beside = beside(path)});
  };
  return std::make_unique<GraphFile>(read, path, sha256(bytes), "", options);
}

std::unique_ptr<Weights> weights_of_graph(file::Graph graph, const std::string& path, const std::string& hash,
                                          const std::string& assumed, const ReadOptions& options) {
  return std::make_unique<GraphFile>([&] { return std::move(graph); }, path, hash, assumed, options);
}

}  // namespace mobilith

#include "weights/torch_weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "graph/evaluate.h"
#include "models/known_networks.h"
#include "weights/with_path.h"

namespace mobilith {

std::string assumed_text(const std::string& path, const std::string& network,
                         const file::TorchAssumptions& assumed, const std::vector<std::string>& left_out) {
  const std::string text = fmt::format(
      "{} holds tensors without a model; assumed is {}: {}, and the resolution unless it was given{}", path,
      network, assumed.settings, assumed.alike);
  return left_out.empty() ? text : fmt::format("{}; left out: {}", text, fmt::join(left_out, ", "));
}

namespace {

using file::NamedTensor;
using Tensors = std::map<std::string, NamedTensor>;

struct Role {
  const char *ours, *theirs;
  bool of_batch_norm;
};
constexpr Role roles[] = {{"kernel", "weight", false},
                          {"depthwise_kernel", "weight", false},
                          {"bias", "bias", false},
                          {"gamma", "weight", true},
                          {"beta", "bias", true},
                          {"moving_mean", "running_mean", true},
                          {"moving_variance", "running_var", true}};

// PyTorch's (out, in, kh, kw); of a depthwise kernel (in * multiplier, 1, kh, kw); of a dense layer (out,
// in).
std::vector<int64_t> torch_shape(const Layer& layer) {
  const std::vector<int> k = layer.kernel_shape();
  if (layer.kind == LayerKind::depthwise) return {k[2] * k[3], 1, k[0], k[1]};
  if (layer.kind == LayerKind::dense) return {k[k.size() - 1], k[k.size() - 2]};
  return {k[3], k[2], k[0], k[1]};
}

// How far a file's kernels are those of a network.
struct Fit {
  int kernels = 0;    // that fit, from the image on
  std::string wrong;  // the first that does not; empty: all do
};
Fit fit(const Tensors& tensors, const Network& network, const TorchNames& names) {
  Fit fit;
  for (const Block& block : network.blocks)
    for (const Layer& layer : block.layers) {
      if (layer.kernel_shape().empty()) continue;
      const std::string name = names.at(layer.name).layer + ".weight";
      const auto found = tensors.find(name);
      const auto expected = torch_shape(layer);
      if (found == tensors.end())
        fit.wrong = fmt::format("the tensor {} is missing", name);
      else if (found->second.shape != expected)
        fit.wrong = fmt::format("the tensor {} has the shape ({}), expected ({})", name,
                                fmt::join(found->second.shape, ", "), fmt::join(expected, ", "));
      if (!fit.wrong.empty()) return fit;
      fit.kernels++;
    }
  return fit;
}

class TorchWeights final : public Weights {
 public:
  TorchWeights(file::StateDict dict, const TorchDialect& dialect, std::string path, std::string hash,
               const ReadOptions& options)
      : path_(std::move(path)),
        hash_(std::move(hash)),
        dict_(std::move(dict)),
        left_out_(dict_.left_out),
        dialect_(&dialect),
        options_(options) {
    for (const NamedTensor& tensor : dict_.tensors) tensors_[tensor.name] = tensor;
    find_network();
    expect_all_used();
  }

  FileConfiguration configuration() const override {
    return {configuration_.net,    configuration_.alpha, configuration_.depth_multiplier, {}, {},
            configuration_.classes};
  }

  Network network(const Configuration& c) const override {
    Network network = as_torch(build_network(c));
    for (Block& block : network.blocks)
      for (Layer& layer : block.layers)
        if (!layer.kernel_shape().empty())
          layer.bias = tensors_.contains(names_.at(layer.name).layer + ".bias");
    return network;
  }

  std::string assumed() const override {
    return assumed_text(path_, dialect_->name, file::torch_assumptions(dict_, dialect_->row), left_out_);
  }

  Tensor tensor(const std::string& layer, const std::string& role,
                const std::vector<int>& shape) const override {
    const std::string name = stored_name(layer, role);
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) fail(fmt::format("the tensor {} is missing", name));
    const std::vector<double> all = values(found->second);
    size_t expected = 1;
    for (const int extent : shape) expected *= size_t(extent);
    if (all.size() != expected)
      fail(fmt::format("{}: has the shape ({}), expected ({}) in another order", name,
                       fmt::join(found->second.shape, ", "), fmt::join(shape, ", ")));
    Tensor tensor{shape, std::vector<float>(all.size())};
    // Ours has the outputs last: (out, in, kh, kw) to (kh, kw, in, out), a depthwise (in, m, kh, kw) to (kh,
    // kw, in, m).
    const bool depthwise = role == "depthwise_kernel";
    const size_t rank = shape.size(), window = rank == 4 ? size_t(shape[0]) * size_t(shape[1]) : 1;
    const size_t inputs = rank < 2 ? 1 : size_t(shape[rank - 2]), outputs = size_t(shape[rank - 1]);
    for (size_t w = 0; w < window; w++)
      for (size_t i = 0; i < inputs; i++)
        for (size_t o = 0; o < outputs; o++) {
          const size_t theirs = (depthwise ? i * outputs + o : o * inputs + i) * window + w;
          const auto value = static_cast<float>(all[theirs]);
          if (!std::isfinite(value)) fail(fmt::format("{}: holds {}, expected finite numbers", name, value));
          tensor.values[(w * inputs + i) * outputs + o] = value;
        }
    return tensor;
  }

  // The same tensors by the other way: the graph of the table's row. Sizes are those of the image.
  std::optional<file::Graph> graph(int height, int width) const override {
    return with_path(path_, [&] {
      return file::torch_graph(dict_, {.height = height, .width = width, .net = dialect_->row}).graph;
    });
  }

  std::vector<std::vector<double>> outputs_for(const std::vector<double>& image) const override {
    const int height = options_.height.value_or(default_side), width = options_.width.value_or(default_side);
    const size_t pixels = size_t(height) * size_t(width);
    if (pixels * 3 != image.size()) return {};
    std::vector<double> planes(image.size());
    for (size_t p = 0; p < pixels; p++)
      for (size_t c = 0; c < 3; c++) planes[c * pixels + p] = image[p * 3 + c];
    const std::vector<std::vector<double>> inputs{std::move(planes)};
    std::vector<std::vector<double>> outputs;
    for (file::Value& output : file::evaluate(*graph(height, width), inputs))
      outputs.push_back(std::move(output.numbers));
    return outputs;
  }

  double epsilon(const std::string&) const override { return dialect_->epsilon; }
  std::string hash() const override { return hash_; }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw WeightsError(fmt::format("{}: {}", path_, what));
  }

  // Names chose the dialect; shapes choose the width and the classes.
  void find_network() {
    Configuration c;
    c.net = dialect_->net;
    const Network any = build_network(c);
    names_ = dialect_->names(any);
    const std::string classifier =
        names_.at(any.blocks.back().find(LayerKind::dense)->name).layer + ".weight";
    const auto found = tensors_.find(classifier);
    if (found == tensors_.end() || found->second.shape.size() != 2 || found->second.shape[0] < 1)
      fail(fmt::format("of {}, but {} is missing, or is no matrix", dialect_->name, classifier));
    c.classes = int(found->second.shape[0]);
    Fit best{-1, ""};
    for (const double alpha : candidate_alphas()) {
      c.alpha = alpha;
      try {
        const Fit here = fit(tensors_, build_network(c), names_);
        if (here.kernels > best.kernels) best = here, configuration_ = c;
      } catch (const ConfigurationError& error) {
        if (best.kernels < 0) best.wrong = error.what();  // too narrow for the stem, too many classes
      }
      if (best.wrong.empty()) return;
    }
    fail(fmt::format("nearest to {} of alpha {}, but {}", dialect_->name, configuration_.alpha, best.wrong));
  }

  std::string stored_name(const std::string& layer, const std::string& role) const {
    for (const Role& row : roles) {
      if (role != row.ours) continue;
      if (!row.of_batch_norm) return names_.at(layer).layer + "." + row.theirs;
      for (const Block& block : build_network(configuration_).blocks)
        for (const Layer& one : block.layers)
          if (one.batch_norm == layer) return names_.at(one.name).batch_norm + "." + row.theirs;
    }
    fail(fmt::format("layer '{}' has no '{}'", layer, role));
  }

  // A tensor that no layer has would be ignored.
  void expect_all_used() const {
    std::set<std::string> known;
    for (const auto& [ours, theirs] : names_) {
      for (const char* role : {"weight", "bias"}) known.insert(theirs.layer + "." + role);
      for (const char* role : {"weight", "bias", "running_mean", "running_var", "num_batches_tracked"})
        known.insert(theirs.batch_norm + "." + role);
    }
    for (const auto& [name, tensor] : tensors_)
      if (!known.contains(name))
        fail(fmt::format("the tensor {} (shape ({})) belongs to no layer of {}", file::quoted(name),
                         fmt::join(tensor.shape, ", "), dialect_->name));
  }

  static constexpr int default_side = 224;

  std::string path_, hash_;
  file::StateDict dict_;
  Tensors tensors_;
  std::vector<std::string> left_out_;
  const TorchDialect* dialect_ = nullptr;
  TorchNames names_;
  ReadOptions options_;
  Configuration configuration_;
};

}  // namespace

std::unique_ptr<Weights> table_weights(file::StateDict dict, const TorchDialect& dialect,
                                       const std::string& path, const std::string& hash,
                                       const ReadOptions& options) {
  return std::make_unique<TorchWeights>(std::move(dict), dialect, path, hash, options);
}

}  // namespace mobilith

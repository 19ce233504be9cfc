#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

#include "weights/infer.h"
#include "weights/keras_bare_layers.h"
#include "weights/keras_tensor_weights.h"

namespace mobilith {

namespace {

Network any_network(const std::string& net) {
  Configuration c;
  c.net = net;
  return build_network(c);
}

// The name of a table's network's classifier.
std::string own_classifier(const std::string& net) {
  const Network network = any_network(net);
  for (auto block = network.blocks.rbegin(); block != network.blocks.rend(); ++block)
    if (const Layer* dense = block->find(LayerKind::dense)) return dense->name;
  throw std::logic_error("a network without a classifier");
}

// Of each table's network, its last layer before the head: "mobilenet_v1 (conv_pw_13...)".
std::vector<std::string> example_layers() {
  std::vector<std::string> examples;
  for (const std::string& net : network_names()) {
    const Network network = any_network(net);
    examples.push_back(
        fmt::format("{} ({}...)", net, network.blocks.at(network.blocks.size() - 2).layers.back().name));
  }
  return examples;
}

// Weights alone: names and shapes say which network of the tables they are for; what it computes is that
// network's.
class KerasWeightsOnly final : public KerasTensorWeights {
 public:
  KerasWeightsOnly(KerasArrays arrays, const std::string& path, const std::string& hash,
                   const ReadOptions& options)
      : KerasTensorWeights(std::move(arrays), path, hash) {
    named([&] {
      index_ = index_tensors(arrays_.datasets);
      if (index_.empty()) fail("holds no layer's weights that we know how to find");
      // Layers of another type than Keras's default would compute in it.
      for (const auto& [key, dataset] : index_)
        if (!dataset.f32 && !options.as_f32)
          throw WeightsError({.text = fmt::format("{} is not of float32; ", dataset.path),
                              .mentioned = "dtype",
                              .rest = " f32 takes it and computes in f32 all the same"});
      for (const std::string& net : network_names())
        if (const std::string own = own_classifier(net); index_.contains({own, "kernel"})) classifier_ = own;
      if (classifier_.empty()) classifier_ = find_classifier(index_);
      configuration_ = infer_configuration(index_, classifier_);
      if (!configuration_.net)
        fail(fmt::format("not a MobileNet: most layers of {} are missing",
                         fmt::join(example_layers(), " and ")));
      if (const std::string layer = foreign_layer(arrays_.groups, *configuration_.net); !layer.empty())
        fail(fmt::format(
            "has the layer '{}', which is none of Keras's own {}; what the model computes is said by a "
            "file with its settings alone (.keras, or .h5 of model.save)",
            layer, *configuration_.net));
      own_classifier_ = own_classifier(*configuration_.net);
      // Checked here, so that what is only described is checked, too.
      Configuration c{*configuration_.net, configuration_.alpha.value_or(1.0),
                      configuration_.depth_multiplier.value_or(1)};
      c.classes = configuration_.classes.value_or(c.classes);
      network(c);
    });
  }

  FileConfiguration configuration() const override { return configuration_; }

  Network network(const Configuration& c) const override {
    if (c.classes == 1)
      fail(
          "has one class, which no softmax ends in; whether a sigmoid or nothing does is said by a file with "
          "the model's "
          "settings alone (.keras or .h5)");
    Network network = build_network(c);
    std::map<std::pair<std::string, std::string>, Hdf5Dataset> left = index_;
    for (Block& block : network.blocks)
      for (Layer& layer : block.layers) {
        if (layer.kernel_shape().empty()) continue;
        layer.bias = index_.contains({stored_name(layer.name), "bias"});
        for (const char* role : {"kernel", "bias"}) left.erase({stored_name(layer.name), role});
        for (const char* role : {"gamma", "beta", "moving_mean", "moving_variance"})
          left.erase({layer.batch_norm, role});
      }
    if (!left.empty())
      fail(fmt::format("the tensor {} (shape {}) belongs to no layer of {}", left.begin()->second.path,
                       shape_text(left.begin()->second.shape), c.net));
    return network;
  }

  std::string assumed() const override {
    const std::string& net = *configuration_.net;
    const bool v3 = net.starts_with("mobilenet_v3");
    const char* functions = !v3 ? "ReLU6" : net.ends_with("minimalistic") ? "ReLU" : "hard-swish and ReLU";
    return fmt::format(
        "{} holds weights without the model's settings; assumed are those of Keras's own {}: strides, "
        "padding, {}, epsilon 0.001, a softmax at the end, and the resolution unless it was given{}",
        path_, net, functions,
        v3 ? "; its layer that scales pixels of 0 to 255 is not among them: the library takes -1 to 1" : "");
  }

 private:
  std::string stored_name(const std::string& layer) const override {
    return layer == own_classifier_ ? classifier_ : layer;
  }

  std::string own_classifier_, classifier_;  // as the table's network and as the file call it
  FileConfiguration configuration_;
};

}  // namespace

std::unique_ptr<Weights> open_keras_arrays(KerasArrays arrays, const std::string& path,
                                           const std::string& hash, const ReadOptions& options) {
  return std::make_unique<KerasWeightsOnly>(std::move(arrays), path, hash, options);
}

}  // namespace mobilith

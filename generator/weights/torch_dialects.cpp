#include "weights/torch_dialects.h"

#include <fmt/format.h>

namespace mobilith {

namespace {

// The blocks of a body, by their place: timm counts stages, and blocks in them.
constexpr int v1_stages[] = {1, 2, 2, 6, 2};
constexpr int v2_stages[] = {1, 2, 3, 4, 3, 3, 1};

template <size_t count>
std::string timm_block(const int (&stages)[count], int id) {
  size_t stage = 0;
  for (; stage + 1 < count && id >= stages[stage]; stage++) id -= stages[stage];
  return fmt::format("blocks.{}.{}.", stage, id);
}

// The names of a network's ends; its blocks are named by `name_block`.
template <class NameBlock>
TorchNames names_of(const Network& network, const TorchLayer& stem, const TorchLayer& last,
                    const char* classifier, NameBlock name_block) {
  TorchNames names;
  int id = 0;
  for (const Block& block : network.blocks) {
    if (block.kind == BlockKind::stem)
      names[block.layers[0].name] = stem;
    else if (block.kind == BlockKind::head)
      for (const Layer& layer : block.layers) {
        if (layer.kernel_shape().empty()) continue;
        names[layer.name] = layer.kind == LayerKind::dense ? TorchLayer{classifier, ""} : last;
      }
    else
      name_block(names, block, id++);
  }
  return names;
}

// conv.0.0 with conv.0.1, ..., then conv.N with conv.N+1: only the last has no activation of its own.
TorchNames torchvision_v2(const Network& network) {
  return names_of(network, {"features.0.0", "features.0.1"}, {"features.18.0", "features.18.1"},
                  "classifier.1", [](TorchNames& names, const Block& block, int id) {
                    int place = 0;
                    for (const Layer& layer : block.layers) {
                      if (layer.kernel_shape().empty()) continue;
                      const std::string at = fmt::format("features.{}.conv.{}", id + 1, place);
                      const bool ends = layer.activation == ActivationFunction::none;
                      names[layer.name] =
                          ends ? TorchLayer{at, fmt::format("features.{}.conv.{}", id + 1, place + 1)}
                               : TorchLayer{at + ".0", at + ".1"};
                      place++;
                    }
                  });
}

// Convolution, batch norm and activation side by side: conv.0, conv.1, (conv.2), conv.3...
void name_side_by_side(TorchNames& names, const Block& block, int id) {
  int place = 0;
  for (const Layer& layer : block.layers) {
    if (layer.kernel_shape().empty()) continue;
    names[layer.name] = {fmt::format("features.{}.conv.{}", id + 1, place),
                         fmt::format("features.{}.conv.{}", id + 1, place + 1)};
    place += 3;
  }
}

TorchNames older_v2(const Network& network) {
  return names_of(network, {"features.0.0", "features.0.1"}, {"features.18.0", "features.18.1"},
                  "classifier.1", name_side_by_side);
}

// The last convolution beside the features.
TorchNames older_v2_apart(const Network& network) {
  return names_of(network, {"features.0.0", "features.0.1"}, {"conv.0", "conv.1"}, "classifier",
                  name_side_by_side);
}

TorchNames timm_v2(const Network& network) {
  return names_of(network, {"conv_stem", "bn1"}, {"conv_head", "bn2"}, "classifier",
                  [](TorchNames& names, const Block& block, int id) {
                    const std::string at = timm_block(v2_stages, id);
                    const bool expands = block.layers[0].kind == LayerKind::convolution;
                    const char* const expanding[] = {"conv_pw", "conv_dw", "conv_pwl"};
                    const char* const plain[] = {"conv_dw", "conv_pw"};
                    int place = 0;
                    for (const Layer& layer : block.layers) {
                      if (layer.kernel_shape().empty()) continue;
                      names[layer.name] = {at + (expands ? expanding[place] : plain[place]),
                                           fmt::format("{}bn{}", at, place + 1)};
                      place++;
                    }
                  });
}

TorchNames timm_v1(const Network& network) {
  return names_of(network, {"conv_stem", "bn1"}, {}, "classifier",
                  [](TorchNames& names, const Block& block, int id) {
                    const std::string at = timm_block(v1_stages, id);
                    names[block.layers[0].name] = {at + "conv_dw", at + "bn1"};
                    names[block.layers[1].name] = {at + "conv_pw", at + "bn2"};
                  });
}

}  // namespace

// A dialect is a row.
const TorchDialect torch_dialects[5] = {
    {"torchvision's MobileNet V2", "mobilenet_v2", "torchvision/mobilenet_v2", 1e-5, torchvision_v2},
    {"older MobileNets V2 of PyTorch", "mobilenet_v2", "older/mobilenet_v2", 1e-5, older_v2},
    {"older MobileNets V2 with a layer 'conv'", "mobilenet_v2", "older/mobilenet_v2_apart", 1e-5,
     older_v2_apart},
    {"timm's MobileNet V2", "mobilenet_v2", "timm/mobilenetv2", 1e-5, timm_v2},
    {"timm's MobileNet V1", "mobilenet_v1", "timm/mobilenetv1", 1e-5, timm_v1},
};

Network as_torch(Network network) {
  Shape shape = network.blocks.front().in();
  for (Block& block : network.blocks)
    for (Layer& layer : block.layers) {
      layer.in = shape;
      LayerWindow& window = layer.window;
      if (layer.kind == LayerKind::convolution || layer.kind == LayerKind::depthwise) {
        const int rows = window.height / 2, columns = window.width / 2;
        window.pads = {rows, rows, columns, columns};
        layer.out.height = (shape.height + 2 * rows - window.rows()) / window.stride + 1;
        layer.out.width = (shape.width + 2 * columns - window.columns()) / window.stride + 1;
      } else if (layer.kind == LayerKind::add) {
        layer.out = shape;
      }
      shape = layer.out;
    }
  std::vector<Layer>& last = network.blocks.back().layers;
  if (last.back().kind == LayerKind::softmax) last.pop_back();
  return network;
}

}  // namespace mobilith

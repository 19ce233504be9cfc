// config.json of a model folder of transformers, as save_pretrained() writes it.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mobilith::file::torch {

struct TransformersConfig {
  bool tf_padding = true;
  std::optional<int> image_size{};     // pixels, both sides
  std::vector<std::string> classes{};  // their names in order; empty: none but "LABEL_0"...
};

// Nothing where the text is of no model of this type ("mobilenet_v2"). Throws ConfigRefused for a setting of
// one that is not computed here, or not known.
std::optional<TransformersConfig> transformers_config(const std::string& text, const std::string& type);

}  // namespace mobilith::file::torch

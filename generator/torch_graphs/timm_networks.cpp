// timm's networks. Its efficientnet.py and mobilenetv3.py (version 1.0.9) have the same blocks with channels.
#include "torch_graphs/networks.h"

namespace mobilith::file::torch {

namespace {

using enum Function;

constexpr const char* v2 =
    "ds_k3_s1 / ir_r2_k3_s2 / ir_r3_k3_s2 / ir_r4_k3_s2 / ir_r3_k3_s1 / ir_r3_k3_s2 / ir_k3_s1";
constexpr const char* v2_110d =
    "ds_k3_s1 / ir_r3_k3_s2 / ir_r4_k3_s2 / ir_r5_k3_s2 / ir_r4_k3_s1 / ir_r4_k3_s2 / ir_k3_s1";
constexpr const char* v2_120d =
    "ds_k3_s1 / ir_r3_k3_s2 / ir_r5_k3_s2 / ir_r6_k3_s2 / ir_r5_k3_s1 / ir_r5_k3_s2 / ir_k3_s1";
constexpr const char* v1 =
    "dsa_k3_s1_noskip / dsa_r2_k3_s2_noskip / dsa_r2_k3_s2_noskip / dsa_r6_k3_s2_noskip / "
    "dsa_r2_k3_s2_noskip";
constexpr const char* v3_large =
    "ds_k3_s1_re / ir_k3_s2_re ir_k3_s1_re / ir_r3_k5_s2_se_re / ir_r4_k3_s2 / ir_r2_k3_s1_se / "
    "ir_r3_k5_s2_se / cn_k1_s1";
constexpr const char* v3_rw =
    "ds_k3_s1_re_noskip / ir_k3_s2_re ir_k3_s1_re / ir_r3_k5_s2_se_re / ir_r4_k3_s2 / ir_r2_k3_s1_se / "
    "ir_r3_k5_s2_se / cn_k1_s1";
constexpr const char* v3_small =
    "ds_k3_s2_se_re / ir_k3_s2_re ir_k3_s1_re / ir_r3_k5_s2_se / ir_r2_k5_s1_se / ir_r3_k5_s2_se / cn_k1_s1";
constexpr const char* v3_large_minimal =
    "ds_k3_s1 / ir_r2_k3_s2 / ir_r3_k3_s2 / ir_r4_k3_s2 / ir_r2_k3_s1 / ir_r3_k3_s2 / cn_k1_s1";
constexpr const char* v3_small_minimal =
    "ds_k3_s2 / ir_r2_k3_s2 / ir_r3_k3_s2 / ir_r2_k3_s1 / ir_r3_k3_s2 / cn_k1_s1";
constexpr const char* lcnet =
    "dsa_k3_s1_noskip / dsa_r2_k3_s2_noskip / dsa_r2_k3_s2_noskip / dsa_k3_s2_noskip dsa_k5_s1_noskip / "
    "dsa_r4_k5_s1_noskip / dsa_r2_k5_s2_se_noskip";
constexpr const char* v4_small =
    "cn_k3_s2 cn_k1_s1 / cn_k3_s2 cn_k1_s1 / uir_a5_k5_s2 uir_r4_k3_s1 uir_a3_k0_s1 / "
    "uir_a3_k3_s2 uir_a5_k5_s1 uir_r2_k5_s1 uir_r2_k3_s1 / cn_k1_s1";
constexpr const char* v4_medium =
    "er_k3_s2 / uir_a3_k5_s2 uir_a3_k3_s1 / "
    "uir_a3_k5_s2 uir_r2_a3_k3_s1 uir_a3_k5_s1 uir_a3_k3_s1 uir_a3_k0_s1 uir_k0_s1 uir_a3_k0_s1 / "
    "uir_a5_k5_s2 uir_a5_k5_s1 uir_r2_a3_k5_s1 uir_k0_s1 uir_a3_k0_s1 uir_a3_k5_s1 uir_a5_k5_s1 uir_r2_k0_s1 "
    "uir_a5_k0_s1 / cn_k1_s1";
constexpr const char* v4_large =
    "er_k3_s2 / uir_a3_k5_s2 uir_a3_k3_s1 / "
    "uir_a3_k5_s2 uir_r3_a3_k3_s1 uir_a3_k5_s1 uir_r5_a5_k3_s1 uir_a3_k0_s1 / "
    "uir_r4_a5_k5_s2 uir_a5_k0_s1 uir_a5_k3_s1 uir_r2_a5_k0_s1 uir_a5_k3_s1 uir_a5_k5_s1 uir_r3_a5_k0_s1 / "
    "cn_k1_s1";
constexpr const char* mnasnet =
    "ds_k3_s1_noskip / ir_r3_k3_s2 / ir_r3_k5_s2 / ir_r3_k5_s2 / ir_r2_k3_s1 / ir_r4_k5_s2 / ir_k3_s1_noskip";
constexpr const char* semnasnet =
    "ds_k3_s1_noskip / ir_r2_k3_s2 / ir_r3_k5_s2_se / ir_r4_k3_s2 / ir_r2_k3_s1_se / ir_r3_k5_s2_se / "
    "ir_k3_s1";
constexpr const char* mnasnet_small =
    "ds_k3_s1 / ir_k3_s2 / ir_r2_k3_s2 / ir_r4_k5_s2_se / ir_r3_k3_s1_se / ir_r3_k5_s2_se / ir_k3_s1";
constexpr const char* lite0 =
    "ds_k3_s1 / ir_r2_k3_s2 / ir_r2_k5_s2 / ir_r3_k3_s2 / ir_r3_k5_s1 / ir_r4_k5_s2 / ir_k3_s1";
constexpr const char* lite1 =
    "ds_k3_s1 / ir_r3_k3_s2 / ir_r3_k5_s2 / ir_r4_k3_s2 / ir_r4_k5_s1 / ir_r5_k5_s2 / ir_k3_s1";
constexpr const char* lite3 =
    "ds_k3_s1 / ir_r3_k3_s2 / ir_r3_k5_s2 / ir_r5_k3_s2 / ir_r5_k5_s1 / ir_r6_k5_s2 / ir_k3_s1";
constexpr const char* lite4 =
    "ds_k3_s1 / ir_r4_k3_s2 / ir_r4_k5_s2 / ir_r6_k3_s2 / ir_r6_k5_s1 / ir_r8_k5_s2 / ir_k3_s1";

constexpr Pads same = Pads::same;
constexpr Strides plain = Strides::strides;
constexpr double tf = 1e-3;  // epsilon of batch norms that come from TensorFlow

constexpr Network networks[] = {
    {"timm/mobilenetv1", timm, v1, relu6},
    {"timm/mobilenetv1_100h", timm, v1, relu6, 1e-5, Head::convolution},
    {"timm/mobilenetv2", timm, v2, relu6, 1e-5, Head::convolution},
    {"timm/mobilenetv2_110d", timm, v2_110d, relu6, 1e-5, Head::convolution},
    {"timm/mobilenetv2_120d", timm, v2_120d, relu6, 1e-5, Head::convolution},
    {"timm/mobilenetv3_large", timm, v3_large, hard_swish, 1e-5, Head::after_pool, relu, hard_sigmoid},
    {"timm/mobilenetv3_small", timm, v3_small, hard_swish, 1e-5, Head::after_pool, relu, hard_sigmoid},
    {"timm/mobilenetv3_rw", timm, v3_rw, hard_swish, tf, Head::unbiased, none, hard_sigmoid},
    {"timm/tf_mobilenetv3_large", timm, v3_large, hard_swish, tf, Head::after_pool, relu, hard_sigmoid, same},
    {"timm/tf_mobilenetv3_small", timm, v3_small, hard_swish, tf, Head::after_pool, relu, hard_sigmoid, same},
    {"timm/tf_mobilenetv3_large_minimal", timm, v3_large_minimal, relu, tf, Head::after_pool, none, none,
     same},
    {"timm/tf_mobilenetv3_small_minimal", timm, v3_small_minimal, relu, tf, Head::after_pool, none, none,
     same},
    {"timm/lcnet", timm, lcnet, hard_swish, 1e-5, Head::after_pool, relu, hard_sigmoid},
    {"timm/mobilenetv4_conv_small", timm, v4_small, relu, 1e-5, Head::normalised},
    {"timm/mobilenetv4_conv_medium", timm, v4_medium, relu, 1e-5, Head::normalised},
    {"timm/mobilenetv4_conv_aa_medium", timm, v4_medium, relu, 1e-5, Head::normalised, none, none,
     Pads::both_sides, Strides::average_pools},
    {"timm/mobilenetv4_conv_blur_medium", timm, v4_medium, relu, 1e-5, Head::normalised, none, none,
     Pads::both_sides, Strides::blurs},
    {"timm/mobilenetv4_conv_large", timm, v4_large, relu, 1e-5, Head::normalised},
    {"timm/mobilenetv4_conv_aa_large", timm, v4_large, relu, 1e-5, Head::normalised, none, none,
     Pads::both_sides, Strides::average_pools},
    {"timm/mnasnet", timm, mnasnet, relu, 1e-5, Head::convolution},
    {"timm/mnasnet_small", timm, mnasnet_small, relu, 1e-5, Head::convolution},
    {"timm/semnasnet", timm, semnasnet, relu, 1e-5, Head::convolution},
    {"timm/efficientnet_lite0", timm, lite0, relu6, 1e-5, Head::convolution},
    {"timm/efficientnet_lite1", timm, lite1, relu6, 1e-5, Head::convolution, none, none, Pads::both_sides,
     plain, 224, 320},
    {"timm/efficientnet_lite2", timm, lite1, relu6, 1e-5, Head::convolution, none, none, Pads::both_sides,
     plain, 224, 352},
    {"timm/efficientnet_lite3", timm, lite3, relu6, 1e-5, Head::convolution},
    {"timm/efficientnet_lite4", timm, lite4, relu6, 1e-5, Head::convolution},
    {"timm/tf_efficientnet_lite0", timm, lite0, relu6, tf, Head::convolution, none, none, same},
    {"timm/tf_efficientnet_lite1", timm, lite1, relu6, tf, Head::convolution, none, none, same, plain, 224,
     320},
    {"timm/tf_efficientnet_lite2", timm, lite1, relu6, tf, Head::convolution, none, none, same, plain, 224,
     352},
    {"timm/tf_efficientnet_lite3", timm, lite3, relu6, tf, Head::convolution, none, none, same},
    {"timm/tf_efficientnet_lite4", timm, lite4, relu6, tf, Head::convolution, none, none, same},
};

}  // namespace

std::span<const Network> timm_networks() { return networks; }

}  // namespace mobilith::file::torch

// Names of timm's builder of EfficientNets and MobileNets: blocks.S.B.conv_dw.
#include <fmt/format.h>

#include "torch_graphs/recipe_writer.h"

namespace mobilith::file::torch {

namespace {

using enum LayerKind;

// A depthwise convolution and a pointwise one; dsa has an activation behind that, too.
void separable(RecipeWriter& to, const Block& b, const std::string& at) {
  to.unit(depthwise, at + ".conv_dw", at + ".bn1", b.kernel, b.stride, b.function);
  to.squeeze_excite(b, at + ".se", "conv_reduce", "conv_expand");
  to.unit(convolution, at + ".conv_pw", at + ".bn2", 1, 1, b.type == "dsa" ? b.function : Function::none);
}

void inverted_residual(RecipeWriter& to, const Block& b, const std::string& at) {
  to.unit(convolution, at + ".conv_pw", at + ".bn1", 1, 1, b.function);
  to.unit(depthwise, at + ".conv_dw", at + ".bn2", b.kernel, b.stride, b.function);
  to.squeeze_excite(b, at + ".se", "conv_reduce", "conv_expand");
  to.unit(convolution, at + ".conv_pwl", at + ".bn3", 1, 1, Function::none);
}

// The expansion is no pointwise convolution but has the window.
void edge_residual(RecipeWriter& to, const Block& b, const std::string& at) {
  to.unit(convolution, at + ".conv_exp", at + ".bn1", b.kernel, b.stride, b.function, at + ".aa");
  to.squeeze_excite(b, at + ".se", "conv_reduce", "conv_expand");
  to.unit(convolution, at + ".conv_pwl", at + ".bn2", 1, 1, Function::none);
}

// MobileNet V4's: the stride is the middle convolution's, if there is one.
void universal(RecipeWriter& to, const Block& b, const std::string& at) {
  const auto part = [&](LayerKind kind, const char* name, int kernel, int stride, Function function) {
    const std::string part = at + "." + name;
    to.unit(kind, part + ".conv", part + ".bn", kernel, stride, function, part + ".aa");
  };
  part(depthwise, "dw_start", b.start, b.kernel ? 1 : b.stride, Function::none);
  part(convolution, "pw_exp", 1, 1, b.function);
  part(depthwise, "dw_mid", b.kernel, b.stride, b.function);
  part(convolution, "pw_proj", 1, 1, Function::none);
  to.plain(scale, at + ".layer_scale");
}

void block(RecipeWriter& to, const Block& b) {
  const std::string at = fmt::format("blocks.{}.{}", b.stage, b.index);
  to.plain(remember, at);
  if (b.type == "ds" || b.type == "dsa") separable(to, b, at);
  if (b.type == "ir") inverted_residual(to, b, at);
  if (b.type == "er") edge_residual(to, b, at);
  if (b.type == "uir") universal(to, b, at);
  if (b.type == "cn") to.unit(convolution, at + ".conv", at + ".bn1", b.kernel, b.stride, b.function);
  if (b.type == "cn")  // it ends in its activation
    to.plain(drop, at);
  else
    to.end_block(b, at);
}

}  // namespace

Recipe timm(const Network& network) {
  RecipeWriter to(network);
  to.unit(convolution, "conv_stem", "bn1", 3, 2, network.function);
  for (const Block& b : blocks_of(network.blocks, network.function)) block(to, b);
  to.expect_features();
  const bool before_pool = network.head == Head::none || network.head == Head::convolution;
  if (network.head == Head::convolution) to.unit(convolution, "conv_head", "bn2", 1, 1, network.function);
  if (before_pool) {
    to.pool("global_pool");
  } else {
    to.plain(mean, "global_pool");
    if (network.head == Head::normalised) {
      to.unit(convolution, "conv_head", "norm_head", 1, 1, network.function);
    } else {
      to.convolution("conv_head", 1, 1,
                     network.head == Head::after_pool ? Presence::always : Presence::never);
      to.function("act2", network.function);
    }
    to.plain(flatten, "flatten");
  }
  to.begin_classifier();
  to.linear("classifier");
  return to.take();
}

}  // namespace mobilith::file::torch

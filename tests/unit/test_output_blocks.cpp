// Which blocks' outputs a library gives: names, order, what is left out, what is refused.
#include "catch.h"
#include "networks/output_blocks.h"

namespace test_output_blocks {

using namespace mobilith;

namespace {

const Network& whole() {
  static const Network network = build_network({"mobilenet_v2", 0.35, 1, 32, 32, 10});
  return network;
}

std::string refusal(const std::vector<std::string>& names) {
  try {
    with_output_blocks(whole(), names);
  } catch (const ConfigurationError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE(
    "the network ends with the last block that an output needs, and keeps the order that was asked for") {
  const Network network = with_output_blocks(whole(), {"inverted_residual_5", "stem", "inverted_residual_2"});
  CHECK(network.blocks.back().name == "inverted_residual_5");
  CHECK(network.outputs == std::vector<std::string>{"inverted_residual_5", "stem", "inverted_residual_2"});
  const auto blocks = output_blocks(network);
  REQUIRE(blocks.size() == 3);
  CHECK(blocks[1] == &network.blocks.front());
  CHECK(output_head(network) == nullptr);
  CHECK(network.madds() < whole().madds());
}

TEST_CASE("with its head a network is whole; without names its last block is the output") {
  const Network both = with_output_blocks(whole(), {"head", "stem"});
  CHECK(both.blocks.size() == whole().blocks.size());
  CHECK(output_head(both) == &both.blocks.back());
  CHECK(output_blocks(whole()) == std::vector<const Block*>{&whole().blocks.back()});
  CHECK(output_head(whole()) == &whole().blocks.back());
}

TEST_CASE("a block goes by the layer that it ends in, too") {
  const Network network = with_output_blocks(whole(), {"block_3_project_BN", "stem"});
  CHECK(network.outputs == std::vector<std::string>{"inverted_residual_3", "stem"});
  CHECK(refusal({"inverted_residual_3", "block_3_project_BN"}) ==
        "outputs: 'inverted_residual_3' is there twice");
}

TEST_CASE("features are the last images of their strides") {
  const auto features = [](const char* net, const std::vector<int>& strides) {
    return feature_blocks(build_network({net, 1.0, 1, 224, 224}), strides);
  };
  using Names = std::vector<std::string>;
  CHECK(features("mobilenet_v1", {8, 16, 32}) == Names{"separable_5", "separable_11", "separable_13"});
  CHECK(features("mobilenet_v2", {2, 4}) == Names{"inverted_residual_0", "inverted_residual_2"});
  CHECK(features("mobilenet_v3_large", {32, 8}) ==
        Names{"inverted_residual_14_projection", "inverted_residual_5_projection"});
  try {
    features("mobilenet_v1", {3});
    FAIL("accepted");
  } catch (const ConfigurationError& error) {
    CHECK(std::string(error.what()) ==
          "features: no image has the stride 3; expected some of 2, 4, 8, 16, 32");
  }
}

TEST_CASE("unknown names are refused with near ones, and names that are there twice") {
  CHECK(
      refusal({"stem", "inverted_residul_3"})
          .starts_with("outputs: there is no block 'inverted_residul_3'; did you mean inverted_residual_3"));
  CHECK(refusal({"Head"}).find("did you mean head?") != std::string::npos);
  CHECK(refusal({"block_13_expand_relu"}).find("; expected one of stem, inverted_residual_0, ") !=
        std::string::npos);
  CHECK(refusal({""}).starts_with("outputs: there is no block ''"));
  CHECK(refusal({"stem", "head", "stem"}) == "outputs: 'stem' is there twice");
}

}  // namespace test_output_blocks

// What a network ends in, and what it is asked to end in.
#include "catch.h"
#include "networks/output.h"

namespace test_output {

using namespace mobilith;
using Catch::Matchers::Contains;

namespace {

Network ending_in(LayerKind kind, int classes) {
  Network network = build_network({"mobilenet_v1", 0.25, 1, 32, 32, classes});
  if (kind == LayerKind::dense)
    network.blocks.back().layers.pop_back();
  else
    network.blocks.back().layers.back().kind = kind;
  return network;
}

OutputFunction asked(LayerKind kind, int classes, Output output) {
  return output_function(with_output(ending_in(kind, classes), output));
}

std::string refusal(LayerKind kind, int classes) {
  try {
    with_output(ending_in(kind, classes), Output::probabilities);
  } catch (const ConfigurationError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a library gives what the model ends in, unless it is asked for something else") {
  for (int classes : {1, 7}) {
    CHECK(asked(LayerKind::softmax, classes, Output::model) == OutputFunction::softmax);
    CHECK(asked(LayerKind::sigmoid, classes, Output::model) == OutputFunction::sigmoid);
    CHECK(asked(LayerKind::log_softmax, classes, Output::model) == OutputFunction::log_softmax);
    CHECK(asked(LayerKind::dense, classes, Output::model) == OutputFunction::linear);
    for (LayerKind kind :
         {LayerKind::softmax, LayerKind::log_softmax, LayerKind::sigmoid, LayerKind::dense}) {
      CHECK(asked(kind, classes, Output::logits) == OutputFunction::linear);
      CHECK(with_output(ending_in(kind, classes), Output::logits).blocks.back().out().channels == classes);
    }
  }
  CHECK(asked(LayerKind::softmax, 7, Output::probabilities) == OutputFunction::softmax);
  CHECK(asked(LayerKind::log_softmax, 7, Output::probabilities) == OutputFunction::softmax);
  CHECK(asked(LayerKind::dense, 7, Output::probabilities) == OutputFunction::softmax);
  CHECK(with_output(ending_in(LayerKind::dense, 7), Output::probabilities).blocks.back().out().channels == 7);
}

TEST_CASE("probabilities of one class, or of sigmoids, are refused with the reason") {
  for (LayerKind kind : {LayerKind::softmax, LayerKind::log_softmax, LayerKind::dense})
    CHECK(refusal(kind, 1) ==
          "output: the only class of one would always have the probability 1: expected model or logits");
  for (int classes : {1, 7})
    CHECK(refusal(LayerKind::sigmoid, classes) ==
          "output: the model ends in sigmoids, which are probabilities already: expected model or logits");
}

TEST_CASE("a network without a head stays as it is, and has no probabilities") {
  Network network = ending_in(LayerKind::softmax, 7);
  network.blocks.pop_back();
  const size_t layers = network.blocks.back().layers.size();
  for (Output output : {Output::model, Output::logits})
    CHECK(with_output(network, output).blocks.back().layers.size() == layers);
  CHECK_THROWS_WITH(with_output(network, Output::probabilities), Contains("ends in no logits"));
}

TEST_CASE("what has an activation is no logits, and several outputs stay as they are") {
  Network network = ending_in(LayerKind::dense, 7);
  ActivationFunction& activation = network.blocks.back().layers.back().activation;
  for (const ActivationFunction& function : {ActivationFunction::relu, ActivationFunction::hard_sigmoid}) {
    activation = function;
    CHECK_THROWS_WITH(with_output(network, Output::probabilities), Contains("ends in no logits"));
  }
  CHECK_THROWS_WITH(with_output(network, Output::logits), Contains("hard sigmoids"));
  activation = ActivationFunction::none;
  network.outputs = {network.blocks[0].name, network.blocks.back().name};
  for (Output output : {Output::probabilities, Output::logits})
    CHECK_THROWS_WITH(with_output(network, output), Contains("the model has 2 outputs"));
}

TEST_CASE("logits are what is before all functions at the end") {
  Network network = ending_in(LayerKind::softmax, 7);
  Layer again{LayerKind::softmax, "again", ""};
  again.in = again.out = network.blocks.back().out();
  network.blocks.push_back({BlockKind::normalise, "again", again.name, {again}});
  CHECK(output_function(with_output(network, Output::logits)) == OutputFunction::linear);
}

}  // namespace test_output

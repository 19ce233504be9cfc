#include "check/output_difference.h"

#include <algorithm>
#include <cmath>

#include "networks/output_blocks.h"
#include "reference/narrowed.h"

namespace mobilith::check {

double whole_bound_of(ElementType factors) {
  return factors == ElementType::bf16  ? bf16_whole_bound
         : factors == ElementType::f16 ? f16_whole_bound
                                       : whole_bound;
}

OutputDifference output_difference(const std::vector<double>& found, const std::vector<double>& expected) {
  OutputDifference result;
  for (size_t i = 0; i < expected.size(); i++) {
    result.largest = std::max(result.largest, std::abs(expected[i]));
    const double difference = std::abs(found.at(i) - expected[i]);
    if (found[i] != expected[i])
      result.apart = std::isnan(difference) ? INFINITY : std::max(result.apart, difference);
  }
  return result;
}

std::vector<reference::PreparedBlock> prepared(const Network& network, const Weights& weights) {
  std::vector<reference::PreparedBlock> blocks;
  for (size_t i = 0; i < network.blocks.size(); i++) {
    blocks.push_back(reference::prepare(network.blocks[i], weights));
    blocks.back().block.inputs = network.inputs_of(i);
  }
  return blocks;
}

namespace {

template <typename Values>
std::vector<std::vector<double>> chosen(const Network& network, const std::vector<Values>& all) {
  std::vector<std::vector<double>> values;
  for (const Block* block : output_blocks(network)) {
    const Values& of = all.at(static_cast<size_t>(block - network.blocks.data()));
    values.emplace_back(of.begin(), of.end());
  }
  return values;
}

}  // namespace

std::vector<std::vector<double>> output_values(const Network& network,
                                               const std::vector<reference::PreparedBlock>& blocks,
                                               const reference::Activation& image, ElementType factors) {
  std::vector<reference::Activation> outputs;
  std::vector<std::vector<double>> values;
  for (const reference::PreparedBlock& block : blocks) {
    std::vector<const reference::Activation*> inputs;
    for (const int from : block.block.inputs) inputs.push_back(from < 0 ? &image : &outputs[size_t(from)]);
    outputs.push_back(factors != ElementType::f32 ? reference::run_narrowed(factors, block, inputs)
                                                  : reference::run_block(block, inputs, /*logits=*/false));
  }
  for (reference::Activation& output : outputs) values.push_back(std::move(output.values));
  return chosen(network, values);
}

std::vector<std::vector<double>> outputs_among(const Network& network, const BlockOutputs& all) {
  return chosen(network, all);
}

}  // namespace mobilith::check

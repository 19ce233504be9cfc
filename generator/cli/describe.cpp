// mobilith describe: a network's layers, and what a model file says of itself.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/model_facts.h"
#include "cli/network_table.h"
#include "cli/options.h"
#include "cli/print_json.h"
#include "text/shell_word.h"

namespace mobilith {

namespace {

void print_network(const Network& network, const std::optional<file::Graph>& graph) {
  const Configuration& c = network.configuration;
  fmt::print("{}  resolution {}x{}  {} classes\n", network_title(c, "  "), c.height, c.width, c.classes);
  if (graph) fmt::print("{}", model_text(*graph, network));
  fmt::print("\n");
  print_layers(network.blocks);
  print_totals(network);
}

// The layer's name where no other block ends in it, else the block's.
std::string output_name(const std::vector<Block>& blocks, const Block& of) {
  const auto same = std::count_if(blocks.begin(), blocks.end(),
                                  [&](const Block& block) { return block.output == of.output; });
  return same == 1 && !of.output.empty() ? of.output : of.name;
}

// The last block at which the file can be cut: tried, because what is refused may be done to its output.
// Empty: none of the last few.
std::string nearest_output(const options::variables_map& values, const std::vector<Block>& blocks) {
  constexpr size_t tries = 5;
  for (size_t i = blocks.size(); i-- > 0 && blocks.size() - i <= tries;) {
    const std::string name = output_name(blocks, blocks[i]);
    options::variables_map cut = values;
    cut.insert({"outputs", options::variable_value(name, false)});
    try {
      weights_option(cut);
      return name;
    } catch (const WeightsError&) {
    } catch (const UsageError&) {
    }
  }
  return "";
}

// What is before the operation that no kernel computes.
void print_part(const options::variables_map& values, const RecognisedPart& part, const std::string& format) {
  const std::string nearest = nearest_output(values, part.blocks);
  std::vector<std::string> outputs;
  if (!nearest.empty()) outputs = {nearest};
  if (format == "json") {
    print_json(
        nlohmann::json{{"refused", part.why}, {"layers", layers_json(part.blocks)}, {"outputs", outputs}});
    return;
  }
  fmt::print("recognised are these {} blocks, up to what is refused\n\n", part.blocks.size());
  print_layers(part.blocks);
  fmt::print("\nrefused: {}\n", part.why);
  if (!nearest.empty()) fmt::print("what is before it can be generated: --outputs {}\n", shell_word(nearest));
}

}  // namespace

Synopsis describe_synopsis() {
  Synopsis synopsis{
      "mobilith describe FILE|--net NET|--weights FILE [OPTIONS]",
      "Lists the layers of a network, or of a model file: inputs and their scaling, blocks, outputs, shapes, "
      "parameters, multiply-adds, memory. Of a file that is refused: the blocks before what no kernel "
      "computes, and where it can be cut."};
  synopsis.positional = "FILE";
  add_network_options(synopsis.options);
  synopsis.options.add_options()(
      "format", options::value<std::string>()->value_name("text|json")->default_value("text"),
      "of the output");
  return synopsis;
}

int run_describe(const Arguments& arguments) {
  auto values = parse(arguments, describe_synopsis());
  if (!values) return 0;
  if (values->count("FILE")) {
    if (values->count("weights")) throw UsageError("weights", "a file is given without it, too");
    values->insert({"weights", (*values)["FILE"]});
  }
  const std::string format = choice(*values, "format", {"text", "json"});
  RecognisedPart part;
  std::unique_ptr<Weights> weights;
  try {
    weights = weights_option(*values, &part);
  } catch (const WeightsError&) {
    if (!part.blocks.empty()) print_part(*values, part, format);
    throw;
  }
  const Network network = chosen_network(*values, weights.get());
  std::optional<file::Graph> graph;
  if (weights) graph = graph_of(*weights, network);
  if (format == "json") {
    nlohmann::json description = network_json(network);
    if (graph) description["file"] = model_json(*graph, network);
    print_json(description);
  } else {
    print_network(network, graph);
  }
  return 0;
}

}  // namespace mobilith

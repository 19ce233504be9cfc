// mobilith verify: a generated library's outputs beside what the model file itself computes.
#include "check/verify.h"

#include <fmt/format.h>

#include <cstdio>

#include "apart/open_apart.h"
#include "bench/loaded_library.h"
#include "check/exact.h"
#include "check/tree_files.h"
#include "cli/interrupt.h"
#include "cli/labels.h"
#include "cli/model_facts.h"
#include "cli/options.h"
#include "cli/pictures.h"
#include "cli/print_json.h"
#include "cli/progress.h"
#include "cli/verify_table.h"
#include "reference/frame.h"
#include "reference/reference.h"
#include "weights/rounded_weights.h"

namespace mobilith {

namespace {

// Whatever --dtype and --resolution generate was given: the file must be the same one, and what is asked is
// what its numbers mean.
std::unique_ptr<Weights> model_of(const GeneratedLibrary& tree, const options::variables_map& values) {
  ReadOptions reading;
  reading.as_f32 = tree.configuration.dtype != "int8";
  if (tree.configuration.requantise == "integer") reading.requantise = quantised::Requantise::integer;
  reading.height = tree.configuration.height, reading.width = tree.configuration.width;
  reading.outputs = tree.outputs;
  if (values.count("net")) reading.torch_net = values["net"].as<std::string>();
  return open_weights_apart(values["weights"].as<std::string>(), reading);
}

Network whole_network(const GeneratedLibrary& tree, const Weights& weights) {
  try {
    const Network network = weights.network(tree.configuration);
    check_weights(network, weights);
    return network;
  } catch (const ConfigurationError& error) {
    throw WeightsError(fmt::format("{}: manifest of {}: {}", tree.folder, tree.name, error.what()));
  }
}

// Of libraries that take no frames.
void choose_pixels(const options::variables_map& values, const Network& network,
                   const std::optional<file::Graph>& graph, VerifyReport& report) {
  if (network.frame) {
    if (values.count("pixels"))
      throw UsageError("pixels", "the library takes frames and normalises them itself: expected none");
    report.pixels = {0, 255};
    report.pixels_from = "the library takes frames and normalises them itself";
    return;
  }
  if (values.count("pixels")) {
    report.pixels = pixel_range_option("pixels", values["pixels"].as<std::string>());
    report.pixels_from = "--pixels";
    return;
  }
  if (network.image_type != ElementType::f32) {
    const double black = network.image_type == ElementType::i8 ? -128 : 0;
    report.pixels = {black, black + 255};
    report.pixels_from = "the file's image is of bytes";
    return;
  }
  if (network.quantised()) {
    report.pixels = {};
    report.pixels_from = "assumed (--pixels says another range)";
    return;
  }
  const ImageScaling scaling = scaling_of(graph);
  const std::optional<PixelRange> said = pixel_range(scaling);
  report.pixels = said.value_or(PixelRange{});
  report.pixels_from = said ? fmt::format("the file multiplies them by {:.4g} and adds {:.4g} itself",
                                          scaling.scale.front(), scaling.shift.front())
                            : "assumed, the file does not say (--pixels says another range)";
}

std::vector<VerifyInput> inputs_of(const options::variables_map& values, const Network& network,
                                   const PixelRange& pixels) {
  const Shape shape = network.image();
  std::vector<VerifyInput> inputs{{"the self-check's input", [&network, shape] {
                                     return network.quantised() ? check::formula_image(network)
                                                                : reference::formula_input(shape).values;
                                   }}};
  if (network.frame) inputs.front().frame = [&network] { return reference::formula_frame(*network.frame); };
  if (!values.count("images")) return inputs;
  if (shape.channels != 1 && shape.channels != 3)
    throw UsageError(
        "images", fmt::format("the model takes images of {} channels; pictures have 1 or 3", shape.channels));
  for (const std::filesystem::path& path : pictures_in("images", values["images"].as<std::string>())) {
    inputs.push_back({path.string(), [path, shape, pixels] { return picture_values(path, shape, pixels); }});
    if (network.frame) inputs.back().frame = [path, &network] { return picture_frame(path, *network.frame); };
  }
  return inputs;
}

Verification compare_outputs(const GeneratedLibrary& tree, const Network& whole, const Network& network,
                             const Weights& weights, const std::vector<VerifyInput>& inputs) {
  ProgressReport progress("inputs compared");
  VerifyOptions options;
  options.progress = [&](const Progress& at) {
    throw_if_interrupted();
    progress.update(at.done, at.total, at.what);
  };
  return verify_outputs(tree, whole, network, weights, inputs, options);
}

void compare_blocks(const GeneratedLibrary& tree, const Network& network, const Weights& weights,
                    VerifyReport& report) {
  ProgressReport progress("blocks checked");
  CheckOptions options;
  options.progress = [&](const Progress& at) {
    throw_if_interrupted();
    progress.update(at.done, at.total, at.what);
  };
  try {
    report.blocks = check_library(tree.library, network, weights, options);
  } catch (const CheckError& error) {
    report.wrong = fmt::format("{}: {}", tree.folder, error.what());
  }
}

void print_files(const std::string& folder, const std::string& name, int files, const std::string& format) {
  if (format == "json")
    fmt::print("{}\n",
               nlohmann::json{{"library", name}, {"folder", folder}, {"files", files}, {"agrees", true}}.dump(
                   2, ' ', true, nlohmann::json::error_handler_t::replace));
  else
    fmt::print("{} in {}: {} files are as they were generated\n", name, folder, files);
}

void print_report(const VerifyReport& report, const std::string& format) {
  if (format == "json")
    print_json(verification_json(report));
  else
    print_verification(report);
}

}  // namespace

Synopsis verify_synopsis() {
  Synopsis synopsis{
      "mobilith verify DIR [--weights MODEL] [OPTIONS]",
      "Compares the files of a tree that 'mobilith generate' wrote with the hashes in its manifest, and the "
      "library with the model file that it was made of, if that is given: the file's own graph is evaluated "
      "in double, the library's code is run here, and each output's "
      "difference is printed. The exit code is 0 if all agree and 1 if not."};
  synopsis.positional = "DIR";
  auto text = [](const char* placeholder) { return options::value<std::string>()->value_name(placeholder); };
  synopsis.options.add_options()  //
      ("weights", text("FILE|synthetic"),
       "the model file that the library was made of; without it, hashes alone are compared")  //
      ("images", text("DIR"), "also on every PNG and JPEG file of this folder")               //
      ("pixels", text("LOW..HIGH"),
       "what black and white are to the network, as 0..1 (default: what the file's own scaling wants, else "
       "-1..1)")                                                                                  //
      ("labels", text("FILE"), "the classes' names, a line each (default: those of the tree)")    //
      ("net", text("NAME"), "which network a state dict is of, where generate was told so, too")  //
      ("name", text("NAME"), "which library, where DIR holds several")                            //
      ("format", text("text|json")->default_value("text"), "of the output");
  return synopsis;
}

int run_verify(const Arguments& arguments) {
  const auto parsed = parse(arguments, verify_synopsis());
  if (!parsed) return 0;
  const options::variables_map& values = *parsed;
  if (!values.count("DIR")) throw UsageError("DIR: missing; expected a tree that 'mobilith generate' wrote");
  const std::string format = choice(values, "format", {"text", "json"}),
                    folder = values["DIR"].as<std::string>(),
                    name =
                        chosen_library(folder, values.count("name") ? values["name"].as<std::string>() : "");
  const int files = check_tree_files(folder, name);
  if (!values.count("weights")) {
    for (const char* option : {"images", "pixels", "labels", "net"})
      if (values.count(option)) throw UsageError(option, "needs --weights");
    print_files(folder, name, files, format);
    return 0;
  }
  const GeneratedLibrary tree = read_generated_library(folder, name);
  VerifyReport report;
  report.library = tree.name, report.folder = tree.folder;
  report.model = values["weights"].as<std::string>();
  report.pictures = values.count("images") > 0;
  report.labels = values.count("labels") ? read_labels("labels", values["labels"].as<std::string>())
                                         : labels_of_tree(tree.folder, tree.name);
  const std::unique_ptr<Weights> weights = model_of(tree, values);
  require_same_model(tree, *weights, report.model);
  const Network whole = whole_network(tree, *weights), network = network_of(tree, whole);
  // What a library of rounded weights gives is judged by what these give in double.
  const std::unique_ptr<RoundedWeights> rounded = rounded_weights(network, *weights);
  const Weights& read = rounded ? *rounded : *weights;
  const std::optional<file::Graph> graph = graph_of(*weights, network);
  report.graph = network.quantised() ? fmt::format("its own graph in whole numbers ({})", graph->format)
                 : rounded           ? fmt::format("its blocks in double, of weights in {}",
                                                   name_of(weights_type(network.configuration)))
                 : graph             ? fmt::format("its own graph in double ({})", graph->format)
                                     : "its blocks in double, the file holds no graph";
  choose_pixels(values, network, graph, report);
  const std::vector<VerifyInput> inputs = inputs_of(values, network, report.pixels);

  notice_interrupts();
  report.verification = compare_outputs(tree, whole, network, read, inputs);
  report.wrong = disagreement(report);
  if (report.wrong.empty()) compare_blocks(tree, network, read, report);
  print_report(report, format);
  if (!report.wrong.empty()) throw CheckError(report.wrong);
  return 0;
}

}  // namespace mobilith

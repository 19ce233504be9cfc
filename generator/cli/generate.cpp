// mobilith generate: one network, its weights and a CPU become an install tree.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "check/check.h"
#include "cli/calibration.h"
#include "cli/calibration_report.h"
#include "cli/frame_option.h"
#include "cli/generate_options.h"
#include "cli/identifier.h"
#include "cli/interrupt.h"
#include "cli/labels.h"
#include "cli/model_facts.h"
#include "cli/options.h"
#include "cli/output_file.h"
#include "cli/print_json.h"
#include "cli/progress.h"
#include "cli/schedule_options.h"
#include "codegen/emit.h"
#include "networks/output_blocks.h"
#include "package/compile_library.h"
#include "package/package.h"
#include "package/package_files.h"
#include "plan/numbers_of.h"
#include "targets/target.h"
#include "weights/rounded_weights.h"

namespace mobilith {

namespace {

CompiledLibrary compile_or_name_missing(const Network& network, const Weights& weights,
                                        const LibraryOptions& library_options,
                                        const options::variables_map& values) {
  try {
    return compile_library(network, weights, library_options);
  } catch (const NotTuned& error) {
    throw NotTuned(fmt::format("--require-tuned: {}; to measure them: {}", error.what(),
                               autotune_command(values, network.configuration)));
  }
}

// The self-check, or why there is none.
std::vector<CheckedCpu> check(const CompiledLibrary& library, const Network& network, const Weights& weights,
                              const Weights* exact, bool whole, bool wanted) {
  if (!wanted) return unchecked(library, "--no-check");
  ProgressReport report("blocks checked");
  CheckOptions options;
  options.whole = whole, options.exact = exact;
  options.progress = [&](const Progress& progress) {
    throw_if_interrupted();
    report.update(progress.done, progress.total, progress.what);
  };
  try {
    return check_library(library, network, weights, options);
  } catch (const CheckNotMade& error) {
    throw CheckError(
        {.text = fmt::format("{}; ", error.what()), .mentioned = "no-check", .rest = " leaves it out"});
  } catch (const CheckError& error) {
    throw CheckError(fmt::format("{}; nothing was written", error.what()));
  }
}

// What is left out is said.
Network with_asked_outputs(const Network& whole, const std::vector<std::string>& names, bool classifier) {
  if (names.empty()) return whole;
  Network network = with_output_blocks(whole, names);
  if (classifier && !output_head(network))
    throw UsageError(
        fmt::format("--output: says what the classifier gives, which is not among --outputs: expected '{}' "
                    "there, or no --output",
                    whole.blocks.back().name));
  std::vector<std::string> left_out;
  for (size_t i = network.blocks.size(); i < whole.blocks.size(); i++)
    left_out.push_back(whole.blocks[i].name);
  if (!left_out.empty()) warn(fmt::format("no output needs {}: left out", fmt::join(left_out, ", ")));
  return network;
}

// What black and white are to a file that scales its image itself.
std::string pixels_of(const Weights& weights, const Network& network) {
  if (network.image_type == ElementType::u8) return "0..255";  // pixels as they are
  if (network.image_type == ElementType::i8) return "-128..127";
  if (network.quantised()) return "";
  const std::optional<PixelRange> range = pixel_range(scaling_of(graph_of(weights, network)));
  return range ? fmt::format("{:g}..{:g}", range->low, range->high) : "";
}

bool none_multiplies_byte_pairs(const TargetOptions& options) {
  return std::ranges::none_of(resolve_targets(options),
                              [](const CpuTarget& target) { return target.machine.byte_pairs; });
}

// Whether the library's outputs are those of the file.
bool gives_all(const Network& model, const Network& network) {
  const std::vector<const Block*> all = output_blocks(model), ours = output_blocks(network);
  return std::equal(all.begin(), all.end(), ours.begin(), ours.end(), [](const Block* a, const Block* b) {
    return a->name == b->name && output_function(*a) == output_function(*b);
  });
}

void print_result(const std::string& format, const Package& package, const std::vector<CheckedCpu>& checked,
                  const std::string& out) {
  const CompiledLibrary& library = package.library;
  const nlohmann::json& variants = library.manifest["variants"];
  size_t kernels = 0;
  for (const nlohmann::json& variant : variants) kernels += variant["kernels"].size();
  const std::string file = archive_name(package.name, *library.platform);
  if (format == "json") {
    print_json(nlohmann::json{{"name", package.name},
                              {"out", out},
                              {"target", library.platform->name},
                              {"cpus", library.cpus},
                              {"kernels", kernels},
                              {"library", "lib/" + file},
                              {"library_bytes", library.archive.size()},
                              {"weights_file_bytes", library.weights_file.size()},
                              {"weights", library.manifest["weights"]},
                              {"ports", library.manifest["ports"]},
                              {"calibration", library.manifest.value("calibration", nlohmann::json())},
                              {"check", library.manifest["check"]}});
    return;
  }
  auto megabytes = [](size_t bytes) { return static_cast<double>(bytes) / (1 << 20); };
  fmt::print("{}/lib/{}  {:.2f} MB, {} kernels for {} on {}\n", out, file, megabytes(library.archive.size()),
             kernels, fmt::join(library.cpus, ", "), library.platform->name);
  if (!package.labels.empty())
    fmt::print("{}/share/{}/labels.txt  names of {} classes\n", out, package.name, package.labels.size());
  if (!library.weights_file.empty())
    fmt::print("{0}/share/{1}/{1}.weights  {2:.2f} MB\n", out, package.name,
               megabytes(library.weights_file.size()));
  for (const nlohmann::json& other : library.manifest["weights"]["repacked"])
    if (const size_t bytes = other["bytes"].get<size_t>(); bytes > 0)
      fmt::print("{} packs {:.2f} MB of weights in its own way\n", other["cpu"].get<std::string>(),
                 megabytes(bytes));
    else
      fmt::print("{} shares all weights with those before it\n", other["cpu"].get<std::string>());
  if (library.outputs.size() > 1 || package.head.empty())
    for (const Port& port : library.outputs)
      fmt::print("output {}: {}x{}x{}\n", port.name, port.shape.height, port.shape.width,
                 port.shape.channels);
  fmt::print("{}", check_text(checked));
  fmt::print("link it:  {}\n", link_command(package, out));
}

}  // namespace

Synopsis generate_synopsis() {
  return {
      "mobilith generate --net NET --weights FILE|synthetic --out DIR [OPTIONS]",
      "Writes an install tree: a static library for one network and its weights, headers, the runtime, "
      "packages for pkg-config and CMake, and a manifest. The network's options may be left out where the "
      "weights file says them.",
      generate_options()};
}

int run_generate(const Arguments& arguments) {
  const auto parsed = parse(arguments, generate_synopsis());
  if (!parsed) return 0;
  const options::variables_map& values = *parsed;
  for (const char* required : {"weights", "out"})
    if (!values.count(required)) throw UsageError(required, "missing");
  const std::string format = choice(values, "format", {"text", "json"}),
                    out = values["out"].as<std::string>();
  LibraryOptions library_options;
  if (values.count("target")) library_options.target = platform(values["target"].as<std::string>()).name;
  if (values.count("cpu")) library_options.cpus = name_list("cpu", values["cpu"].as<std::string>());
  library_options.products = products_option(values);
  library_options.weights_in_file = values.count("weights-file");
  library_options.bundle_runtime = values.count("bundle-runtime");
  const Output output = output_option(values);
  std::vector<std::string> outputs;
  if (values.count("outputs")) outputs = name_list("outputs", values["outputs"].as<std::string>());
  library_options.cache = !values.count("no-cache");
  library_options.jobs = whole("jobs", values["jobs"].as<std::string>(), 0, 1024);
  const std::string_view system = resolve_targets(library_options).front().platform->name;
  if (values.count("name"))
    require_identifier(values["name"].as<std::string>(), system.find("windows") != system.npos);
  library_options.schedules = schedules_for(values);
  library_options.threads = threads_said(values);
  library_options.require_tuned = values.count("require-tuned");
  library_options.default_where_records_fail = !library_options.require_tuned;
  library_options.complain = warn;

  std::unique_ptr<Weights> weights = weights_option(values);
  Network model = chosen_network(values, weights.get(), /*calibrates=*/true);
  if (values.count("features")) {
    if (!outputs.empty())
      throw UsageError("features", "says the outputs, as --outputs does: expected one of the two");
    std::vector<int> strides;
    for (const std::string& stride : name_list("features", values["features"].as<std::string>()))
      strides.push_back(whole("features", stride, 1, 1024));
    outputs = feature_blocks(model, strides);
  }
  Network network = with_asked_outputs(with_output(model, output), outputs, output != Output::model);
  notice_interrupts();
  const std::string pixels =
      pixels_of(*weights, network);  // of the file, which calibrating takes the place of
  const std::optional<FrameOption> frame = frame_option(values, network, *weights);
  std::optional<CalibratedModel> calibrated = calibrated_option(values, network, *weights);
  if (calibrated) {
    weights = std::move(calibrated->weights);
    model = network = weights->network(network.configuration);
  }
  // A calibrated image's bytes are not the pixels; those of a quantised file are, unless something else is
  // said.
  if (frame)
    network.frame =
        frame_for(*frame, network, calibrated.has_value() || values.count("mean") || values.count("pixels"));
  library_options.bytes = network.quantised();
  if (values.count("reduce-range") && none_multiplies_byte_pairs(library_options))
    warn("--reduce-range: weights of 7 bits are less exact, and no faster on this library's CPUs");
  Configuration& configuration = network.configuration;
  configuration.weights_dtype = weights_dtype_option(values, network);
  library_options.numbers = numbers_of(configuration.dtype, configuration.weights_dtype);
  resolve_targets(library_options);  // may have no such numbers
  const std::unique_ptr<RoundedWeights> rounded = rounded_weights(network, *weights);
  const Weights& packed = rounded ? *rounded : *weights;
  network.padded_outputs = choice(values, "outputs-layout", {"dense", "padded"}) == "padded";
  const Block* head = output_head(network);
  if (output == Output::probabilities && output_function(model) == OutputFunction::linear)
    warn("the model ends in logits; the library adds a softmax (--output probabilities)");
  library_options.name =
      values.count("name") ? values["name"].as<std::string>() : default_name(network.configuration);
  ChosenLabels labels = chosen_labels(values, network, *weights);
  check_output_folder(out, library_options.name);
  if (values.count("dry-run")) return 0;

  notice_interrupts();
  Package package{library_options.name,
                  network.configuration,
                  head ? output_function(*head) : OutputFunction::linear,
                  head ? head->name : "",
                  {},
                  std::move(labels.names),
                  network.frame ? "" : pixels};
  {
    ProgressReport report("kernels");
    library_options.progress = [&](const Progress& progress) {
      throw_if_interrupted();
      report.update(progress.done, progress.total, progress.what);
    };
    package.library = compile_or_name_missing(network, packed, library_options, values);
  }
  const std::vector<CheckedCpu> checked =
      check(package.library, network, packed, rounded ? weights.get() : nullptr, gives_all(model, network),
            !values.count("no-check"));
  package.library.manifest["check"] = check_json(checked);
  if (calibrated) package.library.manifest["calibration"] = calibration_json(*calibrated);
  if (!package.pixels.empty()) package.library.manifest["pixels"] = package.pixels;
  if (!package.labels.empty())
    package.library.manifest["labels"] = {{"file", "labels.txt"}, {"from", labels.from}};
  throw_if_interrupted();
  // The tree last: where one of the others can't be written, there is none.
  if (values.count("quantised-model"))
    write_output_file("quantised-model", values["quantised-model"].as<std::string>(), calibrated->model);
  if (calibrated) write_calibration_report(values, network.configuration, calibrated->report);
  write_package(package, out);
  if (calibrated && format == "text") fmt::print("{}", calibration_text(*calibrated));
  print_result(format, package, checked, out);
  return 0;
}

}  // namespace mobilith

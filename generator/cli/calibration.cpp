#include "cli/calibration.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/interrupt.h"
#include "cli/output_file.h"
#include "cli/progress.h"
#include "cli/schedule_options.h"
#include "formats/write_tflite.h"
#include "text/sha256.h"
#include "weights/quantised_file.h"

namespace mobilith {

void add_calibration_options(options::options_description& description) {
  auto text = [](const char* placeholder) { return options::value<std::string>()->value_name(placeholder); };
  description.add_options()  //
      ("calibrate", text("DIR"),
       "of --dtype int8 of a float model: pictures as it will meet them (PNG, JPEG), or arrays (.npy) as it "
       "reads them, by which the bytes' scales are chosen")  //
      ("quantised-model", text("FILE.tflite"),
       "of --dtype int8 of a float model: also the int8 model itself, as a TFLite file, which other engines "
       "run")  //
      ("reduce-range",
       "of --dtype int8 of a float model: weights of 1x1 convolutions and dense layers in 7 bits, which CPUs "
       "with AVX2 and without VNNI multiply faster; less exact")  //
      ("report", text("FILE"),
       "of --dtype int8 of a float model: a page for a browser, how far each layer and the outputs are from "
       "floats");
}

std::optional<CalibratedModel> calibrated_option(const options::variables_map& values, const Network& network,
                                                 const Weights& weights) {
  if (values["dtype"].as<std::string>() != "int8" || network.quantised()) {
    for (const char* option : {"calibrate", "quantised-model", "reduce-range", "report"})
      if (values.count(option)) throw UsageError(option, "goes with --dtype int8 of a float model");
    for (const char* option : {"pixels", "mean", "std"})
      if (values.count(option) && !values.count("input"))
        throw UsageError(option, "goes with --input, or --dtype int8 of a float model");
    return std::nullopt;
  }
  if (!values.count("calibrate"))
    warn("no pictures (--calibrate): the bytes' scales are chosen by made-up ones; real ones are more exact");
  require_files_possible(values, {"report", "quantised-model"});
  const auto mode = values["requantise"].as<std::string>() == "integer" ? quantised::Requantise::integer
                                                                        : quantised::Requantise::floating;
  const calibration::Pictures pictures = calibration_inputs(values, network, weights);
  if (values.count("dry-run")) {
    calibration::float_network(network, weights);  // refuses what it can't be
    return std::nullopt;
  }
  std::optional<ProgressReport> report;
  std::string now;
  Calibrated calibrated = calibrate(network, weights, pictures, {mode, values.count("reduce-range") > 0},
                                    [&](const char* what, size_t done, size_t of) {
                                      if (now != what) report.emplace(now = what);
                                      throw_if_interrupted();
                                      report->update(int(done), int(of), "");
                                    });
  std::string model = file::tflite_file(
      calibrated.graph,
      fmt::format("{}, calibrated by Mobilith", network_title(network.configuration, ", ")));
  return CalibratedModel{
      open_calibrated_graph(std::move(calibrated.graph), network.configuration,
                            values["weights"].as<std::string>(), weights.hash(), weights.labels(), mode),
      std::move(calibrated.report), std::move(model)};
}

nlohmann::json calibration_json(const CalibratedModel& calibrated) {
  const CalibrationReport& report = calibrated.report;
  nlohmann::json json{
      {"pictures", report.pictures}, {"made_up", report.made_up}, {"model_sha256", sha256(calibrated.model)}};
  if (report.reduce_range) json["reduce_range"] = true;
  for (const auto& layer : report.layers)
    json["layers"].push_back({{"layer", layer.layer}, {"signal_to_noise_db", layer.signal_to_noise}});
  for (const auto& output : report.outputs) {
    nlohmann::json& to = json["outputs"].emplace_back();
    to["mean_square_error"] = output.mean_square_error;
    if (output.same_top) to["same_top"] = *output.same_top;
  }
  return json;
}

std::string calibration_text(const CalibratedModel& calibrated) {
  const CalibrationReport& report = calibrated.report;
  std::string text = fmt::format("calibrated with {} {}pictures; signal to noise, beside f32:\n",
                                 report.pictures, report.made_up ? "made-up " : "");
  for (const auto& layer : report.layers)
    text += fmt::format("  {:32} {:5.1f} dB\n", layer.layer, layer.signal_to_noise);
  for (const auto& output : report.outputs) {
    text += fmt::format("  outputs differ by {:.3g} (root of the mean square)",
                        std::sqrt(output.mean_square_error));
    if (output.same_top)
      text += fmt::format("; the top class is the same in {:.1f} %", 100 * *output.same_top);
    text += "\n";
  }
  return text;
}

}  // namespace mobilith

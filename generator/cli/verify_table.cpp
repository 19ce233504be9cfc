#include "cli/verify_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "text/printable.h"

namespace mobilith {

namespace {

std::string label_of(const std::vector<std::string>& labels, int index) {
  if (static_cast<size_t>(index) < labels.size()) return labels[static_cast<size_t>(index)];
  return fmt::format("class {}", index);
}

double share(const VerifiedOutput& output) {
  return output.difference > 0 ? output.difference / output.largest : 0;
}

std::string ranked_text(const RankedValue& one, const std::vector<std::string>& labels) {
  return fmt::format("{:<28.28} {:>12.6g}", printable(label_of(labels, one.index)), one.value);
}

void print_output(const VerifiedOutput& output, const std::vector<std::string>& labels) {
  fmt::print("  {:<20} {:<20} {:>11.3e} {:>11.3e} {:>9.0e}  {}\n", output.output, output.by,
             output.difference, share(output), output.bound,
             output.agrees ? "agrees" : "DIFFERS from " + output.of);
  if (output.expected.empty() || !output.by.starts_with("CPU ")) return;
  fmt::print("      {:<42} {}\n", output.of == "the file's graph" ? "file's graph" : output.of, "library");
  for (size_t i = 0; i < output.expected.size(); i++)
    fmt::print("      {}  {}\n", ranked_text(output.expected[i], labels),
               ranked_text(output.found[i], labels));
}

nlohmann::json ranked_json(const std::vector<RankedValue>& values, const std::vector<std::string>& labels) {
  nlohmann::json list = nlohmann::json::array();
  for (const RankedValue& value : values)
    list.push_back(
        {{"class", value.index}, {"label", label_of(labels, value.index)}, {"value", value.value}});
  return list;
}

nlohmann::json output_json(const VerifiedOutput& output, const std::vector<std::string>& labels) {
  return {{"output", output.output},
          {"by", output.by},
          {"compared_with", output.of},
          {"difference", output.difference},
          {"largest_value", output.largest},
          {"relative", share(output)},
          {"bound", output.bound},
          {"agrees", output.agrees},
          {"top_expected", ranked_json(output.expected, labels)},
          {"top_found", ranked_json(output.found, labels)}};
}

}  // namespace

void print_verification(const VerifyReport& report) {
  fmt::print("{} in {} against {}: {}\n", report.library, report.folder, report.model, report.graph);
  if (report.pictures)
    fmt::print("pixels from {:g} to {:g}: {}\n", report.pixels.low, report.pixels.high, report.pixels_from);
  fmt::print("\n  {:<20} {:<20} {:>11} {:>11} {:>9}\n", "output", "computed by", "difference", "relative",
             "bound");
  for (const VerifiedInput& input : report.verification.inputs) {
    fmt::print("{}{}\n", input.name, input.error.empty() ? "" : ": " + input.error);
    for (const VerifiedOutput& output : input.outputs) print_output(output, report.labels);
  }
  fmt::print("\n");
  if (!report.blocks.empty()) {
    fmt::print("{}", check_text(report.blocks));
    return;
  }
  for (const CheckedCpu& cpu : report.verification.skipped)
    fmt::print("not checked for {}: {}\n", cpu.cpu, cpu.skipped);
}

nlohmann::json verification_json(const VerifyReport& report) {
  nlohmann::json inputs = nlohmann::json::array();
  for (const VerifiedInput& input : report.verification.inputs) {
    nlohmann::json outputs = nlohmann::json::array();
    for (const VerifiedOutput& output : input.outputs) outputs.push_back(output_json(output, report.labels));
    inputs.push_back({{"input", input.name}, {"outputs", outputs}});
    if (!input.error.empty()) inputs.back()["error"] = input.error;
  }
  nlohmann::json result{
      {"library", report.library},          {"folder", report.folder}, {"model", report.model},
      {"compared_with", report.graph},      {"inputs", inputs},        {"agrees", report.wrong.empty()},
      {"blocks", check_json(report.blocks)}};
  if (report.pictures)
    result["pixels"] = {
        {"low", report.pixels.low}, {"high", report.pixels.high}, {"from", report.pixels_from}};
  return result;
}

std::string disagreement(const VerifyReport& report) {
  for (const VerifiedInput& input : report.verification.inputs) {
    if (!input.error.empty()) return input.error;
    for (const VerifiedOutput& output : input.outputs)
      if (!output.agrees)
        return fmt::format(
            "{}: output '{}' ({}) differs from {} of {} by {:.2e} of its largest value, where {:.0e} is "
            "allowed (input: {})",
            report.folder, output.output, output.by, output.of, report.model, share(output), output.bound,
            input.name);
  }
  return "";
}

}  // namespace mobilith

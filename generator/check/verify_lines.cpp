#include "check/verify_lines.h"

#include <cmath>

namespace mobilith::check {

using nlohmann::json;

namespace {

// JSON has no infinity and no NaN: both are null.
double number_of(const json& value) { return value.is_null() ? INFINITY : value.get<double>(); }

json ranked(const std::vector<RankedValue>& values) {
  json list = json::array();
  for (const RankedValue& value : values) list.push_back({value.index, value.value});
  return list;
}

std::vector<RankedValue> ranked_of(const json& list) {
  std::vector<RankedValue> values;
  for (const json& value : list) values.push_back({value[0], number_of(value[1])});
  return values;
}

}  // namespace

json line_of(const VerifiedInput& input) {
  json outputs = json::array();
  for (const VerifiedOutput& output : input.outputs)
    outputs.push_back({{"output", output.output},
                       {"by", output.by},
                       {"of", output.of},
                       {"difference", output.difference},
                       {"largest", output.largest},
                       {"bound", output.bound},
                       {"agrees", output.agrees},
                       {"expected", ranked(output.expected)},
                       {"found", ranked(output.found)}});
  return {{"name", input.name}, {"error", input.error}, {"outputs", outputs}};
}

VerifiedInput verified_input(const json& line) {
  VerifiedInput input{line["name"], line["error"], {}};
  for (const json& output : line["outputs"])
    input.outputs.push_back({output["output"], output["by"], output["of"], number_of(output["difference"]),
                             number_of(output["largest"]), output["bound"], output["agrees"],
                             ranked_of(output["expected"]), ranked_of(output["found"])});
  return input;
}

}  // namespace mobilith::check

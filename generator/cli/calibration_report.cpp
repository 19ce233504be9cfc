#include "cli/calibration_report.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>

#include "cli/output_file.h"
#include "html/drawing.h"
#include "html/page.h"

namespace mobilith {

namespace {

using calibration::LayerNoise, calibration::OutputNoise;

// Pixels.
constexpr int label = 330, bars = 460, row = 20, value_column = 90, axis = 26;

// Infinite where both agree in every number, NaN where a layer gives nothing but zeros in both.
std::string decibels(double value) {
  if (std::isnan(value)) return "all zeros";
  if (std::isinf(value)) return value > 0 ? "exact" : "floats give zeros";
  return fmt::format("{:.1f} dB", value);
}

std::string noise_chart(const std::vector<LayerNoise>& layers) {
  const int height = axis + row * int(layers.size()) + 6;
  double edge = 10;
  for (const LayerNoise& layer : layers)
    if (std::isfinite(layer.signal_to_noise))
      edge = std::max(edge, 10 * std::ceil(layer.signal_to_noise / 10));
  std::string svg = html::svg(label + bars + value_column, height);
  for (double mark = 0; mark <= edge; mark += 10) {
    const double x = label + bars * mark / edge;
    svg += html::upright(x, axis - 6, height);
    svg += html::text(x, axis - 12, "tick middle", fmt::format("{:.0f} dB", mark));
  }
  double y = axis;
  for (const LayerNoise& layer : layers) {
    const std::string value = decibels(layer.signal_to_noise);
    const double share = layer.signal_to_noise > 0 ? std::min(layer.signal_to_noise / edge, 1.0) : 0;
    svg += html::text(label - 12, y + 14, "name end", layer.layer);
    svg += html::bar(label, y + 4, std::max(1.0, bars * share), 12, "after", layer.layer + ": " + value);
    svg += html::text(label + bars + value_column, y + 14, "tick end", value);
    y += row;
  }
  return svg + "</svg>\n";
}

std::string facts(const CalibrationReport& report) {
  std::string all =
      html::fact(fmt::format("{}", report.pictures), report.made_up ? "made-up pictures" : "pictures");
  for (size_t i = 0; i < report.outputs.size(); i++) {
    const OutputNoise& output = report.outputs[i];
    const std::string which =
        report.outputs.size() > 1 ? fmt::format("output {} of {}", i + 1, report.outputs.size()) : "outputs";
    if (output.same_top)
      all += html::fact(fmt::format("{:.1f} %", 100 * *output.same_top),
                        which + ": pictures with the same top class as in floats");
    all += html::fact(fmt::format("{:.3g}", std::sqrt(output.mean_square_error)),
                      which + ": root of the mean square error");
  }
  const auto noisier = [](const LayerNoise& a, const LayerNoise& b) {
    return a.signal_to_noise < b.signal_to_noise ||
           (std::isnan(b.signal_to_noise) && !std::isnan(a.signal_to_noise));
  };
  const auto worst = std::min_element(report.layers.begin(), report.layers.end(), noisier);
  if (worst != report.layers.end())
    all += html::fact(decibels(worst->signal_to_noise), "the least of all layers: " + worst->layer);
  return html::facts(all);
}

std::string options_table(const CalibrationPage& page) {
  std::string rows = "<div class='wide'><table><tr><th>option</th><th>value</th></tr>\n";
  for (const auto& [name, value] : page.options)
    rows += fmt::format("<tr><td>--{}</td><td><code>{}</code></td></tr>\n", html::escaped(name),
                        html::escaped(value));
  return rows + "</table></div>\n";
}

// Those that were given, as they were.
std::vector<std::pair<std::string, std::string>> given(const options::variables_map& values) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [name, value] : values) {
    if (value.defaulted()) continue;
    const auto* text = boost::any_cast<std::string>(&value.value());
    all.emplace_back(name, text ? *text : "");
  }
  return all;
}

}  // namespace

std::string html_report(const CalibrationReport& report, const CalibrationPage& page) {
  const std::string body =
      facts(report) +
      "<h2>Signal to noise</h2>\n<p>Of what each layer gives, over all pictures: the floats' mean " +
      "square by that of the bytes' difference from them. 6 dB are a factor of two in the error.</p>\n" +
      "<div class='wide'>" + noise_chart(report.layers) + "</div>\n<h2>Options</h2>\n" + options_table(page);
  return html::page(page.network, "calibration",
                    fmt::format("mobilith generate --dtype int8, {}", html::escaped(page.date)), body);
}

void write_calibration_report(const options::variables_map& values, const Configuration& configuration,
                              const CalibrationReport& report) {
  if (!values.count("report")) return;
  write_output_file(
      "report", values["report"].as<std::string>(),
      html_report(report, {fmt::format("{}, {}x{}", network_title(configuration, " "), configuration.height,
                                       configuration.width),
                           fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr))), given(values)}));
}

}  // namespace mobilith

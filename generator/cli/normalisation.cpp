#include "cli/normalisation.h"

#include <fmt/format.h>

#include "cli/model_facts.h"
#include "cli/pictures.h"
#include "cli/schedule_options.h"

namespace mobilith {

namespace {

std::vector<double> numbers_of(const std::string& option, const std::string& text, size_t channels) {
  std::vector<double> numbers;
  for (const std::string& word : name_list(option, text)) numbers.push_back(number(option, word));
  if (numbers.size() != channels)
    throw UsageError(option, fmt::format("{} numbers for {} channels", numbers.size(), channels));
  return numbers;
}

}  // namespace

void add_normalisation_options(options::options_description& description) {
  auto text = [](const char* placeholder) { return options::value<std::string>()->value_name(placeholder); };
  description.add_options()  //
      ("pixels", text("LOW..HIGH"),
       "of --input's frames and --calibrate's pictures: what black and white are to the network, as 0..1 "
       "(default: what the file's own scaling wants, else -1..1)")  //
      ("mean", text("R,G,B"),
       "of the same, with --std: the network reads (pixel - mean) / std, with pixels from 0 to 1")  //
      ("std", text("R,G,B"), "goes with --mean");
}

Normalisation normalisation_option(const options::variables_map& values, const Network& network,
                                   const Weights& weights, bool wants_pixels) {
  const auto channels = size_t(network.image().channels);
  if (values.count("mean") != values.count("std"))
    throw UsageError(values.count("mean") ? "mean" : "std", "expected --mean and --std, or neither");
  if (values.count("mean")) {
    if (values.count("pixels"))
      throw UsageError("pixels", "says what --mean and --std say: expected one of the two");
    Normalisation n{numbers_of("std", values["std"].as<std::string>(), channels),
                    numbers_of("mean", values["mean"].as<std::string>(), channels), "--mean and --std"};
    for (size_t c = 0; c < channels; c++) {
      if (!(n.scale[c] > 0))
        throw UsageError("std", fmt::format("expected numbers above 0, got {}", n.scale[c]));
      n.scale[c] = 1 / n.scale[c];
      n.shift[c] *= -n.scale[c];
    }
    return n;
  }
  PixelRange range;
  std::string from = "--pixels";
  if (values.count("pixels")) {
    range = pixel_range_option("pixels", values["pixels"].as<std::string>());
  } else {
    const auto said =
        network.quantised() ? std::nullopt : pixel_range(scaling_of(graph_of(weights, network)));
    range = said.value_or(PixelRange{});
    from = said ? "the file, which scales pixels itself" : "assumed";
    if (!said && wants_pixels)
      warn(fmt::format(
          "the file does not say what pixels are to it: assumed is {:g}..{:g} (--pixels, or --mean and "
          "--std, say others)",
          range.low, range.high));
  }
  return {std::vector<double>(channels, range.high - range.low), std::vector<double>(channels, range.low),
          from};
}

}  // namespace mobilith

#include "cli/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iostream>
#include <sstream>

#include "networks/element_type.h"
#include "text/near_names.h"

namespace mobilith {

namespace {

std::vector<std::string> option_names(const options::options_description& description) {
  std::vector<std::string> names;
  for (const auto& option : description.options())
    if (!option->long_name().starts_with("_")) names.push_back("--" + option->long_name());
  return names;
}

// "--" in front of the option's name, however the library spells it; dashes alone as they are.
std::string dashed(const std::string& name) {
  const size_t begin = name.find_first_not_of('-');
  return begin == name.npos ? name : "--" + name.substr(begin);
}

// An option whose value was forgotten would take the next option for it.
void expect_values(const Arguments& arguments, const options::options_description& description) {
  for (size_t i = 0; i + 1 < arguments.size() && arguments[i] != "--"; i++) {
    const std::string &word = arguments[i], &next = arguments[i + 1];
    if (!word.starts_with("--") || !next.starts_with("--") || next == "--") continue;
    const auto* option = description.find_nothrow(word.substr(2), /*approx=*/false);
    if (option && option->semantic()->max_tokens() > 0)
      throw UsageError(
          option->long_name(),
          fmt::format("expected a value, got the option '{0}'; a value like that is given as {1}={0}", next,
                      word));
  }
}

// Lines of at most `width` letters, broken between words.
std::string wrapped(const std::string& text, size_t width) {
  std::string lines;
  size_t used = 0;
  std::istringstream words(text);
  for (std::string word; words >> word; used += word.size() + 1) {
    if (used + word.size() > width) lines += '\n', used = 0;
    if (used > 0) lines += ' ';
    lines += word;
  }
  return lines;
}

}  // namespace

options::options_description all_options(const Synopsis& synopsis) {
  options::options_description description = synopsis.options;
  description.add_options()("help", "this text");
  return description;
}

std::optional<options::variables_map> parse(const Arguments& arguments, const Synopsis& synopsis) {
  const options::options_description description = all_options(synopsis);
  const std::string& positional = synopsis.positional;
  const int most = synopsis.most;
  options::options_description all;
  all.add(description);
  options::positional_options_description positions;
  if (!positional.empty()) {
    if (most == 1)
      all.add_options()(positional.c_str(), options::value<std::string>());
    else
      all.add_options()(positional.c_str(), options::value<std::vector<std::string>>());
    positions.add(positional.c_str(), most);
  }
  using options::command_line_style::allow_guessing;
  using options::command_line_style::unix_style;
  options::variables_map values;
  expect_values(arguments, description);
  try {
    options::store(options::command_line_parser(arguments)
                       .options(all)
                       .positional(positions)
                       .style(unix_style & ~allow_guessing)
                       .run(),
                   values);
    options::notify(values);
  } catch (const options::unknown_option& error) {
    const std::string name = dashed(error.get_option_name());
    throw UsageError(
        fmt::format("unknown option '{}'{}", name, did_you_mean(name, option_names(description))));
  } catch (const options::too_many_positional_options_error&) {
    throw UsageError(
        positional.empty()
            ? "expected options only, got an argument without '--'"
            : fmt::format("expected {} {} only", most == 1 ? "one" : fmt::format("{}", most), positional));
  } catch (const options::error_with_option_name& error) {
    throw UsageError(error.what());
  } catch (const options::error& error) {
    throw UsageError(error.what());
  }
  if (!values.count("help")) return values;
  std::cout << "usage: " << synopsis.usage << "\n\n" << wrapped(synopsis.about, 80) << "\n\n" << description;
  return std::nullopt;
}

void add_network_options(options::options_description& description) {
  auto text = [](const char* placeholder) { return options::value<std::string>()->value_name(placeholder); };
  description.add_options()                                                                           //
      ("net", text("NET"), fmt::format("the network: {}", fmt::join(network_names(), ", ")).c_str())  //
      ("minimalistic", "of a MobileNet V3: without squeeze-excite, 5x5 windows and hard-swish")       //
      ("alpha", text("A"), "width multiplier, above 0 (default 1.0)")                                 //
      ("depth-multiplier", text("D"),
       "depthwise outputs per channel, a whole number (default 1; V1 only)")                     //
      ("resolution", text("N|HxW"), "the image's side, or HEIGHTxWIDTH, from 32 (default 224)")  //
      ("classes", text("N"), "outputs of the classifier (default 1000)")                         //
      ("dtype", text("f32|f16|bf16")->default_value("f32"),
       "of the computation: f16 and bf16 multiply numbers of 16 bits and add in 32; bf16 where the CPU has "
       "AVX512-BF16 or ARM's BF16; where "
       "it is given, models of half and mixed precision are taken, too; a "
       "quantised "
       "file's own, whole numbers, where it is not")  //
      ("requantise", text("float|integer")->default_value("float"),
       "how a quantised TFLite file's sums become bytes again, number for number: float, as LiteRT with its "
       "XNNPACK "
       "delegate; integer, as its reference kernels")  //
      ("weights", text("FILE|synthetic"),
       "a Keras, TFLite, ONNX, TensorFlow, TF.js, PyTorch or safetensors file, or values made by a formula; "
       "it "
       "also gives the defaults of the above");
}

std::vector<std::string> name_list(const std::string& option, const std::string& text) {
  std::vector<std::string> words;
  for (size_t at = 0; at <= text.size();) {
    const size_t comma = std::min(text.find(',', at), text.size());
    words.push_back(text.substr(at, comma - at));
    if (words.back().empty())
      throw UsageError(option, fmt::format("expected names with commas between them, got '{}'", text));
    at = comma + 1;
  }
  return words;
}

double number(const std::string& option, const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    throw UsageError(option, fmt::format("expected a number, got '{}'", text));
  return value;
}

int whole(const std::string& option, const std::string& text, int least, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most)
    throw UsageError(option,
                     fmt::format("expected a whole number from {} to {}, got '{}'", least, most, text));
  return value;
}

std::string choice(const options::variables_map& values, const std::string& option,
                   const std::vector<std::string>& allowed) {
  const std::string value = values[option].as<std::string>();
  for (const std::string& name : allowed)
    if (value == name) return value;
  throw UsageError(option, fmt::format("expected {}, got '{}'{}", fmt::join(allowed, " or "), value,
                                       did_you_mean(value, allowed)));
}

void add_products_option(options::options_description& description) {
  description.add_options()(
      "products", options::value<std::string>()->value_name("auto|direct|paired")->default_value("auto"),
      "how pointwise convolutions multiply: auto, what is fastest on the CPU; direct, one multiplication "
      "each; paired, Winograd's inner product on any CPU");
}

void add_weights_dtype_option(options::options_description& description) {
  description.add_options()(
      "weights-dtype", options::value<std::string>()->value_name("f32|f16|bf16")->default_value("f32"),
      "how weights are stored; they are multiplied as f32. bf16 on any CPU, f16 where it has an instruction "
      "that widens them");
}

std::string weights_dtype_option(const options::variables_map& values, const Network& network) {
  const std::string type = choice(values, "weights-dtype", {"f32", "f16", "bf16"});
  const std::string& dtype = network.configuration.dtype;
  if (dtype != "f32" && !values["weights-dtype"].defaulted())
    throw UsageError("weights-dtype",
                     fmt::format("is for computations in f32; this one, of {}, has its own", dtype));
  return type;
}

void add_output_option(options::options_description& description) {
  description.add_options()(
      "output",
      options::value<std::string>()->value_name("model|probabilities|logits")->default_value("model"),
      "model: what the model itself ends in; probabilities: with a softmax where it ends in logits; logits: "
      "without its softmax or sigmoid");
}

Output output_option(const options::variables_map& values) {
  const std::vector<std::string> names(std::begin(output_names), std::end(output_names));
  const std::string name = choice(values, "output", names);
  return Output(std::find(names.begin(), names.end(), name) - names.begin());
}

Products products_option(const options::variables_map& values) {
  const std::vector<std::string> names(product_names.begin(), product_names.end());
  const std::string name = choice(values, "products", names);
  return Products(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace mobilith

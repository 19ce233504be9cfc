// What the subcommands' options have in common: parsing with Boost.Program_options, strict values, errors
// that name the option.
#pragma once

#include <boost/program_options.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/command.h"
#include "networks/output.h"
#include "targets/products.h"
#include "weights/weights.h"

namespace mobilith {

namespace options = boost::program_options;

// How a command is called: what parse() reads, --help prints, and manual page and completion are made of. The
// name of an option's value says how to complete it: lower-case words stand for themselves, FILE, DIR, NET
// and CPU for what they name, "|" lies between.
struct Synopsis {
  std::string usage;  // "mobilith bench DIR [OPTIONS]"
  std::string about;  // what it does, in sentences
  options::options_description options{"options"};
  std::string positional = "";  // the name of arguments without a dash; empty: there are none
  int most = 1;                 // of them
};

// With --help, which all have.
options::options_description all_options(const Synopsis&);

// Parses, with the positional arguments under their name: a string, or strings where most is above 1. Returns
// nothing, having printed the help, where it was asked for. Throws UsageError, with near names for an unknown
// option.
std::optional<options::variables_map> parse(const Arguments&, const Synopsis&);

// Adds --net, --alpha, --depth-multiplier, --resolution, --classes, --dtype, --weights.
void add_network_options(options::options_description&);

// A configuration from options and, where they are silent, the weights file, then the defaults (alpha 1,
// depth multiplier 1, 224, 1000 classes). Throws UsageError where an option has no such value, and
// ConfigurationError where the two contradict each other.
Configuration network_configuration(const options::variables_map&, const FileConfiguration&);

// --weights, opened, with what --resolution, --net and --outputs say of the file; null where it is not given.
// part: ReadOptions::part. Throws WeightsError.
std::unique_ptr<Weights> weights_option(const options::variables_map&, RecognisedPart* part = nullptr);

// The network that options and weights file (null: there is none) mean, its weights read and checked to the
// last tensor. Says on standard error what is assumed because the file does not say it. Throws as
// network_configuration(), and WeightsError.
// calibrates: whether --dtype int8 may be of a float model.
Network chosen_network(const options::variables_map&, const Weights*, bool calibrates = false);

// The value of an option that takes one of few words. Throws UsageError.
std::string choice(const options::variables_map&, const std::string& option,
                   const std::vector<std::string>& values);

// --products: how pointwise convolutions multiply.
void add_products_option(options::options_description&);
Products products_option(const options::variables_map&);

// --weights-dtype: how weights are stored. Throws UsageError where the network's numbers are no f32.
void add_weights_dtype_option(options::options_description&);
std::string weights_dtype_option(const options::variables_map&, const Network&);

// --output: what the library gives.
void add_output_option(options::options_description&);
Output output_option(const options::variables_map&);

// Names with commas between them. Throws UsageError for one that is empty.
std::vector<std::string> name_list(const std::string& option, const std::string& text);

// The value as a whole number in [least, most]. Throws UsageError.
int whole(const std::string& option, const std::string& text, int least, int most);

// The value as a finite number. Throws UsageError.
double number(const std::string& option, const std::string& text);

}  // namespace mobilith

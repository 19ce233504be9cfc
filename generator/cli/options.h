// What the subcommands' options have in common: parsing with Boost.Program_options, strict values, errors
// that name the option.
#pragma once

#include <boost/program_options.hpp>
#include <optional>
#include <string>

#include "cli/command.h"
#include "networks/network.h"
#include "weights/weights.h"

namespace mobilith {

namespace options = boost::program_options;

// Parses, with up to `most` positional arguments, all of them under the name `positional` (empty: none): a
// string, or strings where most is above 1. Adds --help. Returns
// nothing, having printed the help, where it was asked for. Throws UsageError, with near names for an unknown
// option.
std::optional<options::variables_map> parse(const Arguments&, options::options_description,
                                            const std::string& usage, const std::string& positional = "",
                                            int most = 1);

// Adds --net, --alpha, --depth-multiplier, --resolution, --classes, --weights.
void add_network_options(options::options_description&);

// A configuration from options and, where they are silent, the weights file, then the defaults (alpha 1,
// depth multiplier 1, 224, 1000 classes). Throws UsageError where an option has no such value, and
// ConfigurationError where the two contradict each other.
Configuration network_configuration(const options::variables_map&, const FileConfiguration&);

// The value of an option that takes one of few words. Throws UsageError.
std::string choice(const options::variables_map&, const std::string& option,
                   const std::vector<std::string>& values);

// The value as a whole number in [least, most]. Throws UsageError.
int whole(const std::string& option, const std::string& text, int least, int most);

// The value as a finite number. Throws UsageError.
double number(const std::string& option, const std::string& text);

}  // namespace mobilith

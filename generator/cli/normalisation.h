// What pixels are to a network: of --calibrate's pictures and of --input's frames.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace mobilith {

// What a picture's channel is to the network: scale * pixel + shift, pixels from 0 to 1.
struct Normalisation {
  std::vector<double> scale, shift;  // of each channel
  std::string from;                  // who says so
};

// --pixels, --mean and --std.
void add_normalisation_options(options::options_description&);

// What these say; where they are silent, what the file's own scaling wants; where it has none, -1..1.
// wants_pixels: whether any is read by it, so that what is assumed is to be said. Throws UsageError.
Normalisation normalisation_option(const options::variables_map&, const Network&, const Weights&,
                                   bool wants_pixels);

}  // namespace mobilith

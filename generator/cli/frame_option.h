// --input: a camera's frames in place of the network's image.
#pragma once

#include <optional>

#include "cli/normalisation.h"
#include "networks/frame.h"

namespace mobilith {

// --input, --resize, --fit.
void add_frame_options(options::options_description&);

// As far as it decides the kernel: pixels are made -1..1, or the bytes that they are. Nothing where --input
// is not given. Throws UsageError where it does not fit the network.
std::optional<Frame> frame_to_tune(const options::variables_map&, const Network&);

// What is known before the network is: nothing where --input is not given. Throws UsageError.
struct FrameOption {
  Frame frame;      // without its normalisation; sides of 0: the network's
  Normalisation n;  // of the model as the file has it
};

// model: the file's, before it is calibrated. Throws UsageError where the two do not fit, or what is asked
// for contradicts the file.
std::optional<FrameOption> frame_option(const options::variables_map&, const Network& model, const Weights&);

// For the network that is compiled, whose image may have become one of bytes.
Frame frame_for(const FrameOption&, const Network&, bool says_pixels);

}  // namespace mobilith

// What a library's first kernel makes of a frame, against the reference in double.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "networks/network.h"

namespace mobilith::check {

// A frame, and the image that it is in double: of a network of bytes before it is rounded.
struct FrameInput {
  std::vector<uint8_t> bytes;  // of a library that takes none: none
  std::vector<double> image;
};

FrameInput frame_input(const Network&, std::vector<uint8_t> bytes);
// Of the formula; of a network without a frame the formula's image.
FrameInput formula_frame_input(const Network&);

// What is wrong, in a sentence, with the image that a library made of the frame; nothing where it is the
// reference's. Floats may differ by check::bound of the largest, bytes by rounding alone.
std::optional<std::string> wrong_image(const Network&, const FrameInput&, const std::vector<double>& found);

}  // namespace mobilith::check

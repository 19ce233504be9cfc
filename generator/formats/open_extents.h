// Extents of an input that a file leaves open.
#pragma once

#include "formats/read_graph.h"

namespace mobilith::file {

// The shape with its -1 closed: one image, and the request's height and width. A request must not contradict
// what the file says. Throws Error, which names the input and what it leaves open.
Extents closed(const std::string& input, const Extents& shape, const ReadRequest&);

}  // namespace mobilith::file

// Accuracy over time, as a drawing.
#pragma once

#include <string>

#include "explore/exploration.h"

namespace mobilith::explore {

// SVG that refers to nothing outside itself, in the colours of a light or a dark screen. Networks that have
// costs and an accuracy are points, time on a logarithmic axis; the front is a line, the budget another. A
// point's title says all that is known of it.
std::string chart(const Exploration&);     // an element of an HTML page
std::string svg_file(const Exploration&);  // a file of its own, with its heading

// What the chart and the page are of: "AMD EPYC, code for znver4, 1 thread, f32".
std::string subject(const Exploration&);

}  // namespace mobilith::explore

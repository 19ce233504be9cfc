// Parts of the chart, which bring their own style sheet, because the chart may be a file of its own. Pixels.
#pragma once

#include <cstddef>
#include <string>

namespace mobilith::explore {

// The beginning of a drawing with its style sheet, which "</svg>" ends. alone: a file of its own.
std::string svg_start(double width, double height, bool alone);

// kind: classes of the style sheet with spaces between them.
std::string words(double x, double y, const char* kind, const std::string& text);
// Read upwards, around the place.
std::string words_upright(double x, double y, const char* kind, const std::string& text);
std::string line(double x, double y, double to_x, double to_y, const char* kind);

// The classes of a point's label, in the series' colour. strong: in bold.
std::string label_kind(size_t series, bool strong);

// A marker in the colour and the shape of the series. tip: what a pointer that rests on it is told; empty:
// nothing.
std::string point(double x, double y, size_t series, bool full, const std::string& tip);

}  // namespace mobilith::explore

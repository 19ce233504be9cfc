// Parts of SVG drawings that stand in a page of page.h, whose style sheet names their colours. Pixels.
#pragma once

#include <string>

namespace mobilith::html {

// The beginning of a drawing, which "</svg>" ends.
std::string svg(int width, int height);

// kind: a class of the style sheet, or several with spaces between them.
std::string text(double x, double y, const char* kind, const std::string& words);

// A bar to the right, with a rounded end. tip: what a pointer that rests on it is told.
std::string bar(int x, double y, double width, int height, const char* kind, const std::string& tip);

// A line of the grid.
std::string upright(double x, int from, int to);

}  // namespace mobilith::html

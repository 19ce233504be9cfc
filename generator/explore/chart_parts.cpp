#include "explore/chart_parts.h"

#include <fmt/format.h>

#include "html/page.h"

namespace mobilith::explore {

namespace {

constexpr const char* chart_style = R"(
.explore { --ink: #1c2430; --soft: #5b6577; --line: #e4e7ec; --paper: #ffffff; --front: #98a2b3;
  --s0: #2563eb; --s1: #c2410c; --s2: #15803d; --s3: #7e22ce; --s4: #0e7490; --s5: #be185d;
  width: 100%; min-width: 720px; height: auto; }
@media (prefers-color-scheme: dark) { .explore { --ink: #e6e9ef; --soft: #98a2b3; --line: #2b3340; --paper: #12161d;
  --front: #667085; --s0: #60a5fa; --s1: #fb923c; --s2: #4ade80; --s3: #c084fc; --s4: #22d3ee; --s5: #f472b6; } }
.explore text { fill: var(--ink); font: 11.5px system-ui, sans-serif; }
.explore .heading { font-size: 17px; font-weight: 600; } .explore .tick { fill: var(--soft); }
.explore .middle { text-anchor: middle; } .explore .end { text-anchor: end; }
.explore .label { fill: var(--soft); } .explore .own { fill: var(--own); } .explore .on-front { font-weight: 700; }
.explore .paper { fill: var(--paper); } .explore .grid { stroke: var(--line); }
.explore .leader { stroke: var(--soft); stroke-width: .7; }
.explore .front { fill: none; stroke: var(--front); stroke-width: 1.4; stroke-dasharray: 5 3; }
.explore .budget { stroke: var(--s1); stroke-width: 1.6; } .explore .beyond { fill: var(--s1); opacity: .07; }
.explore .point { stroke-width: 1.7; stroke: var(--own); fill: var(--paper); } .explore .full { fill: var(--own); }
.explore .s0 { --own: var(--s0); } .explore .s1 { --own: var(--s1); } .explore .s2 { --own: var(--s2); }
.explore .s3 { --own: var(--s3); } .explore .s4 { --own: var(--s4); } .explore .s5 { --own: var(--s5); }
)";

// Around the origin: a circle, a square, a triangle, a diamond, a triangle on its tip, a cross. Each fits
// into a square of ten.
constexpr const char* shapes[] = {"M-4.6 0a4.6 4.6 0 1 0 9.2 0a4.6 4.6 0 1 0 -9.2 0z",
                                  "M-4 -4H4V4H-4z",
                                  "M0 -5L5 4H-5z",
                                  "M0 -5.2L5.2 0L0 5.2L-5.2 0z",
                                  "M0 5L5 -4H-5z",
                                  "M-2 -5H2V-2H5V2H2V5H-2V2H-5V-2H-2z"};
constexpr size_t series_known = std::size(shapes);

}  // namespace

std::string svg_start(double width, double height, bool alone) {
  return fmt::format(
      "<svg {2}viewBox='0 0 {0:g} {1:g}' width='{0:g}' height='{1:g}' role='img' class='explore'>\n"
      "<style>{3}</style>\n{4}",
      width, height, alone ? "xmlns='http://www.w3.org/2000/svg' " : "", chart_style,
      alone ? fmt::format("<rect width='{:g}' height='{:g}' class='paper'/>\n", width, height) : "");
}

std::string words(double x, double y, const char* kind, const std::string& text) {
  return fmt::format("<text x='{:.1f}' y='{:.1f}' class='{}'>{}</text>\n", x, y, kind, html::escaped(text));
}

std::string words_upright(double x, double y, const char* kind, const std::string& text) {
  return fmt::format("<text transform='translate({:.1f} {:.1f}) rotate(-90)' class='{}'>{}</text>\n", x, y,
                     kind, html::escaped(text));
}

std::string line(double x, double y, double to_x, double to_y, const char* kind) {
  return fmt::format("<line x1='{:.1f}' y1='{:.1f}' x2='{:.1f}' y2='{:.1f}' class='{}'/>\n", x, y, to_x, to_y,
                     kind);
}

std::string label_kind(size_t series, bool strong) {
  return fmt::format("label middle own s{}{}", series % series_known, strong ? " on-front" : "");
}

std::string point(double x, double y, size_t series, bool full, const std::string& tip) {
  return fmt::format("<path transform='translate({:.1f} {:.1f})' d='{}' class='point{} s{}'>{}</path>\n", x,
                     y, shapes[series % series_known], full ? " full" : "", series % series_known,
                     tip.empty() ? "" : "<title>" + html::escaped(tip) + "</title>");
}

}  // namespace mobilith::explore

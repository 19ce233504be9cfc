#include "html/drawing.h"

#include <fmt/format.h>

#include "html/page.h"

namespace mobilith::html {

std::string svg(int width, int height) {
  return fmt::format("<svg viewBox='0 0 {0} {1}' width='{0}' height='{1}' role='img'>\n", width, height);
}

std::string text(double x, double y, const char* kind, const std::string& words) {
  return fmt::format("<text x='{:.1f}' y='{:.1f}' class='{}'>{}</text>\n", x, y, kind, escaped(words));
}

std::string bar(int x, double y, double width, int height, const char* kind, const std::string& tip) {
  return fmt::format(
      "<rect x='{}' y='{:.1f}' width='{:.1f}' height='{}' rx='2' class='{}'><title>{}</title></rect>\n", x, y,
      width, height, kind, escaped(tip));
}

std::string upright(double x, int from, int to) {
  return fmt::format("<line x1='{0:.1f}' x2='{0:.1f}' y1='{1}' y2='{2}' class='grid'/>\n", x, from, to);
}

}  // namespace mobilith::html

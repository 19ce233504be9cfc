// Where the labels of a chart's points go, so that none covers another, or a point.
#pragma once

#include <optional>
#include <vector>

namespace mobilith::explore {

// Pixels, y downwards.
struct Box {
  double left = 0, top = 0, width = 0, height = 0;
  double right() const { return left + width; }
  double bottom() const { return top + height; }
  bool overlaps(const Box& o) const {
    return left < o.right() && o.left < right() && top < o.bottom() && o.top < bottom();
  }
  bool holds(const Box& o) const {
    return o.left >= left && o.right() <= right() && o.top >= top && o.bottom() <= bottom();
  }
};

struct LabelWanted {
  double x = 0, y = 0;           // the point, a marker of `marker` pixels around it
  double width = 0, height = 0;  // of the label
};

// Of each its place, in the order of the list: the first ones choose first. The nearest that is free, within
// `area` and off every marker and what else is `taken`; nothing where there is none near.
std::vector<std::optional<Box>> place_labels(const std::vector<LabelWanted>&, const Box& area, double marker,
                                             std::vector<Box> taken = {});

}  // namespace mobilith::explore

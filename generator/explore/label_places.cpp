#include "explore/label_places.h"

#include <algorithm>
#include <cmath>

namespace mobilith::explore {

namespace {

// Beside the point first, where a label is read most easily, then around it on growing rings.
std::vector<Box> places_near(const LabelWanted& label, double marker) {
  std::vector<Box> places;
  for (const double gap : {2.0, 8.0, 16.0, 26.0})
    for (const double degrees : {0.0, 180.0, -90.0, 90.0, -45.0, 45.0, -135.0, 135.0, -70.0, 70.0, -20.0,
                                 20.0, -110.0, 110.0, -160.0, 160.0}) {
      const double angle = degrees * 3.14159265358979 / 180, c = std::cos(angle), s = std::sin(angle);
      // The label's middle lies so far off that its edge is `gap` from the marker.
      const double across = marker / 2 + gap + label.width / 2, along = marker / 2 + gap + label.height / 2;
      places.push_back({label.x + c * across - label.width / 2, label.y + s * along - label.height / 2,
                        label.width, label.height});
    }
  return places;
}

}  // namespace

std::vector<std::optional<Box>> place_labels(const std::vector<LabelWanted>& labels, const Box& area,
                                             double marker, std::vector<Box> taken) {
  for (const LabelWanted& label : labels)
    taken.push_back({label.x - marker / 2, label.y - marker / 2, marker, marker});
  std::vector<std::optional<Box>> placed;
  for (const LabelWanted& label : labels) {
    placed.emplace_back();
    for (const Box& place : places_near(label, marker))
      if (area.holds(place) &&
          std::none_of(taken.begin(), taken.end(), [&](const Box& other) { return other.overlaps(place); })) {
        placed.back() = place;
        taken.push_back(place);
        break;
      }
  }
  return placed;
}

}  // namespace mobilith::explore

#include "tune/candidate_space.h"

#include <algorithm>
#include <set>

namespace mobilith::tune {

namespace {

size_t below(std::mt19937_64& random, size_t count) {
  return std::uniform_int_distribution<size_t>(0, count - 1)(random);
}

}  // namespace

CandidateSpace::CandidateSpace(const std::string& type, const nlohmann::json& shape, const Machine& machine)
    : type_(kernel_type(type)), shape_(shape), machine_(machine) {
  for (Axis& axis : type_.space(shape_, machine_))
    if (!axis.values.empty()) axes_.push_back(std::move(axis));
  default_ = type_.default_schedule(shape_, machine_);
}

std::optional<Candidate> CandidateSpace::from(const nlohmann::json& schedule) const {
  if (!type_.fits(shape_, schedule, machine_)) return std::nullopt;
  Candidate candidate{{}, schedule, type_.predicted_cycles(shape_, schedule, machine_)};
  for (const Axis& axis : axes_) {
    const auto value = std::find(axis.values.begin(), axis.values.end(),
                                 schedule.contains(axis.parameter) ? schedule.at(axis.parameter) : nullptr);
    candidate.at.push_back(value == axis.values.end() ? -1 : static_cast<int>(value - axis.values.begin()));
  }
  return candidate;
}

nlohmann::json CandidateSpace::with(const nlohmann::json& schedule, size_t axis, size_t value) const {
  nlohmann::json other = schedule;
  other[axes_[axis].parameter] = axes_[axis].values[value];
  return other;
}

std::optional<Candidate> CandidateSpace::draw(std::mt19937_64& random) const {
  nlohmann::json schedule = default_;
  for (const Axis& axis : axes_) schedule[axis.parameter] = axis.values[below(random, axis.values.size())];
  return from(schedule);
}

std::vector<Candidate> CandidateSpace::sample(std::mt19937_64& random, size_t most) const {
  double combinations = 1;
  for (const Axis& axis : axes_) combinations *= static_cast<double>(axis.values.size());
  std::vector<Candidate> found;
  std::set<std::string> seen;
  auto take = [&](const nlohmann::json& schedule) {
    if (!seen.insert(schedule.dump()).second) return;
    if (auto candidate = from(schedule)) found.push_back(std::move(*candidate));
  };
  take(default_);
  if (combinations <= static_cast<double>(most)) {
    for (size_t code = 0; code < static_cast<size_t>(combinations); code++) {
      nlohmann::json schedule = default_;
      size_t rest = code;
      for (const Axis& axis : axes_) {
        schedule[axis.parameter] = axis.values[rest % axis.values.size()];
        rest /= axis.values.size();
      }
      take(schedule);
    }
  } else {
    for (const Candidate& candidate : neighbours(default_)) take(candidate.schedule);
    // Few combinations may fit: give up after some draws.
    for (size_t i = 0; i < 4 * most && found.size() < most; i++)
      if (const auto candidate = draw(random)) take(candidate->schedule);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Candidate& a, const Candidate& b) { return a.cycles < b.cycles; });
  return found;
}

std::vector<Candidate> CandidateSpace::neighbours(const nlohmann::json& schedule) const {
  std::vector<Candidate> found;
  for (size_t axis = 0; axis < axes_.size(); axis++)
    for (size_t value = 0; value < axes_[axis].values.size(); value++) {
      const nlohmann::json other = with(schedule, axis, value);
      if (other == schedule) continue;
      if (auto candidate = from(other)) found.push_back(std::move(*candidate));
    }
  return found;
}

std::vector<Candidate> CandidateSpace::second_neighbours(const nlohmann::json& schedule,
                                                         std::mt19937_64& random, size_t most) const {
  std::vector<Candidate> found;
  std::set<std::string> seen;
  for (size_t draw = 0; draw < 4 * most && found.size() < most && axes_.size() > 1; draw++) {
    const size_t first = below(random, axes_.size());
    const size_t second = (first + 1 + below(random, axes_.size() - 1)) % axes_.size();
    const nlohmann::json other = with(with(schedule, first, below(random, axes_[first].values.size())),
                                      second, below(random, axes_[second].values.size()));
    if (other == schedule || !seen.insert(other.dump()).second) continue;
    if (auto candidate = from(other)) found.push_back(std::move(*candidate));
  }
  return found;
}

}  // namespace mobilith::tune

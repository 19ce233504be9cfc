// The schedules of one kernel, as points: an index into each axis of KernelType::space.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "schedules/kernel_types.h"

namespace mobilith::tune {

using Point = std::vector<int>;  // -1: a value that the axis does not have

struct Candidate {
  Point at;
  nlohmann::json schedule;
  double cycles = 0;  // predicted
};

class CandidateSpace {
 public:
  // type: in kernel_types(); shape: of that type.
  CandidateSpace(const std::string& type, const nlohmann::json& shape, const Machine&);

  const ScheduleSpace& axes() const { return axes_; }
  const nlohmann::json& default_schedule() const { return default_; }
  // A schedule as a candidate; nothing where it does not fit.
  std::optional<Candidate> from(const nlohmann::json& schedule) const;
  // A combination of any values; nothing where it does not fit.
  std::optional<Candidate> draw(std::mt19937_64&) const;
  // All schedules that fit where they are few, else about `most` of them: random ones and the neighbours of
  // the default. The cheapest prediction first.
  std::vector<Candidate> sample(std::mt19937_64&, size_t most) const;
  // Those that fit and differ from `schedule` in one axis; in two, `most` random ones.
  std::vector<Candidate> neighbours(const nlohmann::json& schedule) const;
  std::vector<Candidate> second_neighbours(const nlohmann::json& schedule, std::mt19937_64&,
                                           size_t most) const;

 private:
  nlohmann::json with(const nlohmann::json& schedule, size_t axis, size_t value) const;

  const KernelType& type_;
  nlohmann::json shape_;
  Machine machine_;
  ScheduleSpace axes_;
  nlohmann::json default_;
};

}  // namespace mobilith::tune

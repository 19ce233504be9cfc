#include "tune/learned_cost.h"

#include <algorithm>
#include <cmath>

namespace mobilith::tune {

namespace {

constexpr double ridge = 1.0;  // counts as one measurement that says zero
constexpr int sweeps = 4;      // of coordinate descent: enough for an order

double term(const std::vector<std::vector<double>>& terms, size_t axis, int value) {
  if (value < 0 || axis >= terms.size() || static_cast<size_t>(value) >= terms[axis].size()) return 0;
  return terms[axis][static_cast<size_t>(value)];
}

}  // namespace

void LearnedCost::learn(const Candidate& candidate, double seconds) {
  seen_.push_back({candidate.at, std::log(seconds / candidate.cycles)});
  fit();
}

void LearnedCost::fit() {
  double bias = 0;
  for (const Seen& s : seen_) bias += s.residual / static_cast<double>(seen_.size());
  const size_t axes = seen_.front().at.size();
  terms_.assign(axes, {});
  for (const Seen& s : seen_)
    for (size_t axis = 0; axis < axes; axis++)
      terms_[axis].resize(std::max(terms_[axis].size(), static_cast<size_t>(s.at[axis] + 1)));
  std::vector<double> rest;  // what the terms do not explain yet
  for (const Seen& s : seen_) rest.push_back(s.residual - bias);
  for (int sweep = 0; sweep < sweeps; sweep++)
    for (size_t axis = 0; axis < axes; axis++) {
      std::vector<double> sum(terms_[axis].size()), count(terms_[axis].size(), ridge);
      for (size_t i = 0; i < seen_.size(); i++) {
        const int value = seen_[i].at[axis];
        if (value < 0) continue;
        rest[i] += terms_[axis][static_cast<size_t>(value)];
        sum[static_cast<size_t>(value)] += rest[i];
        count[static_cast<size_t>(value)] += 1;
      }
      for (size_t value = 0; value < sum.size(); value++) terms_[axis][value] = sum[value] / count[value];
      for (size_t i = 0; i < seen_.size(); i++) rest[i] -= term(terms_, axis, seen_[i].at[axis]);
    }
}

double LearnedCost::cost(const Candidate& candidate) const {
  double correction = 0;
  for (size_t axis = 0; axis < candidate.at.size(); axis++)
    correction += term(terms_, axis, candidate.at[axis]);
  return candidate.cycles * std::exp(correction);
}

}  // namespace mobilith::tune

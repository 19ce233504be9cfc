// The analytic prediction, corrected by what was measured.
#pragma once

#include <vector>

#include "tune/candidate_space.h"

namespace mobilith::tune {

// log(seconds / cycles) = bias + a term for each axis's value, fitted to all measurements with the terms held
// towards zero, so that a value seen once says a little and a value never seen says nothing.
class LearnedCost {
 public:
  void learn(const Candidate&, double seconds);
  // In units of its own: for ordering.
  double cost(const Candidate&) const;

 private:
  void fit();

  struct Seen {
    Point at;
    double residual;  // log(seconds / cycles)
  };
  std::vector<Seen> seen_;
  std::vector<std::vector<double>> terms_;  // [axis][value]
};

}  // namespace mobilith::tune

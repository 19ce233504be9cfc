// Which schedule of a kernel to try next.
#pragma once

#include <set>

#include "tune/learned_cost.h"

namespace mobilith::tune {

// First the best predictions, then, by turns, neighbours of the incumbent and the rest; all ordered by the
// prediction as corrected by what was measured. Never the same schedule twice.
class Search {
 public:
  Search(const std::string& type, const nlohmann::json& shape, const Machine&, uint64_t seed);
  const CandidateSpace& space() const { return space_; }
  // Nothing: there is none left.
  std::optional<Candidate> next(const nlohmann::json& incumbent);
  // A schedule that next() need not give any more.
  void skip(const nlohmann::json& schedule) { tried_.insert(schedule.dump()); }
  void learn(const Candidate& candidate, double seconds) { cost_.learn(candidate, seconds); }

 private:
  std::optional<Candidate> cheapest(const std::vector<Candidate>&) const;

  CandidateSpace space_;
  std::mt19937_64 random_;
  std::vector<Candidate> pool_;
  bool sampled_ = false;  // the pool is costly: made when first wanted
  LearnedCost cost_;
  std::set<std::string> tried_;
  int turn_ = 0;
};

}  // namespace mobilith::tune

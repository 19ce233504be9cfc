#include "tune/search.h"

#include <algorithm>

namespace mobilith::tune {

namespace {

constexpr size_t sampled = 3000, kept = 600, pairs = 60;
constexpr int opening = 6;  // candidates from the pool before the local search begins

}  // namespace

Search::Search(const std::string& type, const nlohmann::json& shape, const Machine& machine, uint64_t seed)
    : space_(type, shape, machine), random_(seed) {
  skip(space_.default_schedule());
}

std::optional<Candidate> Search::cheapest(const std::vector<Candidate>& candidates) const {
  const Candidate* best = nullptr;
  double least = 0;
  for (const Candidate& candidate : candidates) {
    const double cost = cost_.cost(candidate);
    if (best && cost >= least) continue;
    if (tried_.contains(candidate.schedule.dump())) continue;
    best = &candidate, least = cost;
  }
  return best ? std::optional(*best) : std::nullopt;
}

std::optional<Candidate> Search::next(const nlohmann::json& incumbent) {
  if (!sampled_) {
    pool_ = space_.sample(random_, sampled);
    pool_.resize(std::min(pool_.size(), kept));
    sampled_ = true;
  }
  const bool from_default = incumbent == space_.default_schedule();
  const int turn = turn_++;
  std::optional<Candidate> found;
  // A tuned incumbent (of an earlier session, say) is a better guide than the prediction: no opening.
  if (turn >= opening || !from_default) {
    if (turn % 4 == 3)
      found = cheapest(space_.second_neighbours(incumbent, random_, pairs));
    else if (turn % 4 != 0)
      found = cheapest(space_.neighbours(incumbent));
  }
  if (!found) found = cheapest(pool_);
  if (!found) found = cheapest(space_.neighbours(incumbent));
  if (!found) found = cheapest(space_.second_neighbours(incumbent, random_, pairs));
  if (found) skip(found->schedule);
  return found;
}

}  // namespace mobilith::tune

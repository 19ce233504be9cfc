// Published networks beside each other: what each costs on one CPU, and how accurate it is.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "networks/published.h"

namespace mobilith::explore {

// Of one network's library. Seconds are of one run.
struct Costs {
  double least = 0, median = 0, p99 = 0;  // predicted: all the same
  int rounds = 0;                         // that were timed; 0: predicted
  double asked = 0;                       // seconds of measuring that were asked for
  double cycles = 0;                      // as predicted; 0: measured
  // Of the archive, of the packed weights, and of a session: activations and scratch.
  int64_t library_bytes = 0, weights_bytes = 0, session_bytes = 0;
  std::string date = {};  // year-month-day, UTC
  int64_t memory_bytes() const { return weights_bytes + session_bytes; }
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Costs, least, median, p99, rounds, asked, cycles, library_bytes,
                                   weights_bytes, session_bytes, date)

struct Explored {
  Configuration configuration;
  const PublishedFigures* published = nullptr;  // null: nothing is known of its accuracy
  int64_t madds = 0, params = 0;                // params: as Keras counts
  std::optional<Costs> costs = {};
  std::string failure = {};                                        // why there are none
  bool kept = false;                                               // the costs are an earlier call's
  bool front = false;                                              // mark_front()
  double top1() const { return published ? published->top1 : 0; }  // percent; 0: not known
  double top5() const { return published ? published->top5 : 0; }
};

struct Exploration {
  std::string cpu, platform;  // whose code
  std::string machine = {};   // where it ran; empty: nowhere, the times are predicted
  std::string dtype = "f32";
  int threads = 1;
  double gigahertz = 0;  // that predicted times assume; 0: they are measured
  double budget = 0;     // seconds; 0: none
  std::vector<Explored> networks = {};

  bool predicted() const { return gigahertz > 0; }
  bool fits(const Explored& network) const { return network.costs && network.costs->least <= budget; }
  // Those with costs that fit, the most accurate first, of equal ones the fastest. Valid while this is.
  std::vector<const Explored*> fitting() const;
  // Those with costs, the fastest first.
  std::vector<const Explored*> by_time() const;
  std::string dates() const;  // "2026-11-26", or the first and the last day, of all costs
  double unrest() const;      // the largest median over its least time; 1: nothing was measured
};

// "V1 1.0-224", "V3 large minimalistic 1.0-224".
std::string title(const Configuration&);

// "V1", "V3 large minimalistic".
std::string family(const std::string& net);

// Of those with costs and an accuracy: a network is on the Pareto front if none is both at least as fast
// and at least as accurate, and better in one of the two.
void mark_front(std::vector<Explored>&);

// As measured, "5.103 ms", "108 us", and as asked for, "5 ms".
std::string time_text(double seconds), budget_text(double seconds);

}  // namespace mobilith::explore

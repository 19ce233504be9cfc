// An exploration of all published networks, whose times are made up of their multiply-adds.
#pragma once

#include "explore/exploration.h"

namespace mobilith::testing {

inline explore::Exploration made_exploration() {
  explore::Exploration all{.cpu = "znver4", .platform = "x86_64-linux-gnu", .machine = "a <CPU> & more"};
  unsigned state = 1;
  for (const Configuration& c : published_configurations()) {
    const Network network = build_network(c);
    state = state * 1664525u + 1013904223u;
    explore::Costs costs;
    // 100 to 160 G multiply-adds a second.
    costs.least = double(network.madds()) / (1e11 + 6e10 * (state >> 8) / double(1 << 24));
    costs.median = 1.02 * costs.least, costs.p99 = 1.5 * costs.least, costs.rounds = 100, costs.asked = 1;
    costs.weights_bytes = 4 * network.params_deployed(), costs.library_bytes = costs.weights_bytes + 60000;
    costs.session_bytes = 1 << 20, costs.date = "2026-11-27";
    all.networks.push_back({c, published_figures(c), network.madds(), network.params(), costs});
  }
  explore::mark_front(all.networks);
  return all;
}

}  // namespace mobilith::testing

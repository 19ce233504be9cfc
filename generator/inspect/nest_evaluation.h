// Integers of Halide's lowered loops, as ranges.
#pragma once

#include <Halide.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "inspect/loop_nest.h"

namespace mobilith::inspect {

struct Range {
  int64_t low = 0, high = 0;  // both included
  static Range unknown() { return {-(int64_t{1} << 40), int64_t{1} << 40}; }
  bool known() const { return low > -(int64_t{1} << 39) && high < (int64_t{1} << 39); }
};

using Ranges = std::map<std::string, Range>;

// Of all lanes of a vector. Variables that are not there are unknown.
Range evaluate(const Halide::Expr&, const Ranges&);

// The variables that decide how often the loops in a statement run.
std::set<std::string> control_variables(const Halide::Internal::Stmt&);

// stmt: its loops numbered as in `loops`, with their counts.
std::vector<BufferTraffic> traffic_of(const Halide::Internal::Stmt&, const std::vector<NestedLoop>& loops,
                                      const Machine&);

}  // namespace mobilith::inspect

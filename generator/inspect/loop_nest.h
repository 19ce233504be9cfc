// Halide's loops of one kernel, as they are when it has lowered them: names, how often each runs, and which
// memory each touches.
#pragma once

#include <Halide.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "targets/machine.h"

namespace mobilith::inspect {

struct NestedLoop {
  // Halide's, e.g. "output.s0.x.xo"; several may have one name (Halide parts loops at borders).
  std::string name;
  bool parallel = false;
  int parent = -1;        // index of the loop around it
  double entries = 0;     // how often it is started in one run
  double iterations = 0;  // of all its starts together
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(NestedLoop, name, parallel, parent, entries, iterations)

// Bytes that one run moves, by a model: of a loop whose memory fits a cache each byte is fetched once; of a
// loop of which one iteration fits, each byte that differs from iteration to iteration; else what its parts
// fetch.
struct BufferTraffic {
  std::string buffer;
  bool external = false;  // an operand, not the kernel's own scratch
  bool written = false;
  bool asked_for = false;  // the code prefetches it
  double bytes = 0;        // distinct
  double touched = 0;      // loads and stores, each repetition counted
  double from_l2 = 0;      // what L1 can't hold
  double beyond = 0;       // what L2 can't hold
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(BufferTraffic, buffer, external, written, asked_for, bytes, touched,
                                   from_l2, beyond)

struct LoopNest {
  std::vector<NestedLoop> loops;  // in the order of the code; a loop's index is its number
  std::vector<BufferTraffic> traffic;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LoopNest, loops, traffic)

// Adds a lowering pass to the pipeline that fills `nest` (which must outlive the compilation) and appends its
// number to each loop's name: "output.s0.x.xo#3".
void report_loops(Halide::Func& output, const Machine&, LoopNest& nest);

}  // namespace mobilith::inspect

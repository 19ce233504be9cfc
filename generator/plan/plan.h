// The plan of a library: which kernels, in which steps, on which memory.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "networks/network.h"
#include "plan/block_kernel.h"
#include "plan/memory.h"
#include "plan/port.h"
#include "records/lookup.h"
#include "targets/machine.h"
#include "weights/weights.h"

namespace mobilith {

// PlannedKernel::schedule_source of the analytic default.
inline constexpr const char* default_source = "default";
// And of that of a kernel whose weights ask for direct products on a CPU that pairs them: no record has it.
inline constexpr const char* direct_source = "default of direct products";

// Code to compile; shared by all steps of equal shape.
struct PlannedKernel {
  std::string name;  // e.g. "separable_14x14x512_14x14x512", unique in the plan, a C identifier
  std::string type;  // in kernel_types()
  nlohmann::json shape, schedule;
  std::string schedule_source;  // default_source, direct_source, or what ScheduleLookup says
};

// frame: what the run says of the frame (layout/frame_shape.h, FrameValue).
enum class Space { input, output, arena, weights, frame };

struct PlannedOperand {
  Space space;
  int64_t offset;     // bytes
  int64_t bytes = 0;  // of weights; 0 for activations
  int port = 0;       // of an input or output
};

// An output that the runtime copies out of the arena, because later steps read it there, too, or its pixels
// have padding there: after the step that writes it, so that it lives no longer for being an output.
struct PlannedCopy {
  int step, output;    // output: index into Plan::outputs
  int64_t offset;      // in the arena, bytes
  int channel_stride;  // there, floats between pixels
};

struct PlannedStep {
  std::string block;
  int kernel;                            // index into Plan::kernels
  std::vector<PlannedOperand> operands;  // inputs, constants, output
  Shape output;
  int output_channel_stride;        // floats between pixels
  int64_t madds = 0, bytes = 0;     // bytes: activations and constants that the step touches, each once
  std::vector<PairedLayer> paired;  // PackedBlock::paired
};

struct Plan {
  std::vector<PlannedKernel> kernels;
  std::vector<PlannedStep> steps;
  std::string weights;  // the packed constants, each 64-byte aligned from the start
  MemoryPlan memory;
  std::vector<Port> inputs, outputs;
  std::vector<PlannedCopy> copies;  // in order of steps
};

// How the image is stored that the first block reads.
Port image_port(const Network&, const Machine&);

// lookup: asked first for each kernel; the analytic default is taken where it is empty, knows nothing, or
// gives a schedule that does not fit.
// Outputs are dense where Network::outputs names them, and of a head in any case: the same for every CPU. The
// last block's, where it is no head and nothing names it, has the padding that its kernel writes, straight
// into the caller's buffer, as the input of a first block that is no stem has.
Plan make_plan(const Network&, const Weights&, const Machine&, const ScheduleLookup& lookup = {});

}  // namespace mobilith

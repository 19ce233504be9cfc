// Which tuning record, if any, a kernel for one CPU is built from.
#pragma once

#include <string>
#include <vector>

#include "records/lookup.h"
#include "records/record_sources.h"
#include "targets/target.h"

namespace mobilith {

// Looks in this order, in each step through `sources` one after the other, for a record of exactly
// `threads` threads (a schedule that is best for one thread may hold no work for a second):
//   this CPU's records, for the same caches      "tuned for znver4"
//   its family's, nearest first, same caches     "tuned for znver3 (family)"
//   this CPU's, for other caches                 "tuned for znver4 (other caches)"
//   its family's, for other caches               "tuned for znver3 (family)"
// With weights of 16 bits, the records of f32 come after these ("tuned for znver4 (f32)"): the same registers
// hold the same tiles.
// Caches differ where a row in targets/cpus.cpp has changed since the record was made.
// In each step measured records come first, whichever source has them; static ones are "predicted for ...".
// The instruction set, lanes, registers, broadcasts and products agree in every case. A schedule that does
// not fit its shape is passed over with one line to `complain`.
// Reads the sources at once. Throws RecordFileError.
ScheduleLookup tuned_schedules(const CpuTarget&, int threads, const std::vector<RecordSource>& sources,
                               const Complain& complain);

}  // namespace mobilith

// Where memory ends.
#pragma once

namespace mobilith {

// From now on an allocation that fails where no exception can be caught (in LLVM, in a destructor) ends the
// program with "out of memory" and 1, as one that can be does. What it has not published yet is cleared by
// the next run, as after a kill.
void end_when_out_of_memory();

}  // namespace mobilith

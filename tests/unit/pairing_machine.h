#pragma once

#include "layout/layout.h"

// The machine of the table of CPUs that pairs in tiles of one vector.
inline mobilith::Machine pairing_machine() {
  mobilith::Machine machine;
  machine.lanes = 16, machine.registers = 32, machine.broadcast_operand = true, machine.pair_vectors = 1;
  return machine;
}

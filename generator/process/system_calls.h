// What a process may ask the system for.
#pragma once

namespace mobilith {

// From here on this process may read and write what it has open, and get and give back memory; all else is
// refused, as without the permission to it: files, sockets, processes, signals to others, code in memory. On
// Linux for x86-64 and AArch64; elsewhere, and where the system can't, nothing is done. It can't be taken
// back.
void allow_computing_only();

}  // namespace mobilith

// Numbers made of bytes that nobody vouches for, as a picture's.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "process/confined_child.h"

namespace mobilith {

// compute() in a child process (ConfinedChild), which must give `count` numbers. Throws std::runtime_error
// with what compute() threw, "would take more than 2048 MB of memory", or what became of a child that died.
// Several threads may call it where fork() leaves the child a heap that works, as glibc's does.
std::vector<float> numbers_apart(const std::function<std::vector<float>()>& compute, size_t count,
                                 const ChildLimits&);

}  // namespace mobilith

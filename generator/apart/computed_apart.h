// What is made of bytes that nobody vouches for: a picture's pixels, an object file's functions.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "apart/wire.h"
#include "process/confined_child.h"

namespace mobilith {

// work: in a child process (ConfinedChild), sends send_value(). take: here, receives what it sent. most:
// bytes that the child may send. Throws std::runtime_error with what work threw, "would take more than 1024
// MB of memory", or what became of a child that died or did not say what was agreed on. Several threads may
// call it where fork() leaves the child a heap that works, as glibc's does.
void run_apart(const std::function<void(Sender&)>& work, const std::function<void(Receiver&)>& take,
               uint64_t most, const ChildLimits&);
void send_value(Sender&);

// Ends a child whose answer was bad, and says what became of it: one line without the file's name.
std::string harm_of(ConfinedChild&, const BadAnswer&);

// compute() in a child process; the rest as run_apart. Wire must know T.
template <typename T>
T computed_apart(const std::function<T()>& compute, uint64_t most, const ChildLimits& limits) {
  T value;
  run_apart(
      [&](Sender& send) {
        T made = compute();
        send_value(send);
        send(made);
      },
      [&](Receiver& receive) { receive(value); }, most, limits);
  return value;
}

}  // namespace mobilith

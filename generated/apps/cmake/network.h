// The generated library behind a C++ face.
#pragma once

#include <my_net.h>

#include <array>
#include <memory>

using Input = std::array<float, MY_NET_INPUT_FLOATS>;  // (y, x, RGB), each x / 127.5 - 1
using Probabilities = std::array<float, MY_NET_CLASSES>;

// One session. The weights are constant data that all sessions share: have one Network for each thread.
class Network {
 public:
  Network();                               // throws std::runtime_error with the runtime's message
  void run(const Input&, Probabilities&);  // likewise; allocates nothing

 private:
  std::unique_ptr<mobilith_session, void (*)(mobilith_session*)> session_;
};

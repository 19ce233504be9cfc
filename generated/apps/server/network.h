// The generated library behind a C++ face.
#pragma once

#include <my_net.h>

#include <memory>
#include <vector>

#include "picture.h"

struct Class {
  int number;
  float value;  // a probability, or a logit where the library gives those
};

// One session: for one thread at a time. All share the weights.
class Network {
 public:
  Network();       // throws std::runtime_error with the runtime's message
  void warm_up();  // one run, so that the weights come from disk; throws likewise

  // input: MY_NET_INPUT_FLOATS values, (y, x, RGB), each x / 127.5 - 1. The best `count` classes, falling.
  // Throws likewise.
  std::vector<Class> classify(const std::vector<float>& input, size_t count);
#ifdef MY_NET_INPUT_FORMAT
  // Of a library that takes frames (mobilith generate --input): a picture of at most its size.
  std::vector<Class> classify(const Rgb& picture, size_t count);
#endif

 private:
  std::vector<Class> best(size_t count) const;

  std::unique_ptr<mobilith_session, void (*)(mobilith_session*)> session_;
  std::vector<float> output_;
  std::vector<unsigned char> frame_;
};

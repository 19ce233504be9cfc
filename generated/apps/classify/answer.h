// What a model says of a picture.
#pragma once

#include <vector>

struct Class {
  int index;
  float value;  // a probability where the library says so, else what the model ends in
};

struct Answer {
  std::vector<Class> best;  // falling
  double seconds;           // of the run
};

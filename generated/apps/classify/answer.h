// What a model says of a picture.
#pragma once

#include <vector>

struct Class {
  int index;
  float value;  // a probability where the model says so, else a logit
};

struct Answer {
  std::vector<Class> best;  // falling
  double seconds;           // of the run
};

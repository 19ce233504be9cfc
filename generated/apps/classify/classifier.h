// The generated library behind a C++ face.
#pragma once

#include <mobilith.h>

#include <string>
#include <vector>

struct Class {
  int index;
  float value;  // a probability where info().output_is_probabilities, else a logit
};

struct Answer {
  std::vector<Class> best;  // falling
  double seconds;           // of the run
};

class Classifier {
 public:
  explicit Classifier(int threads);  // throws std::runtime_error with the runtime's message
  ~Classifier();
  Classifier(const Classifier&) = delete;
  Classifier& operator=(const Classifier&) = delete;

  const mobilith_model_info& info() const { return *info_; }
  Answer classify(const std::vector<float>& input, int best);

 private:
  const mobilith_model_info* info_;
  mobilith_session* session_ = nullptr;
  std::vector<unsigned char> image_, written_;  // the library's buffers
  std::vector<float> output_;
};

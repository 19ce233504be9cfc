// The generated library behind a C++ face.
#pragma once

#include <mobilith.h>

#include <string>
#include <vector>

#include "answer.h"
#include "picture.h"

class Classifier {
 public:
  explicit Classifier(int threads);  // throws std::runtime_error with the runtime's message
  ~Classifier();
  Classifier(const Classifier&) = delete;
  Classifier& operator=(const Classifier&) = delete;

  const mobilith_model_info& info() const { return *info_; }
  Answer classify(const std::vector<float>& input, int best);
  // Of a library that takes frames (mobilith generate --input), pictures as they are.
  bool takes_frames() const { return format() != MOBILITH_NO_FRAME; }
  bool resizes() const;
  Answer classify(const Rgb& picture, int best);

 private:
  int format() const;  // a mobilith_format
  Answer run(const mobilith_frame* frame, int best);

  const mobilith_model_info* info_;
  const mobilith_port* input_;
  mobilith_session* session_ = nullptr;
  std::vector<unsigned char> image_, written_;  // the library's buffers
  std::vector<float> output_;
};

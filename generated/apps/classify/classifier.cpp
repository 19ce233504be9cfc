#include "classifier.h"

#include MODEL_HEADER

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <numeric>
#include <stdexcept>

namespace {

void require(mobilith_status status) {
  if (status != MOBILITH_OK) throw std::runtime_error(mobilith_status_message(status));
}

// Of a library that gives floats nothing is to be scaled.
#ifndef MODEL_OUTPUT_SCALE
#define MODEL_OUTPUT_SCALE 1
#define MODEL_OUTPUT_ZERO_POINT 0
#endif

// Nor of one that takes no frames to be cut out.
#ifndef MODEL_INPUT_RESIZES
#define MODEL_INPUT_RESIZES 0
#endif

size_t bytes_of(int type) { return type == MOBILITH_F32 ? sizeof(float) : 1; }

// Values as a port's type has them; pixels are whole numbers of its range where it is of bytes.
void store(const std::vector<float>& values, int type, std::vector<unsigned char>& to) {
  if (type == MOBILITH_F32) {
    std::memcpy(to.data(), values.data(), to.size());
    return;
  }
  const long least = type == MOBILITH_I8 ? -128 : 0;
  for (size_t i = 0; i < to.size(); i++)
    to[i] = static_cast<unsigned char>(std::min(std::max(std::lround(values[i]), least), least + 255));
}

void load(const std::vector<unsigned char>& from, int type, std::vector<float>& values) {
  if (type == MOBILITH_F32) {
    std::memcpy(values.data(), from.data(), from.size());
    return;
  }
  for (size_t i = 0; i < values.size(); i++) {
    const int byte = type == MOBILITH_I8 ? static_cast<signed char>(from[i]) : from[i];
    values[i] = static_cast<float>(MODEL_OUTPUT_SCALE) * static_cast<float>(byte - MODEL_OUTPUT_ZERO_POINT);
  }
}

}  // namespace

Classifier::Classifier(int threads)
    : info_(mobilith_model_describe(&MODEL)), input_(mobilith_model_input(&MODEL, 0)) {
  if (!info_) throw std::runtime_error(mobilith_status_message(MOBILITH_WRONG_VERSION));
  if (info_->outputs != 1 || info_->classes == 0)
    throw std::runtime_error("the library is no classifier: it gives blocks' outputs (--outputs)");
  if (format() > MOBILITH_GRAY8)
    throw std::runtime_error("the library takes a camera's frames of YUV; pictures are read as RGB");
  if (!takes_frames() && info_->input_channels != 3)
    throw std::runtime_error("the network takes images of " + std::to_string(info_->input_channels) +
                             " channels; pictures are read with 3");
  const mobilith_port &input = *input_, &output = *mobilith_model_output(&MODEL, 0);
  image_.resize(input.bytes), written_.resize(output.bytes);
  output_.resize(output.bytes / bytes_of(output.type));
  mobilith_options options;
  mobilith_options_init(&options);
  options.threads = threads;
  require(mobilith_session_create(&MODEL, &options, &session_));
  classify(std::vector<float>(input.bytes / bytes_of(input.type)),
           1);  // the weights come from disk once: not in any picture's time
}

Classifier::~Classifier() { mobilith_session_destroy(session_); }

Answer Classifier::classify(const std::vector<float>& input, int best) {
  store(input, input_->type, image_);
  return run(nullptr, best);
}

// Ports of libraries that take tensors end before it.
int Classifier::format() const {
  return input_->struct_bytes > offsetof(mobilith_port, format) ? input_->format : MOBILITH_NO_FRAME;
}

bool Classifier::resizes() const { return MODEL_INPUT_RESIZES; }

// The picture is a region in the corner of a frame of the library's size.
Answer Classifier::classify(const Rgb& picture, int best) {
  put_pixels(picture, static_cast<PixelOrder>(format()), image_.data(), input_->row_bytes);
  mobilith_frame frame{};
  frame.struct_bytes = sizeof frame, frame.pixels = image_.data(), frame.bytes = image_.size();
  frame.width = picture.width, frame.height = picture.height;
  return run(&frame, best);
}

Answer Classifier::run(const mobilith_frame* frame, int best) {
  void* output = written_.data();
  const size_t output_bytes = written_.size();
  const auto start = std::chrono::steady_clock::now();
  require(frame ? mobilith_run_frame(session_, frame, 1, &output, &output_bytes)
                : mobilith_run(session_, image_.data(), image_.size(), output, output_bytes));
  Answer answer;
  answer.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  load(written_, mobilith_model_output(&MODEL, 0)->type, output_);
  std::vector<int> order(output_.size());
  std::iota(order.begin(), order.end(), 0);
  const auto count = std::min(order.size(), static_cast<size_t>(best));
  std::partial_sort(order.begin(), order.begin() + static_cast<long>(count), order.end(),
                    [&](int a, int b) { return output_[a] > output_[b]; });
  for (size_t i = 0; i < count; i++) answer.best.push_back({order[i], output_[order[i]]});
  return answer;
}

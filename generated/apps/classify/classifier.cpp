#include "classifier.h"

#include MODEL_HEADER

#include <algorithm>
#include <chrono>
#include <numeric>
#include <stdexcept>

namespace {

void require(mobilith_status status) {
  if (status != MOBILITH_OK) throw std::runtime_error(mobilith_status_message(status));
}

}  // namespace

Classifier::Classifier(int threads) : info_(mobilith_model_describe(&MODEL)) {
  if (!info_) throw std::runtime_error(mobilith_status_message(MOBILITH_WRONG_VERSION));
  if (info_->outputs != 1 || info_->classes == 0)
    throw std::runtime_error("the library is no classifier: it gives blocks' outputs (--outputs)");
  if (info_->input_channels != 3)
    throw std::runtime_error("the network takes images of " + std::to_string(info_->input_channels) +
                             " channels; pictures are read with 3");
  output_.resize(info_->output_bytes / sizeof(float));
  mobilith_options options;
  mobilith_options_init(&options);
  options.threads = threads;
  require(mobilith_session_create(&MODEL, &options, &session_));
  classify(std::vector<float>(info_->input_bytes / sizeof(float)),
           1);  // the weights come from disk once: not in any picture's time
}

Classifier::~Classifier() { mobilith_session_destroy(session_); }

Answer Classifier::classify(const std::vector<float>& input, int best) {
  const auto start = std::chrono::steady_clock::now();
  require(mobilith_run(session_, input.data(), info_->input_bytes, output_.data(), info_->output_bytes));
  Answer answer;
  answer.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::vector<int> order(output_.size());
  std::iota(order.begin(), order.end(), 0);
  const auto count = std::min(order.size(), static_cast<size_t>(best));
  std::partial_sort(order.begin(), order.begin() + static_cast<long>(count), order.end(),
                    [&](int a, int b) { return output_[a] > output_[b]; });
  for (size_t i = 0; i < count; i++) answer.best.push_back({order[i], output_[order[i]]});
  return answer;
}

// A buffer for every input and output of a model.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "mobilith_abi.h"

namespace mobilith {

// 64-byte aligned, as models of single blocks want them; zero at first.
class PortBuffers {
 public:
  // The model is one that mobilith_model_describe() describes. It must outlive this.
  explicit PortBuffers(const mobilith_model*);
  std::span<float> input(int index) const { return inputs_.at(index).floats(); }
  std::span<float> output(int index) const { return outputs_.at(index).floats(); }
  void* input_data(int index) const { return inputs_.at(index).memory.get(); }
  const void* output_data(int index) const { return outputs_.at(index).memory.get(); }
  size_t input_bytes(int index) const { return inputs_.at(index).bytes; }
  int outputs() const { return static_cast<int>(outputs_.size()); }
  // The first input: every value in [-1, 1], no pattern that a kernel could profit from.
  void fill_like_image() const;
  // One run of a session of the model on them.
  mobilith_status run(mobilith_session*);

 private:
  struct Free {
    void operator()(float* memory) const;
  };
  struct Buffer {
    std::unique_ptr<float, Free> memory;
    size_t bytes;
    std::span<float> floats() const { return {memory.get(), bytes / sizeof(float)}; }
  };
  static Buffer buffer(const mobilith_port&);

  std::vector<Buffer> inputs_, outputs_;
  std::vector<const void*> read_;  // as mobilith_run_ports() takes them
  std::vector<void*> written_;
  std::vector<size_t> read_bytes_, written_bytes_;
};

}  // namespace mobilith

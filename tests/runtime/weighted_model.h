// A model whose step tells where its weights are and what is in them: as many bytes as a test asks for.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "mobilith_abi.h"

namespace mobilith::handmade {

// What a run gives.
struct SeenWeights {
  const uint8_t*
      first;  // where the step's first constant is; the second is at its own place behind or before
  uint64_t first_sum, second_sum;  // mobilith_weights_checksum
};

class WeightedModel {
 public:
  // The two constants that a CPU's step reads, by their place in `constants`; the CPU's name.
  struct Cpu {
    const char* name;
    int first, second;
  };

  // constants: bytes of each, multiples of 64, behind each other. Their contents differ.
  explicit WeightedModel(std::vector<size_t> constants, std::vector<Cpu> cpus = {{"any", 0, 1}});
  WeightedModel(const WeightedModel&) = delete;

  const mobilith_model& get() const { return model_; }
  uint8_t* weights() { return weights_; }
  size_t bytes() const { return model_.weights_bytes; }
  uint8_t* constant(int i) { return weights_ + offsets_[i]; }
  // What a run gives that reads them where they are.
  SeenWeights expected(int cpu = 0) const;
  // From now on the model has its weights in a file; that file.
  std::string move_to_file();

 private:
  std::vector<Cpu> cpus_;
  std::vector<size_t> offsets_, sizes_;
  std::vector<uint8_t> storage_;
  uint8_t* weights_;
  mobilith_port input_{}, output_{};
  mobilith_step step_{};
  std::deque<mobilith_model_info> infos_;
  std::deque<std::vector<mobilith_operand>> operands_;
  std::vector<mobilith_variant> variants_;
  mobilith_model model_{};
};

// One run of a session of such a model; `first` is null where it failed.
SeenWeights run_weighted(mobilith_session*);

}  // namespace mobilith::handmade

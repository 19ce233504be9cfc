// The types of the numbers that kernels of floats store and multiply: an option of the user's.
#pragma once

namespace mobilith {

enum class Precision {
  f32,
  bf16_weights,  // weights are stored in 16 bits and multiplied in 32
  f16_weights,
  bf16,  // inputs and weights of products are, too; sums, and images between kernels, are f32
  f16,
};

}  // namespace mobilith

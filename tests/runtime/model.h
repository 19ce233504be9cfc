// Models written by hand, to test the runtime without a generator.
#pragma once

#include <cstdint>
#include <vector>

#include "mobilith_abi.h"

namespace mobilith::handmade {

// Four floats in, four out, in three steps: double(input) -> arena, sum over 64 tasks through scratch ->
// arena, add weights -> output. Output i is 2 * input[i] * 64 + 2016 (= 0 + 1 + ... + 63) + i.
constexpr int floats = 4;

const mobilith_model& model();
std::vector<float> expected(const std::vector<float>& input);

// The same, but task 13 of the second step fails with 5.
const mobilith_model& failing_model();

}  // namespace mobilith::handmade

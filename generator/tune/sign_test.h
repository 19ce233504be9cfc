// When paired timings of two kernels are clear enough to say which is faster.
#pragma once

#include <vector>

namespace mobilith::tune {

enum class Verdict { faster, slower, open };
const char* to_string(Verdict);

// ratios: one of each round, the challenger's time over the incumbent's in that round; in any order.
//   slower  clearly so, or clearly not faster by the margin that a change must be worth
//   faster  by that margin, in the median of all rounds, far beyond chance
//   open    more rounds are needed
Verdict judge(std::vector<double> ratios);

}  // namespace mobilith::tune

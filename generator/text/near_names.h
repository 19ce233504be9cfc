// Suggestions for a mistyped name.
#pragma once

#include <string>
#include <vector>

namespace mobilith {

// Up to `most` of `names`, nearest first by edit distance, those too far from `wrong` to be meant left out.
std::vector<std::string> near_names(const std::string& wrong, std::vector<std::string> names,
                                    size_t most = 3);

// "; did you mean a, b?", or nothing where no name is near.
std::string did_you_mean(const std::string& wrong, const std::vector<std::string>& names);

}  // namespace mobilith

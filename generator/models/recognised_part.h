// Of a model that is refused: the blocks before what no kernel computes.
#pragma once

#include <string>
#include <vector>

#include "networks/network.h"

namespace mobilith {

struct RecognisedPart {
  std::vector<Block> blocks;         // in the file's order, their inputs said
  std::vector<std::string> tensors;  // of each: the graph's name of what it gives
  std::string why;                   // what is refused, one line
};

}  // namespace mobilith

// Blocks of a row of the table, in the notation of timm's model definitions.
#pragma once

#include <string>
#include <vector>

#include "torch_graphs/recipe.h"

namespace mobilith::file::torch {

struct Block {
  std::string type;  // ds, dsa, ir, er, cn, uir
  int stage = 0;     // from 0
  int index = 0;     // in the stage, from 0
  int number = 0;    // in the network, from 0
  int kernel = 0;    // of the depthwise convolution (er: the first, cn: the only one); 0: there is none
  int start = 0;     // of uir's first depthwise convolution; 0: there is none
  int stride = 1;
  bool squeeze_excite = false;
  bool skip = true;  // the input is added, if stride and channels allow it
  Function function = Function::none;
};

// "ds_k3_s1_noskip ir_r2_k3_s2_se / ...": blocks of a stage side by side, stages by " / ". rN repeats, kN and
// aN are kernel and start, sN the stride of the first of the repeated, re and hs are activations in the place
// of `function`. Channels and expansions of timm's notation are left out: the file says them.
std::vector<Block> blocks_of(const char* notation, Function function);

}  // namespace mobilith::file::torch

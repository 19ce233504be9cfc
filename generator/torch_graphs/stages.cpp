#include "torch_graphs/stages.h"

#include <sstream>
#include <stdexcept>

namespace mobilith::file::torch {

namespace {

// One word of the notation; `repeats` is its rN.
Block block_of(const std::string& word, Function function, int& repeats) {
  std::istringstream parts(word);
  Block block;
  block.function = function;
  std::getline(parts, block.type, '_');
  repeats = 1;
  for (std::string part; std::getline(parts, part, '_');) {
    if (part == "se")
      block.squeeze_excite = true;
    else if (part == "noskip")
      block.skip = false;
    else if (part == "re")
      block.function = Function::relu;
    else if (part == "hs")
      block.function = Function::hard_swish;
    else if (part[0] == 'r')
      repeats = std::stoi(part.substr(1));
    else if (part[0] == 'k')
      block.kernel = std::stoi(part.substr(1));
    else if (part[0] == 'a')
      block.start = std::stoi(part.substr(1));
    else if (part[0] == 's')
      block.stride = std::stoi(part.substr(1));
    else
      throw std::logic_error("a block's notation has " + part);
  }
  return block;
}

}  // namespace

std::vector<Block> blocks_of(const char* notation, Function function) {
  std::vector<Block> blocks;
  std::istringstream words(notation);
  int stage = 0, index = 0;
  for (std::string word; words >> word;) {
    if (word == "/") {
      stage++, index = 0;
      continue;
    }
    int repeats = 1;
    Block block = block_of(word, function, repeats);
    for (int i = 0; i < repeats; i++) {
      block.stage = stage, block.index = index++, block.number = int(blocks.size());
      if (i > 0) block.stride = 1;
      blocks.push_back(block);
    }
  }
  return blocks;
}

}  // namespace mobilith::file::torch

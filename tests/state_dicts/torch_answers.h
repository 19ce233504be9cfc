// What PyTorch computes for narrow networks of the table: tests/data/torch_graphs, by make_torch_answers.py.
#pragma once

#include <string>
#include <vector>

#include "state_dicts/state_dict.h"

namespace mobilith::testing {

struct TorchAnswer {
  std::string network;
  int height, width;
  std::vector<double> output;
  file::StateDict dict;
};

// Throws std::runtime_error where there is no file of it.
TorchAnswer torch_answer(const std::string& network);
// All networks that there are files of.
std::vector<std::string> answered_networks();

}  // namespace mobilith::testing

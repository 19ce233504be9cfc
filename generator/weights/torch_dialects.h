// How PyTorch's libraries call the layers of networks of the tables.
#pragma once

#include <map>
#include <string>

#include "networks/network.h"

namespace mobilith {

// What the file calls one of our layers and the batch norm after it: "features.1.conv.0.0",
// "features.1.conv.0.1".
struct TorchLayer {
  std::string layer, batch_norm;
};
using TorchNames = std::map<std::string, TorchLayer>;  // by our layer's name

struct TorchDialect {
  const char* name;  // for messages
  const char* net;   // of the tables
  const char* row;   // of torch_graphs/: the network whose files these are
  double epsilon;    // of its batch norms: the library's code says it, the file does not
  TorchNames (*names)(const Network&);
};

extern const TorchDialect torch_dialects[5];

// The network as PyTorch computes it: a window of n is padded by n / 2 on all sides, whatever its stride; no
// softmax.
Network as_torch(Network);

}  // namespace mobilith

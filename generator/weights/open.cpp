#include "weights/synthetic.h"
#include "weights/weights.h"

namespace mobilith {

std::unique_ptr<Weights> open_weights(const std::string& source) {
  if (source == "synthetic") return synthetic_weights();
  throw WeightsError(source + ": not yet");
}

}  // namespace mobilith

// A network or block, compiled, loaded and run, with activations converted to and from the kernels' padded
// layout.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/loaded_library.h"
#include "records/lookup.h"
#include "reference/reference.h"
#include "targets/numbers.h"
#include "targets/products.h"

namespace mobilith::property {

// Bytes aligned to 64, as models of single blocks want their input and output.
std::unique_ptr<float, void (*)(void*)> aligned_floats(size_t count);

class Compiled {
 public:
  Compiled(const Network&, const Weights&, bool logits, const std::string& cpu = "host",
           const ScheduleLookup& schedules = {}, Products products = Products::automatic,
           Precision numbers = Precision::f32);
  const mobilith_model* model() const { return library_.model(); }
  // The output; dense channels. `padding` receives the largest magnitude found in the output's padding
  // channels; the input's hold `beyond`.
  std::vector<float> run(const reference::Activation& input, int threads, double* padding = nullptr,
                         float beyond = 0) const;
  // The input as the model wants it.
  std::vector<float> stored(const reference::Activation& input, float beyond = 0) const;

 private:
  Shape output_;
  LoadedLibrary library_;
};

// The largest difference, as a share of the largest expected magnitude (at least 1e-3, so that all-zero
// outputs compare).
double difference(const std::vector<float>& found, const std::vector<double>& expected);

}  // namespace mobilith::property

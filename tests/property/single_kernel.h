// One kernel alone, compiled as those of libraries are, and loaded.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/loaded_library.h"
#include "plan/plan.h"
#include "targets/target.h"

namespace mobilith::property {

struct KernelSpec {
  std::string type;
  nlohmann::json shape, schedule;
  // By name, as stored: constants, and all activations but "input".
  std::map<std::string, std::vector<float>> operands;
  size_t output_floats = 0;
};

inline constexpr const char* single_kernel_name = "single_kernel";
// A library of a plan of one step.
std::string single_kernel_archive(Plan, const CpuTarget&, const std::string& name = single_kernel_name);

class SingleKernel {
 public:
  // Throws where an operand is missing, or has not the size that the kernel wants.
  SingleKernel(const KernelSpec&, const CpuTarget&);
  // Memory beyond input and output is unreadable.
  std::vector<float> run(const std::vector<float>& input, int threads) const;
  // The best of `runs`.
  double seconds(const std::vector<float>& input, int threads, int runs) const;
  const std::string& archive() const { return archive_; }

 private:
  std::string archive_;
  LoadedLibrary library_;
};

}  // namespace mobilith::property

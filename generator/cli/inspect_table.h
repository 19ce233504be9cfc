// What 'mobilith inspect' prints.
#pragma once

#include <nlohmann/json.hpp>

#include "bench/measure.h"
#include "inspect/generated_tree.h"
#include "inspect/kernel_report.h"

namespace mobilith {

struct Inspection {
  inspect::GeneratedTree tree;
  std::vector<int> kernels;                    // of the tree
  std::vector<inspect::KernelReport> reports;  // of them
  Measurement measurement;
  std::string not_measured;  // why there is no measurement; empty: there is one
};

void print_inspection(const Inspection&, bool with_code);
nlohmann::json inspection_json(const Inspection&, bool with_code);

}  // namespace mobilith

// A kernel with one schedule, compiled to a file.
#pragma once

#include <filesystem>

#include "targets/products.h"
#include "tune/kernel_tasks.h"

namespace mobilith::tune {

struct CompileRequest {
  const KernelTask* work;
  nlohmann::json schedule;
  int number = 0;           // of the candidate
  std::string cpu, target;  // as resolve_cpu() takes them
  Products products;
  std::filesystem::path archive;   // to write
  std::filesystem::path expected;  // the reference's output, to write where it is not there yet
};

// The model's symbol in an archive: the file's name without ".a".
std::string model_symbol(const std::filesystem::path& archive);

// For a child process. Writes under temporary names and renames. Throws std::runtime_error (CodegenError).
void compile_candidate(const CompileRequest&);

// How far an output may be from that, as a share of its largest value.
double tolerance_of(const Network&);

// Floats, without padding.
void write_floats(const std::filesystem::path&, const std::vector<double>&);
std::vector<float> read_floats(const std::filesystem::path&);

}  // namespace mobilith::tune

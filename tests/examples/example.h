// What all examples are tested with: one small network, three pictures, and what the reference says of them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "process.h"
#include "skip.h"

namespace mobilith::examples {

inline const std::filesystem::path apps = MOBILITH_SOURCE "/generated/apps";

constexpr uint32_t side = 32;  // of the network's pictures

// A copy of generated/apps/NAME, and of picture/ beside it, for doing what its own text says.
class Copy {
 public:
  explicit Copy(const std::string& name);
  std::filesystem::path operator/(const std::string& file) const { return folder_ / name_ / file; }

  // The command in `file`'s text that starts with these words; lines that end in a backslash go on.
  std::string documented(const std::string& file, const std::string& start) const;
  // Runs that command in the copy, with `more` at its end; it must succeed.
  void follow(const std::string& file, const std::string& start, const std::string& more = "",
              const std::vector<std::string>& environment = {}) const;
  // Runs the command of `file` that starts with "mobilith generate": for V1 0.25-32 with synthetic weights.
  void generate(const std::string& file, const std::string& more = "") const;

 private:
  TemporaryFolder folder_;
  std::string name_;
};

// Picture `number`: (y, x, RGB), bytes of noise.
std::string pixels(int number);
// The same as a file: a binary PPM in the folder; its path.
std::string write_ppm(const std::filesystem::path& folder, int number);

// The probabilities that the reference, in double, gives picture `number`.
const std::vector<double>& expected(int number);

struct Tag {
  int number;
  double probability;
};
// Checks that these are the best five of picture `number`, falling; equal to the reference to 1e-4 of the
// largest.
void check_best_five(const std::vector<Tag>&, int number);
// The same of lines "  NUMBER  PROBABILITY"; after a line with each picture's path, where `with_paths`.
void check_lines(const std::string& out, int number);
void check_lines(const std::string& out, const std::vector<std::string>& paths);

// Runs a program that must succeed; its output.
std::string must(const std::vector<std::string>& words, const std::vector<std::string>& environment = {});
// Checks that a call fails with one line on standard error that holds `part`.
void check_one_line_error(const std::vector<std::string>& words, const std::string& part);

}  // namespace mobilith::examples

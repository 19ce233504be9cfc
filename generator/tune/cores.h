// Which cores measure and which compile.
#pragma once

#include <vector>

namespace mobilith::tune {

// The last `threads` of the cores that this process may use measure; the others compile, and this process
// itself is kept on them as long as this object lives.
class Cores {
 public:
  explicit Cores(int threads);
  ~Cores();
  Cores(const Cores&) = delete;
  const std::vector<int>& measuring() const { return measuring_; }
  const std::vector<int>& compiling() const { return others_.empty() ? all_ : others_; }
  // Compilers that may run beside a measurement; 0: none, they take turns.
  int compile_jobs() const { return static_cast<int>(others_.size()); }

 private:
  std::vector<int> all_, measuring_, others_;
};

}  // namespace mobilith::tune

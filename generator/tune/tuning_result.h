// What a tuning session found.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace mobilith::tune {

// A point of the search's course.
struct Trial {
  int candidate;   // counted over the kernel
  double seconds;  // of this candidate; 0: failed
  double best;     // of the incumbent after it
};

struct KernelResult {
  std::string name, type;
  nlohmann::json shape, schedule;  // null: no verdict yet
  int64_t madds = 0;
  double share = 0;  // of the networks' predicted time
  double default_seconds = 0, seconds = 0;
  int tried = 0;
  std::map<std::string, int> failed;  // by kind: "crashed", "late", "wrong", "refused"
  std::vector<Trial> course;

  bool measured() const { return seconds > 0; }
  double gain() const { return measured() ? default_seconds / seconds : 1; }  // 2: twice as fast
  int failures() const;
};

struct TuningResult {
  std::string cpu;
  int threads = 1;
  double wall_seconds = 0, peak = 0;  // 1e9 operations a second of one core
  std::vector<KernelResult> kernels;

  // Of the peak of all threads; above 1 where products are paired.
  double peak_share(const KernelResult&, double seconds) const;
  bool of_floats() const;  // else the peak is of products of bytes
  // How much faster the networks have become by prediction: kernels weighted by their share.
  double gain() const;
};

nlohmann::json to_json(const TuningResult&);

}  // namespace mobilith::tune

#include "bench/throughput.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "bench/owned_session.h"
#include "bench/port_buffers.h"
#include "bench/usable_cores.h"

namespace mobilith {

namespace {

using Clock = std::chrono::steady_clock;

struct Lane {
  Lane(const mobilith_model* model, const mobilith_options& options)
      : session(make_session(model, options)), buffers(model) {
    require(buffers.run(session.get()));  // pages are touched
  }
  OwnedSession session;
  PortBuffers buffers;
  int64_t runs = 0;
  mobilith_status status = MOBILITH_OK;
};

std::vector<int> allowed() {
  std::vector<int> cores;
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    for (int core = 0; core < CPU_SETSIZE; core++)
      if (CPU_ISSET(core, &set)) cores.push_back(core);
  return cores;
}

// Best effort, for this thread.
void pin(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  sched_setaffinity(0, sizeof set, &set);
}

class Threads {
 public:
  ~Threads() { stop(); }
  void start(const std::vector<std::unique_ptr<Lane>>& lanes, size_t count) {
    const std::vector<int> cores = allowed();
    for (size_t i = 0; i < count; i++)
      threads_.emplace_back(
          [this, lane = lanes[i].get(), core = cores.empty() ? -1 : cores[i % cores.size()]] {
            if (core >= 0) pin(core);
            while (!ended_ && lane->status == MOBILITH_OK) {
              lane->status = lane->buffers.run(lane->session.get());
              lane->runs++;
            }
          });
  }
  void stop() {
    ended_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::atomic<bool> ended_{false};
  std::vector<std::thread> threads_;
};

// Runs a second of the first `count` lanes.
double rate(const std::vector<std::unique_ptr<Lane>>& lanes, size_t count, double seconds,
            const std::function<void(double)>& progress) {
  for (const auto& lane : lanes) lane->runs = 0;
  const Clock::time_point begin = Clock::now();
  const auto passed = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  Threads threads;
  threads.start(lanes, count);
  while (passed() < seconds) {
    std::this_thread::sleep_for(std::chrono::duration<double>(std::min(0.05, seconds / 10)));
    progress(std::min(1.0, passed() / seconds));
  }
  threads.stop();
  const double all = passed();
  int64_t runs = 0;
  for (size_t i = 0; i < count; i++) {
    require(lanes[i]->status);
    runs += lanes[i]->runs;
  }
  return static_cast<double>(runs) / all;
}

}  // namespace

Throughput measure_throughput(const LoadedLibrary& library, int sessions, double seconds,
                              const std::function<void(double)>& progress) {
  const mobilith_model* model = library.model();
  mobilith_options options;
  mobilith_options_init(&options);
  library.add_weights(options);
  std::vector<std::unique_ptr<Lane>> lanes;
  for (int i = 0; i < sessions; i++) lanes.push_back(std::make_unique<Lane>(model, options));
  Throughput result;
  result.sessions = sessions;
  result.cores = std::min(sessions, usable_cores());
  result.session_bytes = mobilith_session_bytes(model, &options);
  result.weights_bytes = mobilith_model_describe(model)->weights_bytes;
  result.alone = rate(lanes, 1, seconds / 2, [&](double share) { progress(share / 2); });
  result.runs_per_second =
      rate(lanes, lanes.size(), seconds / 2, [&](double share) { progress(0.5 + share / 2); });
  return result;
}

}  // namespace mobilith

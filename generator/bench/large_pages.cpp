#include "bench/large_pages.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include "bench/owned_session.h"
#include "bench/pinned.h"
#include "bench/port_buffers.h"

namespace mobilith {

namespace {

// Of this process; 0 where the system does not say.
size_t bytes_in_large_pages() {
  std::ifstream lines("/proc/self/smaps_rollup");
  size_t kilobytes = 0;
  for (std::string word; lines >> word;)
    if (word == "AnonHugePages:") lines >> kilobytes;
  return kilobytes * 1024;
}

}  // namespace

LargePages measure_large_pages(const LoadedLibrary& library, int threads, double seconds,
                               const std::function<void(double)>& progress) {
  using Clock = std::chrono::steady_clock;
  const auto seconds_since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  mobilith_options options;
  mobilith_options_init(&options);
  library.add_weights(options);
  options.threads = threads;
  const OwnedSession without = make_session(library.model(), options);
  options.large_pages = 1;
  LargePages result;
  const size_t before = bytes_in_large_pages();
  const OwnedSession with = make_session(library.model(), options);  // touches its copy, and little more
  const size_t after = bytes_in_large_pages();
  result.bytes = after > before ? after - before : 0;

  PortBuffers buffers(library.model());
  buffers.fill_like_image();
  const Pinned pinned(threads == 1);
  std::vector<double> times[2];
  const Clock::time_point start = Clock::now();
  while (seconds_since(start) < seconds || times[0].size() < 10) {
    for (const OwnedSession* session : {&with, &without}) {
      require(buffers.run(session->get()));
      const Clock::time_point begin = Clock::now();
      require(buffers.run(session->get()));
      times[session == &without].push_back(seconds_since(begin));
    }
    if (progress) progress(std::min(1.0, seconds_since(start) / std::max(seconds, 1e-9)));
  }
  result.with = summarize(times[0]);
  result.without = summarize(times[1]);
  result.rounds = static_cast<int>(times[0].size());
  return result;
}

}  // namespace mobilith

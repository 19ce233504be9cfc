// Random models, thread counts, executors and failures. MOBILITH_SEED and MOBILITH_CASES choose others and
// more.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <random>
#include <thread>
#include <vector>

#include "catch.h"
#include "nightly.h"
#include "runtime/scripted_model.h"
#include "runtime/session.h"

namespace test_stress {

using namespace mobilith::handmade;

namespace {

uint64_t variable(const char* name, uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value ? std::strtoull(value, nullptr, 10) : otherwise;
}

using Random = std::mt19937_64;

uint64_t between(Random& random, uint64_t low, uint64_t high) {
  return std::uniform_int_distribution<uint64_t>(low, high)(random);
}

struct Case {
  Regions regions;
  std::vector<int32_t> loops;          // tasks of each
  int32_t failing_loop, failing_task;  // -1: none
};

Case random_case(Random& random) {
  Case c;
  c.regions = {64 * between(random, 1, 64), 64 * between(random, 2, 64), 0};
  c.regions.worker = 64 * between(random, 1, c.regions.scratch / 64);
  c.loops.resize(between(random, 0, 6));
  for (int32_t& tasks : c.loops) tasks = static_cast<int32_t>(between(random, 0, 200));
  c.failing_loop = c.failing_task = -1;
  if (!c.loops.empty() && between(random, 0, 3) == 0) {
    c.failing_loop = static_cast<int32_t>(between(random, 0, c.loops.size() - 1));
    c.failing_task = static_cast<int32_t>(between(random, 0, 200));
  }
  return c;
}

bool fails(const Case& c) { return c.failing_loop >= 0 && c.failing_task < c.loops[c.failing_loop]; }

// A value that a task computes through its lane's scratch, all of it: two lanes that share some would garble
// it.
float through_scratch(mobilith_worker* lane, float input, int32_t task) {
  const auto size = static_cast<size_t>(lane->scratch_end - lane->scratch_top) / sizeof(float);
  auto* scratch = reinterpret_cast<float*>(lane->scratch_top);
  for (size_t i = 0; i < size; i++) scratch[i] = input + static_cast<float>(task);
  float largest = scratch[0], smallest = scratch[0];
  for (size_t i = 0; i < size; i++) {
    largest = std::max(largest, scratch[i]);
    smallest = std::min(smallest, scratch[i]);
  }
  return 0.5f * largest + 0.5f * smallest;
}

ScriptedModel::Kernel kernel_of(const Case& c) {
  return [&c](mobilith_worker* worker, const float* input, uint8_t*, float* output) {
    std::memset(output, 0, ScriptedModel::bytes);
    for (size_t l = 0; l < c.loops.size(); l++) {
      std::vector<float> results(c.loops[l]);
      const int32_t failed = parallel(worker, 0, c.loops[l], [&](mobilith_worker* lane, int32_t i) {
        if (static_cast<int32_t>(l) == c.failing_loop && i == c.failing_task) return 1;
        results[i] = through_scratch(lane, input[i % ScriptedModel::floats], i);
        return 0;
      });
      if (failed) return failed;
      for (size_t i = 0; i < results.size(); i++) output[i % ScriptedModel::floats] += results[i];
    }
    return 0;
  };
}

// An executor that runs lanes in a shuffled order, some on threads of their own.
void shuffled(void* context, int32_t count, void (*task)(void*, int32_t), void* task_context) {
  Random& random = *static_cast<Random*>(context);
  std::vector<int32_t> lanes(count);
  for (int32_t i = 0; i < count; i++) lanes[i] = i;
  std::shuffle(lanes.begin(), lanes.end(), random);
  std::vector<std::thread> threads;
  for (int32_t i : lanes)
    if (between(random, 0, 1))
      threads.emplace_back(task, task_context, i);
    else
      task(task_context, i);
  for (std::thread& thread : threads) thread.join();
}

mobilith_options random_options(Random& random) {
  const auto threads = static_cast<int>(between(random, 1, between(random, 0, 9) ? 9 : 64));
  constexpr mobilith_parallel_for executors[] = {nullptr, nullptr, forwards, backwards, shuffled};
  return with_executor(threads, executors[between(random, 0, 4)], &random);
}

}  // namespace

TEST_CASE("random models give one thread's bits with any number of threads and any executor") {
  const uint64_t seed = variable("MOBILITH_SEED", 20261124),
                 cases = variable("MOBILITH_CASES", mobilith::testing::nightly() ? 150 : 50);
  std::cout << "seed " << seed << ", " << cases << " cases\n";
  for (uint64_t i = 0; i < cases; i++) {
    INFO("MOBILITH_SEED=" << seed << ", case " << i);
    Random random(seed + i);
    const Case c = random_case(random);
    const ScriptedModel model(kernel_of(c), c.regions);
    std::vector<float> input(ScriptedModel::floats);
    for (float& x : input) x = std::uniform_real_distribution<float>(-1, 1)(random);
    const auto run = [&](const Session& session) {
      std::vector<float> output(ScriptedModel::floats);
      const mobilith_status status = mobilith_run(session.get(), input.data(), ScriptedModel::bytes,
                                                  output.data(), ScriptedModel::bytes);
      CHECK(status == (fails(c) ? MOBILITH_KERNEL_FAILURE : MOBILITH_OK));
      return output;
    };
    const std::vector<float> expected = run(Session(model.get()));
    for (int other = 0; other < 3; other++) {
      const Session session(model.get(), random_options(random));
      REQUIRE(session.status() == MOBILITH_OK);
      for (uint64_t times = between(random, 1, 5); times > 0; times--) {
        const std::vector<float> output = run(session);
        if (!fails(c)) REQUIRE(std::memcmp(output.data(), expected.data(), ScriptedModel::bytes) == 0);
      }
    }
  }
}

}  // namespace test_stress

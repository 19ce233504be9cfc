// Where a session's memory lies, and that nothing else is touched.
#include <algorithm>
#include <cstring>
#include <mutex>
#include <set>
#include <vector>

#include "catch.h"
#include "runtime/guarded_memory.h"
#include "runtime/meeting.h"
#include "runtime/scripted_model.h"
#include "runtime/session.h"

namespace test_memory {

using namespace mobilith::handmade;

namespace {

constexpr Regions regions;

// Writes every byte that a kernel may write (the arena, each lane's scratch, the output) and reads every byte
// of the input. Fails where two lanes share scratch.
int32_t touch_all(mobilith_worker* worker, const float* input, uint8_t* arena, float* output) {
  std::memset(arena, 1, regions.arena);
  float sum = 0;
  for (int i = 0; i < ScriptedModel::floats; i++) sum += input[i];
  const int32_t failed = parallel(worker, 0, 64, [](mobilith_worker* lane, int32_t task) {
    const auto bytes = static_cast<size_t>(lane->scratch_end - lane->scratch_top);
    std::memset(lane->scratch_top, task, bytes);
    return static_cast<int32_t>(std::count(lane->scratch_top, lane->scratch_end, task) !=
                                static_cast<ptrdiff_t>(bytes));
  });
  std::fill_n(output, ScriptedModel::floats, sum);
  return failed;
}

}  // namespace

TEST_CASE("a run stays inside exactly the caller's memory, input and output: guard pages on either side") {
  const ScriptedModel model(touch_all);
  for (auto against : {GuardedMemory::Against::below, GuardedMemory::Against::above})
    for (int threads : {1, 2, 5})
      for (mobilith_parallel_for executor :
           {mobilith_parallel_for{nullptr}, mobilith_parallel_for{backwards}}) {
        mobilith_options options = with_executor(threads, executor);
        const size_t needed = mobilith_session_bytes(&model.get(), &options);
        REQUIRE(needed == regions.arena + regions.scratch + (threads - 1) * regions.worker);
        const GuardedMemory memory(needed, against), output(ScriptedModel::bytes, against);
        GuardedMemory input(ScriptedModel::bytes, against);
        const std::vector<float> ones(ScriptedModel::floats, 1.0f);
        std::memcpy(input.data(), ones.data(), ScriptedModel::bytes);
        input.make_read_only();
        options.memory = memory.data();
        options.memory_bytes = needed;
        const Session session(model.get(), options);
        REQUIRE(session.status() == MOBILITH_OK);
        for (int run = 0; run < 10; run++)
          REQUIRE(mobilith_run(session.get(), input.data(), ScriptedModel::bytes, output.data(),
                               ScriptedModel::bytes) == MOBILITH_OK);
        const auto* out = reinterpret_cast<const float*>(output.data());
        CHECK(std::all_of(out, out + ScriptedModel::floats, [](float x) { return x == 16.0f; }));
      }
}

TEST_CASE("lanes have scratch of their own, in order behind the activations, aligned to 64 bytes") {
  constexpr int threads = 4;
  std::mutex mutex;
  std::set<std::pair<uint8_t*, uint8_t*>> scratches;
  uint8_t* arena_begin = nullptr;
  const ScriptedModel model([&](mobilith_worker* worker, const float*, uint8_t* arena, float*) {
    arena_begin = arena;
    Meeting meeting(threads);
    return parallel(worker, 0, threads, [&](mobilith_worker* lane, int32_t) {
      meeting.wait();
      const std::lock_guard lock(mutex);
      scratches.emplace(lane->scratch_top, lane->scratch_end);
      return 0;
    });
  });
  for (bool own_memory : {false, true}) {
    scratches.clear();
    alignas(64) static uint8_t memory[16384];
    mobilith_options options = with_threads(threads);
    if (!own_memory) {
      options.memory = memory;
      options.memory_bytes = sizeof memory;
    }
    const Session session(model.get(), options);
    REQUIRE(session.status() == MOBILITH_OK);
    const float input[ScriptedModel::floats] = {};
    float output[ScriptedModel::floats];
    REQUIRE(mobilith_run(session.get(), input, sizeof input, output, sizeof output) == MOBILITH_OK);
    CHECK(scratches.size() == threads);
    CHECK(reinterpret_cast<uintptr_t>(arena_begin) % 64 == 0);
    if (!own_memory) CHECK(arena_begin == memory);
    const uint8_t* expected = arena_begin + regions.arena;
    for (const auto& [top, end] : scratches) {
      CHECK(top == expected);
      CHECK(static_cast<uint64_t>(end - top) ==
            (top == arena_begin + regions.arena ? regions.scratch : regions.worker));
      expected = end;
    }
  }
}

TEST_CASE("input and output need be aligned to floats alone") {
  const ScriptedModel model(touch_all);
  const Session session(model.get(), with_threads(2));
  std::vector<float> input(ScriptedModel::floats + 4, 0.5f), output(ScriptedModel::floats + 4, -1.0f);
  for (int offset : {0, 1, 2, 3}) {
    std::fill(output.begin(), output.end(), -1.0f);
    REQUIRE(mobilith_run(session.get(), input.data() + offset, ScriptedModel::bytes, output.data() + offset,
                         ScriptedModel::bytes) == MOBILITH_OK);
    for (int i = 0; i < ScriptedModel::floats + 4; i++)
      CHECK(output[i] == (i < offset || i >= offset + ScriptedModel::floats ? -1.0f : 8.0f));
  }
}

}  // namespace test_memory

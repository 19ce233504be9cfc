// worker->parallel: tasks handed out to lanes, by the session's threads or the caller's executor.
#include <atomic>
#include <vector>

#include "catch.h"
#include "runtime/meeting.h"
#include "runtime/model.h"
#include "runtime/scripted_model.h"
#include "runtime/session.h"

namespace test_parallel {

using namespace mobilith::handmade;

namespace {

mobilith_status run(const Session& session) {
  const float input[ScriptedModel::floats] = {};
  float output[ScriptedModel::floats];
  return mobilith_run(session.get(), input, sizeof input, output, sizeof output);
}

// Every way to run lanes: one thread, the session's own threads, executors.
std::vector<mobilith_options> all_ways() {
  return {with_threads(1),
          with_threads(2),
          with_threads(5),
          with_executor(1, forwards),
          with_executor(4, forwards),
          with_executor(4, backwards),
          with_executor(4, own_threads)};
}

struct Calls {
  int calls = 0, count = 0;
};

void counting(void* context, int32_t count, void (*task)(void*, int32_t), void* task_context) {
  auto& seen = *static_cast<Calls*>(context);
  seen.calls++;
  seen.count = count;
  forwards(nullptr, count, task, task_context);
}

}  // namespace

TEST_CASE("every index from min to min + count - 1 runs exactly once") {
  for (const mobilith_options& options : all_ways())
    for (int count : {-1, 0, 1, 2, 3, 64, 1000})
      for (int min : {0, 7, -3}) {
        std::vector<std::atomic<int>> times(1000);
        std::atomic<int> outside{0};
        const ScriptedModel model([&](mobilith_worker* worker, const float*, uint8_t*, float*) {
          return parallel(worker, min, count, [&](mobilith_worker*, int32_t i) {
            (i >= min && i < min + count ? times[i - min] : outside)++;
            return 0;
          });
        });
        const Session session(model.get(), options);
        REQUIRE(run(session) == MOBILITH_OK);
        CHECK(outside == 0);
        int wrong = 0;
        for (int i = 0; i < 1000; i++) wrong += times[i] != (i < count);
        CHECK(wrong == 0);
      }
}

TEST_CASE("a session's threads all work at once") {
  for (int threads : {2, 8}) {
    const ScriptedModel model([&](mobilith_worker* worker, const float*, uint8_t*, float*) {
      Meeting meeting(threads);
      return parallel(worker, 0, threads, [&](mobilith_worker*, int32_t) {
        meeting.wait();  // hangs where fewer come
        return 0;
      });
    });
    const Session session(model.get(), with_threads(threads));
    for (int i = 0; i < 20; i++) CHECK(run(session) == MOBILITH_OK);
  }
}

TEST_CASE("a kernel may have several parallel loops, and code between them") {
  for (const mobilith_options& options : all_ways()) {
    int wrong = 0;
    const ScriptedModel model([&](mobilith_worker* worker, const float*, uint8_t*, float*) {
      for (int loop = 0; loop < 50; loop++) {
        std::vector<int> seen(1 + loop);  // not atomic: the loop's end orders its tasks before what follows
        parallel(worker, 0, 1 + loop, [&](mobilith_worker*, int32_t i) { return seen[i] = i + 1, 0; });
        for (int i = 0; i <= loop; i++) wrong += seen[i] != i + 1;
      }
      return 0;
    });
    const Session session(model.get(), options);
    CHECK(run(session) == MOBILITH_OK);
    CHECK(wrong == 0);
  }
}

TEST_CASE("a failing task hands its result to the kernel, and no more tasks are handed out") {
  for (const mobilith_options& options : all_ways()) {
    std::atomic<int> ran{0};
    std::vector<int32_t> results;
    const ScriptedModel model([&](mobilith_worker* worker, const float*, uint8_t*, float*) {
      results.push_back(
          parallel(worker, 0, 1 << 20, [&](mobilith_worker*, int32_t) { return ran++ == 100 ? -42 : 0; }));
      return results.back();
    });
    const Session session(model.get(), options);
    for (int i = 0; i < 20; i++) {  // the session lives on
      ran = 0;
      CHECK(run(session) == MOBILITH_KERNEL_FAILURE);
      CHECK(ran > 100);
      CHECK(ran < 1 << 20);
    }
    CHECK(results == std::vector<int32_t>(20, -42));
    if (options.threads == 1) CHECK(ran == 101);
  }
}

TEST_CASE("a failing kernel ends the run: later steps do not run") {
  const std::vector<float> input{1, 2, 3, 4};
  for (int threads : {1, 4}) {
    const Session session(failing_model(), with_threads(threads));
    std::vector<float> output(floats, -1.0f);
    CHECK(mobilith_run(session.get(), input.data(), sizeof(float) * floats, output.data(),
                       sizeof(float) * floats) == MOBILITH_KERNEL_FAILURE);
    CHECK(output == std::vector<float>(floats, -1.0f));
  }
}

TEST_CASE("the caller's executor is called once for each parallel loop, with count = threads") {
  for (int threads : {1, 2, 7}) {
    Calls seen;
    const ScriptedModel model([](mobilith_worker* worker, const float*, uint8_t*, float*) {
      return parallel(worker, 0, 10, [](mobilith_worker*, int32_t) { return 0; }) +
             parallel(worker, 0, 3, [](mobilith_worker*, int32_t) { return 0; });
    });
    const Session session(model.get(), with_executor(threads, counting, &seen));
    CHECK(run(session) == MOBILITH_OK);
    CHECK(seen.calls == (threads == 1 ? 0 : 2));
    CHECK(seen.count == (threads == 1 ? 0 : threads));
  }
}

TEST_CASE("an executor that skips lanes, or makes up lanes, still leaves no task undone") {
  const auto none = [](void*, int32_t, void (*)(void*, int32_t), void*) {};
  const auto strange = [](void*, int32_t count, void (*task)(void*, int32_t), void* context) {
    for (int32_t i : {-1, count, INT32_MAX, INT32_MIN}) task(context, i);
  };
  for (mobilith_parallel_for executor : {mobilith_parallel_for{none}, mobilith_parallel_for{strange}}) {
    int ran = 0;
    const ScriptedModel model([&](mobilith_worker* worker, const float*, uint8_t*, float*) {
      return parallel(worker, 0, 10, [&](mobilith_worker*, int32_t) { return ran++, 0; });
    });
    const Session session(model.get(), with_executor(3, executor));
    CHECK(run(session) == MOBILITH_OK);
    CHECK(ran == 10);
  }
}

}  // namespace test_parallel

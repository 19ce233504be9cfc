// A session used by its own callbacks: refused, never wrong in silence.
#include <vector>

#include "catch.h"
#include "runtime/model.h"
#include "runtime/session.h"

namespace test_reentry {

using namespace mobilith::handmade;

namespace {

constexpr size_t bytes = sizeof(float) * floats;
const std::vector<float> input{1, -2, 3, 0.5f}, other{9, 8, 7, 6};

struct Inner {
  mobilith_session* session = nullptr;
  std::vector<mobilith_status> statuses;
  std::vector<float> output = std::vector<float>(floats, -1.0f);
  void run() { statuses.push_back(mobilith_run(session, other.data(), bytes, output.data(), bytes)); }
};

void run_in_profile(void* context, const mobilith_profile*) { static_cast<Inner*>(context)->run(); }

void run_in_executor(void* context, int32_t count, void (*task)(void*, int32_t), void* task_context) {
  static_cast<Inner*>(context)->run();
  backwards(nullptr, count, task, task_context);
}

mobilith_options profiled(int threads, Inner* inner) {
  mobilith_options options = with_threads(threads);
  options.profile = run_in_profile;
  options.profile_context = inner;
  return options;
}

void check_outer(const Session& session) {
  std::vector<float> output(floats);
  CHECK(mobilith_run(session.get(), input.data(), bytes, output.data(), bytes) == MOBILITH_OK);
  CHECK(output == expected(input));
}

}  // namespace

TEST_CASE("a session's own callback or executor that runs it gets a status, and the run around it is right") {
  Inner inner;
  for (const mobilith_options& options :
       {profiled(1, &inner), profiled(3, &inner), with_executor(3, run_in_executor, &inner)}) {
    const Session session(model(), options);
    inner = Inner();
    inner.session = session.get();
    for (int i = 0; i < 3; i++) check_outer(session);
    CHECK(inner.statuses == std::vector<mobilith_status>(options.profile ? 9 : 3, MOBILITH_BUSY));
    CHECK(inner.output == std::vector<float>(floats, -1.0f));
  }
}

TEST_CASE("a session that its own callback or executor destroys finishes its run, and is gone then") {
  struct Doomed {
    mobilith_session* session = nullptr;
    void destroy() { mobilith_session_destroy(session); }
  } doomed;
  mobilith_options in_profile = with_threads(3);
  in_profile.profile_context = &doomed;
  in_profile.profile = [](void* context, const mobilith_profile*) {
    static_cast<Doomed*>(context)->destroy();
  };
  const mobilith_options in_executor = with_executor(
      3,
      [](void* context, int32_t count, void (*task)(void*, int32_t), void* task_context) {
        static_cast<Doomed*>(context)->destroy();
        backwards(nullptr, count, task, task_context);
      },
      &doomed);
  for (const mobilith_options& options : {in_profile, in_executor}) {
    REQUIRE(mobilith_session_create(&model(), &options, &doomed.session) == MOBILITH_OK);
    std::vector<float> output(floats);
    CHECK(mobilith_run(doomed.session, input.data(), bytes, output.data(), bytes) == MOBILITH_OK);
    CHECK(output == expected(input));
  }
}

TEST_CASE("a callback or executor may run another session") {
  Inner inner;
  const Session another(model(), with_threads(2));
  for (const mobilith_options& options :
       {profiled(1, &inner), profiled(3, &inner), with_executor(3, run_in_executor, &inner)}) {
    const Session session(model(), options);
    inner = Inner();
    inner.session = another.get();
    check_outer(session);
    CHECK(inner.statuses == std::vector<mobilith_status>(options.profile ? 3 : 1, MOBILITH_OK));
    CHECK(inner.output == expected(other));
  }
}

}  // namespace test_reentry

#include <vector>

#include "catch.h"
#include "runtime/child.h"
#include "runtime/counted.h"
#include "runtime/model.h"
#include "runtime/session.h"

namespace test_counted {

using namespace mobilith;
using namespace mobilith::handmade;

namespace {

constexpr size_t bytes = sizeof(float) * floats;

struct Counts {
  long allocations, releases, locks, threads, clocks, process_ids;
};

// What `runs` runs do of each.
Counts during(const Session& session, int runs) {
  const std::vector<float> input{1, 2, 3, 4};
  std::vector<float> output(floats);
  int failures = 0;
  const Counts before{counted::allocations(), counted::releases(), counted::locks(),
                      counted::threads(),     counted::clocks(),   counted::process_ids()};
  for (int i = 0; i < runs; i++)
    failures += mobilith_run(session.get(), input.data(), bytes, output.data(), bytes) != MOBILITH_OK;
  const Counts after{counted::allocations(), counted::releases(), counted::locks(),
                     counted::threads(),     counted::clocks(),   counted::process_ids()};
  CHECK(failures == 0);
  CHECK(output == expected(input));
  return {after.allocations - before.allocations,
          after.releases - before.releases,
          after.locks - before.locks,
          after.threads - before.threads,
          after.clocks - before.clocks,
          after.process_ids - before.process_ids};
}

}  // namespace

TEST_CASE(
    "a run allocates nothing, makes no thread, reads no clock, and with one thread takes no lock and asks "
    "for no "
    "process") {
  for (int threads : {1, 2, 5}) {
    const long before_create = counted::allocations(), threads_before = counted::threads();
    const Session session(model(), with_threads(threads));
    CHECK(counted::allocations() > before_create);  // the counter counts
    CHECK(counted::threads() - threads_before == threads - 1);
    const Counts counts = during(session, 100);
    CHECK(counts.allocations == 0);
    CHECK(counts.releases == 0);
    CHECK(counts.threads == 0);
    CHECK(counts.clocks == 0);
    CHECK(counts.process_ids <= (threads == 1 ? 0 : 100));  // none where Linux empties a page on fork
    if (threads == 1)
      CHECK(counts.locks == 0);
    else
      CHECK(counts.locks > 0);  // the counter counts: the pool wakes its workers
  }
}

TEST_CASE("a run with the caller's executor takes no lock of its own") {
  for (int threads : {1, 4}) {
    const Session session(model(), with_executor(threads, forwards));
    const Counts counts = during(session, 100);
    CHECK(counts.allocations == 0);
    CHECK(counts.locks == 0);
    CHECK(counts.threads == 0);
  }
}

TEST_CASE("a run in a child of the process that made the session takes no lock and no memory") {
  const Session session(model(), with_threads(4));
  during(session, 10);
  CHECK(in_child([&] {
          const std::vector<float> input{1, 2, 3, 4};
          std::vector<float> output(floats);
          const long locks = counted::locks(), allocations = counted::allocations(),
                     releases = counted::releases();
          const mobilith_status status =
              mobilith_run(session.get(), input.data(), bytes, output.data(), bytes);
          const bool none = counted::locks() == locks && counted::allocations() == allocations &&
                            counted::releases() == releases;
          return none && status == MOBILITH_OK && output == expected(input);
        }) == "right");
}

TEST_CASE("a profiled run reads the clock twice a step, and allocates nothing") {
  mobilith_options options = with_threads(1);
  options.profile = [](void*, const mobilith_profile*) {};
  const Session session(model(), options);
  const Counts counts = during(session, 100);
  CHECK(counts.clocks == 100 * 2 * 3);
  CHECK(counts.allocations == 0);
  CHECK(counts.locks == 0);
}

TEST_CASE("whichever allocation or thread the system refuses, nothing is left behind") {
  for (int threads : {1, 4}) {
    const mobilith_options options = with_threads(threads);
    {
      const Session warm(model(), options);
    }  // libc keeps its threads' stacks
    for (bool refuse_threads : {false, true}) {
      bool refused = true;
      int refusals = 0;
      for (long after = 0; refused; after++) {
        REQUIRE(after < 100);
        mobilith_session* session = reinterpret_cast<mobilith_session*>(&refused);
        const long held = counted::allocations() - counted::releases();
        (refuse_threads ? counted::refuse_thread_after : counted::refuse_allocation_after)(after);
        const mobilith_status status = mobilith_session_create(&model(), &options, &session);
        counted::refuse_thread_after(-1);
        counted::refuse_allocation_after(-1);
        refused = status != MOBILITH_OK;
        if (refused) {
          const long held_after = counted::allocations() - counted::releases();
          CHECK(session == nullptr);
          CHECK(held_after == held);
          CHECK(status == (refuse_threads ? MOBILITH_THREAD_FAILURE : MOBILITH_OUT_OF_MEMORY));
          refusals++;
        } else {
          mobilith_session_destroy(session);
        }
      }
      CHECK(refusals == (refuse_threads ? threads - 1
                         : threads == 1 ? 3
                                        : 4));  // session, memory, lanes; threads
    }
  }
}

TEST_CASE("a model that asks for more memory than there is gets a status") {
  mobilith_variant variant = model().variants[0];
  variant.arena_bytes = 1ull << 60;
  mobilith_model huge = model();
  huge.variants = &variant;
  CHECK(Session(huge).status() == MOBILITH_OUT_OF_MEMORY);
}

}  // namespace test_counted

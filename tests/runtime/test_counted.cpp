#include <cstdlib>
#include <vector>

#include "catch.h"
#include "runtime/child.h"
#include "runtime/counted.h"
#include "runtime/large_pages.h"
#include "runtime/model.h"
#include "runtime/session.h"
#include "runtime/weighted_model.h"
#include "skip.h"

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

TEST_CASE(
    "a session whose copy of the weights gets no memory, or no large pages, reads them where they are") {
  WeightedModel model({3 * large_page, 64});
  const bool copies = kernel_has_large_pages();
  const mobilith_options options = with_large_pages();
  {
    const Session warm(model.get(), options);
    CHECK((run_weighted(warm.get()).first == model.constant(0)) == !copies);
  }
  const long held = counted::allocations() - counted::releases();
  int refusals = 0, in_place = 0;
  for (long after = 0; after < 4; after++) {  // session, memory, copy, lanes
    mobilith_session* session = nullptr;
    counted::refuse_allocation_after(after);
    const mobilith_status status = mobilith_session_create(&model.get(), &options, &session);
    counted::refuse_allocation_after(-1);
    CHECK((session == nullptr) == (status != MOBILITH_OK));
    if (session) {
      const SeenWeights seen = run_weighted(session), expected = model.expected();
      CHECK(seen.first == expected.first);
      CHECK(seen.first_sum == expected.first_sum);
      in_place++;
    } else {
      CHECK(status == MOBILITH_OUT_OF_MEMORY);
      refusals++;
    }
    mobilith_session_destroy(session);
    const long held_after = counted::allocations() - counted::releases();
    CHECK(held_after == held);
  }
  CHECK(refusals == 3);
  CHECK(in_place == 1);

  counted::refuse_advice(true);
  {
    const Session refused(model.get(), options);
    CHECK(run_weighted(refused.get()).first == model.constant(0));
    const long with_session = counted::allocations() - counted::releases();
    CHECK(with_session == held + 3);  // session, memory, lanes: no copy is kept
  }
  counted::refuse_advice(false);
  const long held_after = counted::allocations() - counted::releases();
  CHECK(held_after == held);
}

TEST_CASE("a copy is of the weights that a CPU's kernels read, and a run with one allocates nothing") {
  // The second CPU reads the last two.
  WeightedModel model({3 * large_page, 2 * large_page, 64}, {{"first", 0, 1}, {"second", 1, 2}});
  const long copied[] = {5 * large_page, 2 * large_page + 64};
  if (!kernel_has_large_pages()) return skip("this kernel has no transparent huge pages");
  for (int cpu : {0, 1}) {
    setenv("MOBILITH_CPU", cpu == 0 ? "first" : "second", 1);
    long asked[2];
    for (const int32_t large : {0, 1}) {
      mobilith_options options = with_threads(1);
      options.large_pages = large;
      const long before = counted::bytes();
      const Session session(model.get(), options);
      asked[large] = counted::bytes() - before;
      const long allocations = counted::allocations();
      const SeenWeights seen = run_weighted(session.get());
      const long allocated = counted::allocations() - allocations;
      CHECK(seen.second_sum == model.expected(cpu).second_sum);
      CHECK(allocated == 0);
    }
    unsetenv("MOBILITH_CPU");
    const long more = asked[1] - asked[0];
    CHECK(more >= copied[cpu]);
    CHECK(more <= copied[cpu] + static_cast<long>(large_page));  // to begin at a large page
  }
}

}  // namespace test_counted

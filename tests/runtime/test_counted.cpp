#include <vector>

#include "catch.h"
#include "runtime/counted.h"
#include "runtime/model.h"

using namespace mobilith;

TEST_CASE("a run allocates nothing, and takes no lock with one thread") {
  constexpr size_t bytes = sizeof(float) * handmade::floats;
  const std::vector<float> input{1, 2, 3, 4};
  std::vector<float> output(handmade::floats);
  for (int threads : {1, 2, 5}) {
    mobilith_options options;
    mobilith_options_init(&options);
    options.threads = threads;
    const long before_create = counted::allocations();
    mobilith_session* session = nullptr;
    REQUIRE(mobilith_session_create(&handmade::model(), &options, &session) == MOBILITH_OK);
    CHECK(counted::allocations() > before_create);  // the counter counts
    const long allocations = counted::allocations(), locks = counted::locks();
    int failures = 0;
    for (int run = 0; run < 100; run++)
      failures += mobilith_run(session, input.data(), bytes, output.data(), bytes) != MOBILITH_OK;
    const long allocated = counted::allocations() - allocations, locked = counted::locks() - locks;
    CHECK(failures == 0);
    CHECK(allocated == 0);
    if (threads == 1)
      CHECK(locked == 0);
    else
      CHECK(locked > 0);  // the counter counts: the pool wakes its workers
    mobilith_session_destroy(session);
  }
}

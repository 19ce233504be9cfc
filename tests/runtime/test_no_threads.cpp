// The runtime as built for a system without threads (MOBILITH_NO_THREADS).
#include <vector>

#include "catch.h"
#include "runtime/model.h"
#include "runtime/session.h"

namespace test_no_threads {

using namespace mobilith::handmade;

TEST_CASE("without threads, more than one is refused unless the caller brings an executor") {
  const std::vector<float> input{1, 2, 3, 4};
  const auto run = [&](const Session& session) {
    std::vector<float> output(floats);
    const size_t bytes = sizeof(float) * floats;
    CHECK(mobilith_run(session.get(), input.data(), bytes, output.data(), bytes) == MOBILITH_OK);
    return output;
  };
  const Session refused(model(), with_threads(2));
  CHECK(refused.status() == MOBILITH_THREAD_FAILURE);
  CHECK(refused.get() == nullptr);
  for (const mobilith_options& options :
       {with_threads(1), with_executor(4, backwards), with_executor(3, own_threads)}) {
    const Session session(model(), options);
    REQUIRE(session.status() == MOBILITH_OK);
    CHECK(run(session) == expected(input));
  }
}

}  // namespace test_no_threads

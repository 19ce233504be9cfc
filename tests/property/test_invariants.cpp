// What mobilith_run promises, on generated libraries.
#include <cstring>
#include <thread>

#include "catch.h"
#include "networks/output_blocks.h"
#include "nightly.h"
#include "property/compiled.h"
#include "property/guarded.h"
#include "runtime/counted.h"
#include "runtime/large_pages.h"
#include "skip.h"

namespace test_invariants {

using namespace mobilith;
using namespace mobilith::property;

namespace {

const Configuration configurations[] = {{"mobilenet_v1", 0.35, 2, 65, 49, 37},
                                        {"mobilenet_v2", 0.35, 1, 97, 64, 10}};

struct Session {
  mobilith_session* session = nullptr;
  Session(const mobilith_model* model, mobilith_options options) {
    REQUIRE(mobilith_session_create(model, &options, &session) == MOBILITH_OK);
  }
  ~Session() { mobilith_session_destroy(session); }
};

mobilith_options with_threads(int threads) {
  mobilith_options options;
  mobilith_options_init(&options);
  options.threads = threads;
  return options;
}

struct Fixture {
  Network network;
  reference::Activation input;
  Compiled compiled;
  std::vector<float> values, expected;
  explicit Fixture(const Configuration& c) : Fixture(build_network(c)) {}
  explicit Fixture(Network of)
      : network(std::move(of)),
        input(reference::formula_input(network.blocks.front().in())),
        compiled(network, *open_weights("synthetic"), false),
        values(compiled.stored(input)),
        expected(compiled.run(input, 1)) {}
  const mobilith_model_info& info() const { return *mobilith_model_describe(compiled.model()); }
};

// Of configurations[i]; compiled once.
const Fixture& fixture(size_t i) {
  static const Fixture fixtures[] = {Fixture(configurations[0]), Fixture(configurations[1])};
  return fixtures[i];
}

}  // namespace

TEST_CASE("the same bits on every run, for 1 to 8 threads, without an allocation") {
  for (size_t i = 0; i < std::size(configurations); i++) {
    const Fixture& f = fixture(i);
    for (int threads = 1; threads <= 8; threads++) {
      const Session s(f.compiled.model(), with_threads(threads));
      std::vector<float> output(f.expected.size());
      int different = 0;
      const long allocations = counted::allocations(), locks = counted::locks();
      for (int run = 0; run < (testing::nightly() ? 100 : 30); run++) {
        std::memset(output.data(), 0xff, f.info().output_bytes);
        different += mobilith_run(s.session, f.values.data(), f.info().input_bytes, output.data(),
                                  f.info().output_bytes) != MOBILITH_OK;
        different += std::memcmp(output.data(), f.expected.data(), f.info().output_bytes) != 0;
      }
      const long allocated = counted::allocations() - allocations, locked = counted::locks() - locks;
      INFO(threads << " threads");
      CHECK(different == 0);
      CHECK(allocated == 0);
      if (threads == 1) CHECK(locked == 0);
    }
  }
}

TEST_CASE("eight threads with a session each share one model") {
  const Fixture& f = fixture(1);
  std::vector<int> different(8, 0);
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; t++)
    threads.emplace_back([&, t] {
      mobilith_options options = with_threads(1 + t % 2);
      mobilith_session* session = nullptr;
      different[t] += mobilith_session_create(f.compiled.model(), &options, &session) != MOBILITH_OK;
      std::vector<float> output(f.expected.size());
      for (int run = 0; run < 20; run++) {
        different[t] += mobilith_run(session, f.values.data(), f.info().input_bytes, output.data(),
                                     f.info().output_bytes) != MOBILITH_OK;
        different[t] += output != f.expected;
      }
      mobilith_session_destroy(session);
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(different == std::vector<int>(8, 0));
}

TEST_CASE("no kernel reads or writes outside the arena, the input and the output") {
  for (size_t i = 0; i < std::size(configurations); i++) {
    const Fixture& f = fixture(i);
    for (Guarded::At at : {Guarded::At::begin, Guarded::At::end})
      for (int threads : {1, 3}) {
        mobilith_options options = with_threads(threads);
        const size_t bytes = mobilith_session_bytes(f.compiled.model(), &options);
        Guarded arena(bytes, at, 64), input(f.info().input_bytes, at, sizeof(float)),
            output(f.info().output_bytes, at, sizeof(float));
        std::memcpy(input.data(), f.values.data(), f.info().input_bytes);
        input.read_only();  // a write to the input would fault
        options.memory = arena.data();
        options.memory_bytes = bytes;
        const Session s(f.compiled.model(), options);
        REQUIRE(mobilith_run(s.session, input.data(), f.info().input_bytes, output.data(),
                             f.info().output_bytes) == MOBILITH_OK);
        CHECK(std::memcmp(output.data(), f.expected.data(), f.info().output_bytes) == 0);
      }
  }
}

TEST_CASE("the same bits from a copy of the weights in large pages, sessions with and without side by side") {
  if (!handmade::kernel_has_large_pages()) return skip("this kernel has no transparent huge pages");
  // Wider than the others, which have less than a large page of weights.
  for (const Configuration& wide : {Configuration{"mobilenet_v1", 0.5, 1, 65, 49, 37},
                                    Configuration{"mobilenet_v2", 0.75, 1, 65, 49, 10}}) {
    const Fixture f(wide);
    REQUIRE(f.info().weights_bytes >= handmade::large_page);
    for (int threads : {1, 3}) {
      mobilith_options options = with_threads(threads);
      const long before = counted::bytes();
      const Session plain(f.compiled.model(), options);
      const long between = counted::bytes();
      options.large_pages = 1;
      const Session copied(f.compiled.model(), options);
      // The copy is there.
      const long more = (counted::bytes() - between) - (between - before);
      CHECK(more >= static_cast<long>(handmade::large_page));
      for (const Session* session : {&plain, &copied, &plain, &copied}) {
        std::vector<float> output(f.expected.size());
        REQUIRE(mobilith_run(session->session, f.values.data(), f.info().input_bytes, output.data(),
                             f.info().output_bytes) == MOBILITH_OK);
        CHECK(std::memcmp(output.data(), f.expected.data(), f.info().output_bytes) == 0);
      }
    }
  }
}

TEST_CASE("a pixel that two tasks compute has the same bits whichever comes last") {
  // 5x5 pixels in tiles of 13 and in threads: pixel 12 is the last of one tile and the first of the next.
  const Configuration c{"mobilenet_v2", 0.78, 1, 38, 38, 33};
  // By day no more of the network than has such pixels.
  const Network whole = build_network(c);
  const Fixture f(testing::nightly() ? whole : with_output_blocks(whole, {"inverted_residual_6"}));
  std::vector<float> values = f.values;
  uint32_t state = 1;  // any image
  for (float& value : values)
    value = static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) * 0x1p-23f - 1.0f;
  const auto run = [&](const Session& s, std::vector<float>& output) {
    return mobilith_run(s.session, values.data(), f.info().input_bytes, output.data(), f.info().output_bytes);
  };
  std::vector<float> expected(f.expected.size()), output(f.expected.size());
  REQUIRE(run(Session(f.compiled.model(), with_threads(1)), expected) == MOBILITH_OK);
  // More threads than cores, so that any task may be the last.
  const Session s(f.compiled.model(), with_threads(8));
  int different = 0;
  for (int i = 0; i < (testing::nightly() ? 1000 : 300); i++) {
    different += run(s, output) != MOBILITH_OK;
    different += output != expected;
  }
  CHECK(different == 0);
}

}  // namespace test_invariants

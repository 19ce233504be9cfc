// Every lane computes in the floating-point mode of the thread that runs the session, whoever made its
// thread.
#include <vector>

#include "catch.h"
#include "runtime/meeting.h"
#include "runtime/scripted_model.h"
#include "runtime/session.h"

#if defined(__x86_64__)  // MXCSR is x86's
#include <immintrin.h>

namespace test_float_mode {

using namespace mobilith::handmade;

namespace {

constexpr int threads = 4;
constexpr unsigned flush_denormals = 0x8040, round_down = 0x2000, mode_bits = 0xffc0;  // of MXCSR

float half_of_denormal() {
  const volatile float denormal = 1e-39f, half = 0.5f;
  return denormal * half;
}

float third() {
  const volatile float one = 1.0f, three = 3.0f;
  return one / three;
}

// A mode for the rest of the scope.
class Mode {
 public:
  explicit Mode(unsigned bits) : before_(_mm_getcsr()) { _mm_setcsr(before_ | bits); }
  ~Mode() { _mm_setcsr(before_); }

 private:
  unsigned before_;
};

// Each of four tasks, each on a lane of its own, writes the two results that depend on the mode.
ScriptedModel::Kernel compute_on_all_lanes(int meet) {
  return [meet](mobilith_worker* worker, const float*, uint8_t*, float* output) {
    Meeting meeting(meet);
    return parallel(worker, 0, threads, [&](mobilith_worker*, int32_t i) {
      meeting.wait();
      output[2 * i] = half_of_denormal();
      output[2 * i + 1] = third();
      return 0;
    });
  };
}

std::vector<float> run(const Session& session) {
  const std::vector<float> input(ScriptedModel::floats);
  std::vector<float> output(ScriptedModel::floats);
  REQUIRE(mobilith_run(session.get(), input.data(), ScriptedModel::bytes, output.data(),
                       ScriptedModel::bytes) == MOBILITH_OK);
  output.resize(2 * threads);
  return output;
}

std::vector<float> repeated(float a, float b) {
  std::vector<float> both;
  for (int i = 0; i < threads; i++) both.insert(both.end(), {a, b});
  return both;
}

}  // namespace

TEST_CASE("a session's threads compute in the mode that the run's caller has at the time") {
  const ScriptedModel model(compute_on_all_lanes(threads));
  const Session session(model.get(), with_threads(threads));
  const std::vector<float> ordinary = repeated(half_of_denormal(), third());
  REQUIRE(ordinary[0] > 0);
  for (int i = 0; i < 5; i++) {
    CHECK(run(session) == ordinary);
    std::vector<float> expected, seen;
    {
      const Mode mode(flush_denormals | round_down);
      expected = repeated(half_of_denormal(), third());
      seen = run(session);
    }
    CHECK(seen == expected);
    CHECK(seen[0] == 0);
    CHECK(seen[1] < ordinary[1]);
  }
}

TEST_CASE("the caller's executor lends its threads, and gets them back in the mode that they had") {
  static bool changed;
  changed = false;
  const auto other_mode = [](void*, int32_t count, void (*task)(void*, int32_t), void* context) {
    const Mode mode(flush_denormals | round_down);
    const unsigned before = _mm_getcsr() & mode_bits;
    forwards(nullptr, count, task, context);
    changed |= (_mm_getcsr() & mode_bits) != before;
  };
  const ScriptedModel model(compute_on_all_lanes(1));
  const Session session(model.get(), with_executor(threads, other_mode));
  CHECK(run(session) == repeated(half_of_denormal(), third()));
  CHECK(!changed);
}

}  // namespace test_float_mode

#endif

// What was compiled with 0.1.0's header, on this runtime; and options of sizes that this runtime does not
// know.
#include <cstddef>
#include <cstring>
#include <utility>

#include "catch.h"
#include "property/guarded.h"
#include "runtime/model.h"
#include "runtime/old_caller.h"
#include "runtime/session.h"

namespace test_old_caller {

using namespace mobilith::handmade;
using mobilith::property::Guarded;

namespace {

const std::vector<float> input{1, -2, 3, 0.5f};

// A later header's options: more than we know.
struct Later {
  mobilith_options options;
  size_t more[3];
};

Later later(int threads) {
  Later made;
  mobilith_options_init_2(&made.options, sizeof made);
  made.options.threads = threads;
  return made;
}

}  // namespace

TEST_CASE(
    "a program compiled with 0.1.0's header runs as it did: nothing behind its options is read or written") {
  REQUIRE(old_options_bytes() < sizeof(mobilith_options));
  for (const int threads : {1, 3}) {
    // The page behind the options can't be touched.
    Guarded options(old_options_bytes(), Guarded::At::end, alignof(mobilith_options));
    old_init(options.data(), threads);
    std::vector<float> output(floats);
    CHECK(old_run(&model(), options.data(), input.data(), output.data(), floats) == MOBILITH_OK);
    CHECK(output == expected(input));
    const mobilith_options ours = with_threads(threads);
    CHECK(old_session_bytes(&model(), options.data()) == mobilith_session_bytes(&model(), &ours));
    CHECK(old_profile(&model(), options.data(), input.data(), output.data(), floats, 3));
  }
  std::vector<float> output(floats);
  CHECK(old_run(&model(), nullptr, input.data(), output.data(), floats) == MOBILITH_OK);
  CHECK(output == expected(input));
  CHECK(old_info(&model(), "handmade", sizeof(float) * floats, 128));
}

TEST_CASE("0.1.0's refusals are the same") {
  Guarded options(old_options_bytes(), Guarded::At::end, alignof(mobilith_options));
  std::vector<float> output(floats);
  for (const int threads : {0, -1, 65}) {
    old_init(options.data(), threads);
    CHECK(old_run(&model(), options.data(), input.data(), output.data(), floats) ==
          MOBILITH_INVALID_ARGUMENT);
    CHECK(old_session_bytes(&model(), options.data()) == 0);
  }
  CHECK(old_run(&model(), nullptr, input.data(), output.data(), floats - 1) == MOBILITH_WRONG_SIZE);
  mobilith_model old = model();
  old.abi_version = 2;
  CHECK(old_run(&old, nullptr, input.data(), output.data(), floats) == MOBILITH_WRONG_VERSION);
}

TEST_CASE("options say their size: one that 0.1.0 could have filled in, and a later one's, are taken") {
  mobilith_options options = with_threads(2);
  CHECK(options.struct_bytes == sizeof options);
  CHECK(Session(model(), options).status() == MOBILITH_OK);
  options.struct_bytes = 0;  // all zero but what its caller set
  CHECK(Session(model(), options).status() == MOBILITH_OK);
  Later more = later(2);
  CHECK(Session(model(), &more.options).status() == MOBILITH_OK);
  CHECK(mobilith_session_bytes(&model(), &more.options) == mobilith_session_bytes(&model(), &options));
}

TEST_CASE("what a later runtime is asked for, and a size of no version, are refused") {
  Later more = later(1);
  reinterpret_cast<unsigned char*>(more.more)[sizeof more.more - 1] = 1;
  CHECK(Session(model(), &more.options).status() == MOBILITH_WRONG_VERSION);
  CHECK(mobilith_session_bytes(&model(), &more.options) == 0);
  mobilith_options options = with_threads(1);
  const size_t least = old_options_bytes() + sizeof options.struct_bytes;
  for (const size_t bytes : {size_t{1}, old_options_bytes(), least - 1, size_t{1} << 20, SIZE_MAX}) {
    options.struct_bytes = bytes;
    CHECK(Session(model(), options).status() == MOBILITH_INVALID_ARGUMENT);
    CHECK(mobilith_session_bytes(&model(), &options) == 0);
  }
}

TEST_CASE("options that end before large_pages ask for none, and nothing behind them is read") {
  const size_t bytes = offsetof(mobilith_options, large_pages);
  Guarded memory(bytes, Guarded::At::end, alignof(mobilith_options));
  auto* options = static_cast<mobilith_options*>(memory.data());
  mobilith_options_init_2(options, bytes);
  CHECK(options->struct_bytes == bytes);
  const Session session(model(), options);
  REQUIRE(session.status() == MOBILITH_OK);
  std::vector<float> output(floats);
  const size_t size = sizeof(float) * floats;
  CHECK(mobilith_run(session.get(), input.data(), size, output.data(), size) == MOBILITH_OK);
  CHECK(output == expected(input));
}

TEST_CASE("large_pages is 0 or 1, what is reserved 0: others ask for what a later runtime does") {
  for (const int32_t value : {0, 1}) {
    mobilith_options options = with_threads(1);
    options.large_pages = value;
    CHECK(Session(model(), options).status() == MOBILITH_OK);
  }
  for (const auto& [large_pages, reserved] : {std::pair{2, 0}, {-1, 0}, {256, 0}, {0, 1}, {1, 1}}) {
    mobilith_options options = with_threads(1);
    options.large_pages = large_pages;
    options.reserved = reserved;
    CHECK(Session(model(), options).status() == MOBILITH_WRONG_VERSION);
    CHECK(mobilith_session_bytes(&model(), &options) == 0);
    options.struct_bytes = 0;  // 0.1.0's: what is behind is none of the caller's
    CHECK(Session(model(), options).status() == MOBILITH_OK);
  }
}

TEST_CASE("every structure that we give says its size") {
  CHECK(mobilith_model_describe(&model())->struct_bytes == sizeof(mobilith_model_info));
  CHECK(mobilith_model_input(&model(), 0)->struct_bytes == sizeof(mobilith_port));
  size_t told = 0;
  mobilith_options options = with_threads(1);
  options.profile_context = &told;
  options.profile = [](void* context, const mobilith_profile* profile) {
    *static_cast<size_t*>(context) = profile->struct_bytes;
  };
  const Session session(model(), options);
  std::vector<float> output(floats);
  const size_t bytes = sizeof(float) * floats;
  REQUIRE(mobilith_run(session.get(), input.data(), bytes, output.data(), bytes) == MOBILITH_OK);
  CHECK(told == sizeof(mobilith_profile));
}

}  // namespace test_old_caller

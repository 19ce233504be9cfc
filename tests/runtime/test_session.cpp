// Sessions: creation, arguments, statuses, the profile.
#include <cstring>
#include <string>
#include <thread>

#include "catch.h"
#include "runtime/model.h"
#include "runtime/session.h"

namespace test_session {

using namespace mobilith::handmade;

namespace {

constexpr size_t bytes = sizeof(float) * floats;
const std::vector<float> input{1, -2, 3, 0.5f};

std::vector<float> run(const Session& session) {
  std::vector<float> output(floats);
  CHECK(mobilith_run(session.get(), input.data(), bytes, output.data(), bytes) == MOBILITH_OK);
  return output;
}

}  // namespace

TEST_CASE("a session runs the model's steps, with any number of threads") {
  for (int threads : {1, 2, 3, 8, 64}) {
    const Session session(model(), with_threads(threads));
    REQUIRE(session.status() == MOBILITH_OK);
    for (int i = 0; i < 200; i++) CHECK(run(session) == expected(input));
  }
}

TEST_CASE("null options mean one thread") {
  const Session session(model());
  REQUIRE(session.status() == MOBILITH_OK);
  CHECK(run(session) == expected(input));
  const mobilith_options one = with_threads(1);
  CHECK(mobilith_session_bytes(&model(), nullptr) == mobilith_session_bytes(&model(), &one));
}

TEST_CASE("options are copied") {
  mobilith_options options = with_threads(2);
  const Session session(model(), options);
  std::memset(&options, 0xff, sizeof options);
  CHECK(run(session) == expected(input));
}

TEST_CASE("wrong arguments are a status, and leave a null session") {
  int anything = 0;
  const auto untouched = reinterpret_cast<mobilith_session*>(&anything);
  mobilith_session* session = untouched;
  CHECK(mobilith_session_create(nullptr, nullptr, &session) == MOBILITH_INVALID_ARGUMENT);
  CHECK(session == nullptr);
  CHECK(mobilith_session_create(&model(), nullptr, nullptr) == MOBILITH_INVALID_ARGUMENT);
  CHECK(mobilith_session_bytes(nullptr, nullptr) == 0);
  CHECK(mobilith_model_describe(nullptr) == nullptr);
  for (int threads : {0, -1, 65, INT32_MIN, INT32_MAX}) {
    const mobilith_options options = with_threads(threads);
    session = untouched;
    CHECK(mobilith_session_create(&model(), &options, &session) == MOBILITH_INVALID_ARGUMENT);
    CHECK(session == nullptr);
    CHECK(mobilith_session_bytes(&model(), &options) == 0);
  }
  const Session good(model());
  float output[floats] = {7, 7, 7, 7};
  CHECK(mobilith_run(nullptr, input.data(), bytes, output, bytes) == MOBILITH_INVALID_ARGUMENT);
  CHECK(mobilith_run(good.get(), nullptr, bytes, output, bytes) == MOBILITH_INVALID_ARGUMENT);
  CHECK(mobilith_run(good.get(), input.data(), bytes, nullptr, bytes) == MOBILITH_INVALID_ARGUMENT);
  for (size_t wrong : {size_t{0}, bytes - 1, bytes + 1, SIZE_MAX}) {
    CHECK(mobilith_run(good.get(), input.data(), wrong, output, bytes) == MOBILITH_WRONG_SIZE);
    CHECK(mobilith_run(good.get(), input.data(), bytes, output, wrong) == MOBILITH_WRONG_SIZE);
  }
  for (float value : output) CHECK(value == 7);
  mobilith_session_destroy(nullptr);
  mobilith_options_init(nullptr);
}

TEST_CASE("a model of another version is refused before anything else is read") {
  for (int wrong : {0, 1}) {
    mobilith_model other{};  // null pointers wherever there are pointers
    other.abi_version = wrong == 0 ? MOBILITH_ABI_FRAMES + 1 : MOBILITH_ABI_VERSION;
    other.struct_bytes = sizeof other - (wrong == 1);
    const mobilith_options bad = with_threads(-1);
    CHECK(Session(other, bad).status() == MOBILITH_WRONG_VERSION);
    CHECK(mobilith_model_describe(&other) == nullptr);
    CHECK(mobilith_session_bytes(&other, nullptr) == 0);
  }
  CHECK(mobilith_model_describe(&model()) == model().variants[0].info);
}

TEST_CASE("the caller's memory must fit") {
  alignas(64) static uint8_t memory[1 << 16];
  mobilith_options options = with_threads(3);
  const size_t needed = mobilith_session_bytes(&model(), &options);
  REQUIRE(needed == 128 + (1024 + 64) + 2 * 64);
  options.memory = memory;
  for (size_t too_few : {size_t{0}, size_t{1}, needed - 1}) {
    options.memory_bytes = too_few;
    CHECK(Session(model(), options).status() == MOBILITH_WRONG_SIZE);
  }
  options.memory_bytes = needed;
  for (size_t misaligned : {1, 4, 32, 63}) {
    options.memory = memory + misaligned;
    CHECK(Session(model(), options).status() == MOBILITH_INVALID_ARGUMENT);
  }
  options.memory = memory;
  CHECK(Session(model(), options).status() == MOBILITH_OK);
  options.memory_bytes = sizeof memory;
  CHECK(Session(model(), options).status() == MOBILITH_OK);
}

TEST_CASE("the profiling callback sees every step with its figures, on the thread that runs") {
  struct Seen {
    std::vector<mobilith_profile> profiles;
    std::vector<float> outputs;  // the first float of each step's
    bool other_thread = false;
    std::thread::id runner = std::this_thread::get_id();
  } seen;
  mobilith_options options = with_threads(2);
  options.profile_context = &seen;
  options.profile = [](void* context, const mobilith_profile* profile) {
    auto& to = *static_cast<Seen*>(context);
    to.profiles.push_back(*profile);
    to.outputs.push_back(*static_cast<const float*>(profile->output));
    to.other_thread |= std::this_thread::get_id() != to.runner;
  };
  const Session session(model(), options);
  run(session);
  REQUIRE(seen.profiles.size() == 3);
  CHECK(!seen.other_thread);
  CHECK(seen.outputs == std::vector<float>{2, 2 * 64 + 2016, 2 * 64 + 2016});
  for (int i = 0; i < 3; i++) {
    const mobilith_profile& profile = seen.profiles[i];
    const mobilith_step& step = model().variants[0].steps[i];
    CHECK(profile.index == i);
    CHECK(std::string(profile.name) == step.name);
    CHECK(std::string(profile.kernel) == step.kernel_name);
    CHECK(profile.madds == step.madds);
    CHECK(profile.bytes == step.bytes);
    CHECK(profile.output_height == step.output_height);
    CHECK(profile.output_width == step.output_width);
    CHECK(profile.output_channels == step.output_channels);
    CHECK(profile.output_channel_stride == step.output_channel_stride);
    CHECK((profile.seconds >= 0 && profile.seconds < 60));
  }
}

TEST_CASE("two sessions on one model, used in turns, do not disturb each other") {
  const Session a(model(), with_threads(3)), b(model(), with_threads(2));
  const std::vector<float> other{9, 8, 7, 6};
  std::vector<float> output(floats);
  for (int i = 0; i < 200; i++) {
    REQUIRE(run(a) == expected(input));
    REQUIRE(mobilith_run(b.get(), other.data(), bytes, output.data(), bytes) == MOBILITH_OK);
    REQUIRE(output == expected(other));
  }
}

TEST_CASE("eight threads, each with a session of its own, share one model") {
  std::vector<std::thread> threads;
  std::vector<int> wrong(8, -1);
  for (int t = 0; t < 8; t++)
    threads.emplace_back([&wrong, t] {
      const Session session(model(), with_threads(1 + t % 3));
      wrong[t] = session.status() != MOBILITH_OK;
      const std::vector<float> mine{static_cast<float>(t), 1, 2, 3};
      std::vector<float> output(floats);
      for (int i = 0; i < 100; i++) {
        wrong[t] += mobilith_run(session.get(), mine.data(), bytes, output.data(), bytes) != MOBILITH_OK;
        wrong[t] += output != expected(mine);
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(8, 0));
}

TEST_CASE("every status has a message of its own") {
  std::vector<std::string> messages;
  for (int status = MOBILITH_OK; status <= MOBILITH_WRONG_REGION; status++) {
    const std::string message = mobilith_status_message(static_cast<mobilith_status>(status));
    CHECK(!message.empty());
    CHECK(message != "unknown status");
    for (const std::string& other : messages) CHECK(message != other);
    messages.push_back(message);
  }
  CHECK(std::string(mobilith_status_message(static_cast<mobilith_status>(MOBILITH_WRONG_REGION + 1))) ==
        "unknown status");
}

}  // namespace test_session

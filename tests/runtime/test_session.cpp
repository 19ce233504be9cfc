#include <cstring>
#include <string>
#include <thread>

#include "catch.h"
#include "runtime/model.h"

using namespace mobilith;

namespace {

constexpr size_t bytes = sizeof(float) * handmade::floats;
const std::vector<float> input{1, -2, 3, 0.5f};

mobilith_options with_threads(int threads) {
  mobilith_options options;
  mobilith_options_init(&options);
  options.threads = threads;
  return options;
}

struct Session {
  mobilith_session* session = nullptr;
  mobilith_status status;
  explicit Session(const mobilith_options* options, const mobilith_model& model = handmade::model())
      : status(mobilith_session_create(&model, options, &session)) {}
  ~Session() { mobilith_session_destroy(session); }
  std::vector<float> run(mobilith_status expected = MOBILITH_OK) {
    std::vector<float> output(handmade::floats);
    CHECK(mobilith_run(session, input.data(), bytes, output.data(), bytes) == expected);
    return output;
  }
};

// An executor that runs lanes one after the other, last first.
void backwards(void* context, int32_t count, void (*task)(void*, int32_t), void* task_context) {
  for (int32_t i = count; i-- > 0;) task(task_context, i);
  ++*static_cast<int*>(context);
}

void own_threads(void*, int32_t count, void (*task)(void*, int32_t), void* task_context) {
  std::vector<std::thread> threads;
  for (int32_t i = 0; i < count; i++) threads.emplace_back(task, task_context, i);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("a session runs the model's steps, with any number of threads") {
  for (int threads : {1, 2, 3, 8, 64}) {
    const mobilith_options options = with_threads(threads);
    Session session(&options);
    REQUIRE(session.status == MOBILITH_OK);
    for (int run = 0; run < 200; run++) CHECK(session.run() == handmade::expected(input));
  }
}

TEST_CASE("null options mean one thread") {
  Session session(nullptr);
  REQUIRE(session.status == MOBILITH_OK);
  CHECK(session.run() == handmade::expected(input));
}

TEST_CASE("the caller's executor may run lanes in any order, or all at once") {
  for (int threads : {1, 2, 7}) {
    mobilith_options options = with_threads(threads);
    int calls = 0;
    options.parallel_for = backwards;
    options.parallel_for_context = &calls;
    Session session(&options);
    REQUIRE(session.status == MOBILITH_OK);
    CHECK(session.run() == handmade::expected(input));
    CHECK(calls == (threads == 1 ? 0 : 1));
    options.parallel_for = own_threads;
    Session other(&options);
    CHECK(other.run() == handmade::expected(input));
  }
}

TEST_CASE("wrong arguments are a status") {
  mobilith_session* session = nullptr;
  CHECK(mobilith_session_create(nullptr, nullptr, &session) == MOBILITH_INVALID_ARGUMENT);
  CHECK(mobilith_session_create(&handmade::model(), nullptr, nullptr) == MOBILITH_INVALID_ARGUMENT);
  for (int threads : {0, -1, 65}) {
    const mobilith_options options = with_threads(threads);
    CHECK(mobilith_session_create(&handmade::model(), &options, &session) == MOBILITH_INVALID_ARGUMENT);
    CHECK(session == nullptr);
    CHECK(mobilith_session_bytes(&handmade::model(), &options) == 0);
  }
  Session good(nullptr);
  float output[handmade::floats];
  CHECK(mobilith_run(nullptr, input.data(), bytes, output, bytes) == MOBILITH_INVALID_ARGUMENT);
  CHECK(mobilith_run(good.session, nullptr, bytes, output, bytes) == MOBILITH_INVALID_ARGUMENT);
  CHECK(mobilith_run(good.session, input.data(), bytes, nullptr, bytes) == MOBILITH_INVALID_ARGUMENT);
  CHECK(mobilith_run(good.session, input.data(), bytes - 4, output, bytes) == MOBILITH_WRONG_SIZE);
  CHECK(mobilith_run(good.session, input.data(), bytes, output, bytes + 4) == MOBILITH_WRONG_SIZE);
  mobilith_session_destroy(nullptr);
  mobilith_options_init(nullptr);
}

TEST_CASE("a model of another version, or for another CPU, is refused") {
  mobilith_model model = handmade::model();
  mobilith_session* session = nullptr;
  model.abi_version++;
  CHECK(mobilith_session_create(&model, nullptr, &session) == MOBILITH_WRONG_VERSION);
  CHECK(mobilith_model_describe(&model) == nullptr);
  CHECK(mobilith_session_bytes(&model, nullptr) == 0);
  model = handmade::model();
  model.struct_bytes--;
  CHECK(mobilith_session_create(&model, nullptr, &session) == MOBILITH_WRONG_VERSION);
  model = handmade::model();
  model.cpu_features = 1ull << 63;  // no CPU has it
  CHECK(mobilith_session_create(&model, nullptr, &session) == MOBILITH_UNSUPPORTED_CPU);
  CHECK(session == nullptr);
}

TEST_CASE("the caller's memory is used and must fit") {
  alignas(64) static uint8_t memory[1 << 16];
  mobilith_options options = with_threads(3);
  const size_t needed = mobilith_session_bytes(&handmade::model(), &options);
  REQUIRE(needed == 128 + (1024 + 64) + 2 * 64);
  options.memory = memory;
  options.memory_bytes = needed - 1;
  CHECK(Session(&options).status == MOBILITH_WRONG_SIZE);
  options.memory_bytes = needed;
  options.memory = memory + 32;
  CHECK(Session(&options).status == MOBILITH_INVALID_ARGUMENT);
  options.memory = memory;
  std::memset(memory, 0xa5, sizeof memory);
  Session session(&options);
  REQUIRE(session.status == MOBILITH_OK);
  CHECK(session.run() == handmade::expected(input));
  bool touched = false;
  for (size_t i = 0; i < needed; i++) touched = touched || memory[i] != 0xa5;
  CHECK(touched);
  for (size_t i = needed; i < sizeof memory; i++) REQUIRE(memory[i] == 0xa5);
}

TEST_CASE("a failing task fails the run, and the session lives on") {
  for (int threads : {1, 4}) {
    const mobilith_options options = with_threads(threads);
    Session session(&options, handmade::failing_model());
    for (int i = 0; i < 20; i++) session.run(MOBILITH_KERNEL_FAILURE);
  }
}

TEST_CASE("the profiling callback sees every step with its figures") {
  static std::vector<mobilith_profile> seen;
  seen.clear();
  mobilith_options options = with_threads(2);
  int context = 7;
  options.profile_context = &context;
  options.profile = [](void* given, const mobilith_profile* profile) {
    CHECK(*static_cast<int*>(given) == 7);
    CHECK(profile->output != nullptr);
    seen.push_back(*profile);
  };
  Session session(&options);
  session.run();
  REQUIRE(seen.size() == 3);
  CHECK(std::string(seen[1].name) == "second");
  CHECK(std::string(seen[1].kernel) == "sum");
  CHECK(seen[1].index == 1);
  CHECK(seen[1].madds == 256);
  CHECK(seen[2].bytes == 48);
  CHECK(seen[2].output_channels == handmade::floats);
  for (const mobilith_profile& profile : seen) CHECK(profile.seconds >= 0);
}

TEST_CASE("eight threads, each with a session of its own, share one model") {
  std::vector<std::thread> threads;
  std::vector<int> wrong(8, -1);
  for (int t = 0; t < 8; t++)
    threads.emplace_back([&wrong, t] {
      const mobilith_options options = with_threads(1 + t % 3);
      mobilith_session* session = nullptr;
      wrong[t] = mobilith_session_create(&handmade::model(), &options, &session) != MOBILITH_OK;
      const std::vector<float> mine{static_cast<float>(t), 1, 2, 3};
      std::vector<float> output(handmade::floats);
      for (int run = 0; run < 100; run++) {
        wrong[t] += mobilith_run(session, mine.data(), bytes, output.data(), bytes) != MOBILITH_OK;
        wrong[t] += output != handmade::expected(mine);
      }
      mobilith_session_destroy(session);
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(8, 0));
}

TEST_CASE("every status has a message of its own") {
  std::vector<std::string> messages;
  for (int status = 0; status <= 7; status++) {
    const std::string message = mobilith_status_message(static_cast<mobilith_status>(status));
    CHECK(!message.empty());
    for (const std::string& other : messages) CHECK(message != other);
    messages.push_back(message);
  }
  CHECK(std::string(mobilith_status_message(static_cast<mobilith_status>(99))) == "unknown status");
}

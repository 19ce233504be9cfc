// The manifest's stack_bytes: enough for the thread that runs and for the executor's, on every CPU's kernels.
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <iostream>
#include <stdexcept>

#include "bench/loaded_library.h"
#include "catch.h"
#include "nightly.h"
#include "package/compile_library.h"
#include "reference/reference.h"
#include "skip.h"
#include "targets/x86_cpus.h"

namespace test_stack {

using namespace mobilith;

namespace {

// A stack of exactly so many bytes above a page that nobody may touch, painted.
class Stack {
 public:
  explicit Stack(size_t bytes)
      : bytes_(bytes), page_(static_cast<size_t>(sysconf(_SC_PAGESIZE))), pages_(bytes + page_) {
    void* mapped = mmap(nullptr, pages_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) throw std::bad_alloc();
    memory_ = static_cast<uint8_t*>(mapped);
    mprotect(memory_, page_, PROT_NONE);
    std::memset(bottom(), paint, bytes_);
  }
  ~Stack() { munmap(memory_, pages_); }
  Stack(const Stack&) = delete;

  // On a thread that has nothing else; waits for it.
  void run(std::function<void()> what) const {
    const auto start = [](void* argument) -> void* {
      (*static_cast<std::function<void()>*>(argument))();
      return nullptr;
    };
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    if (pthread_attr_setstack(&attributes, bottom(), bytes_) != 0 ||
        pthread_create(&thread, &attributes, start, &what) != 0)
      throw std::runtime_error("no thread with this stack");
    pthread_attr_destroy(&attributes);
    pthread_join(thread, nullptr);
  }

  // Bytes from the deepest one that was written to the top.
  size_t used() const {
    return static_cast<size_t>(
        bottom() + bytes_ - std::find_if(bottom(), bottom() + bytes_, [](uint8_t b) { return b != paint; }));
  }

 private:
  static constexpr uint8_t paint = 0xa5;
  uint8_t* bottom() const { return memory_ + page_; }
  size_t bytes_, page_, pages_;
  uint8_t* memory_;
};

struct Library {
  LoadedLibrary loaded;
  size_t stack_bytes;
  std::vector<float> input;

  Library(CompiledLibrary library, const reference::Activation& of)
      : loaded(LoadedLibrary::from_bytes(library.archive, "stack_model")),
        stack_bytes(library.manifest["variants"][0]["memory"].at("stack_bytes").get<size_t>()),
        input(of.values.begin(), of.values.end()) {}

  static Library of(const Network& network, const std::string& cpu, const reference::Activation& input) {
    LibraryOptions options;
    options.name = "stack_model";
    options.cpus = {cpu};
    options.jobs = 2;
    return {compile_library(network, *open_weights("synthetic"), options), input};
  }

  // Null: this CPU lacks what the library needs.
  mobilith_session* session(const mobilith_options& options) const {
    mobilith_session* made = nullptr;
    const mobilith_status status = mobilith_session_create(loaded.model(), &options, &made);
    CHECK((status == MOBILITH_OK || status == MOBILITH_UNSUPPORTED_CPU));
    return made;
  }

  std::vector<float> run(mobilith_session* session) const {
    const mobilith_model_info& info = *mobilith_model_describe(loaded.model());
    std::vector<float> output(info.output_bytes / sizeof(float), -1.0f);
    if (mobilith_run(session, input.data(), info.input_bytes, output.data(), info.output_bytes) !=
        MOBILITH_OK)
      output.clear();
    return output;
  }
};

mobilith_options with_threads(int threads) {
  mobilith_options options;
  mobilith_options_init(&options);
  options.threads = threads;
  return options;
}

// Each lane on a thread of its own with the stack that context points to.
void on_stacks(void* context, int32_t count, void (*task)(void*, int32_t), void* task_context) {
  for (int32_t i = 0; i < count; i++) static_cast<const Stack*>(context)->run([=] { task(task_context, i); });
}

}  // namespace

// A ctest for each x86-64 level and for this CPU (tests/property/CMakeLists.txt). By day one of the networks
// for each, in turn.
TEST_CASE("threads with the manifest's stack run every kind of block", "[.cpu]") {
  const std::string cpu = targets::cpu_under_test();
  for (const Configuration& c : {Configuration{"mobilenet_v1", 0.5, 1, 64, 64, 100},
                                 Configuration{"mobilenet_v2", 0.75, 1, 64, 64, 100}}) {
    if (!testing::in_turn(c.net)) continue;
    const Network network = build_network(c);
    const reference::Activation input = reference::formula_input(network.blocks.front().in());
    INFO(c.net << " for " << cpu);
    const Library library = Library::of(network, cpu, input);
    CHECK(library.stack_bytes % 4096 == 0);
    CHECK(library.stack_bytes < 100 << 10);  // musl gives a session's own threads 128 KB
    mobilith_options options = with_threads(1);
    mobilith_session* session = library.session(options);
    if (!session) return skip("this CPU lacks what " + cpu + " has");
    const std::vector<float> expected = library.run(session);
    CHECK(!expected.empty());

    const Stack exact(library.stack_bytes), ample(1 << 20);
    std::vector<float> output;
    ample.run([&] { output = library.run(session); });
    std::cout << c.net << ", " << cpu << ": " << ample.used() << " of " << library.stack_bytes << " bytes\n";
    CHECK(ample.used() + (8 << 10) <= library.stack_bytes);  // no signal has come, nothing was bound lazily
    exact.run([&] { output = library.run(session); });
    CHECK(output == expected);
    mobilith_session_destroy(session);

    options = with_threads(3);
    options.parallel_for = on_stacks;
    options.parallel_for_context = const_cast<Stack*>(&exact);
    session = library.session(options);
    CHECK(library.run(session) == expected);
    mobilith_session_destroy(session);
  }
}

}  // namespace test_stack

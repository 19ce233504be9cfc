// Sessions that read a copy of their weights: mobilith_options.large_pages. Where the kernel knows no such
// pages, the same cases say that weights are read where they are.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "catch.h"
#include "mobilith_weights.h"
#include "runtime/child.h"
#include "runtime/guarded_memory.h"
#include "runtime/large_pages.h"
#include "runtime/scripted_model.h"
#include "runtime/weighted_model.h"

namespace test_large_pages {

using namespace mobilith::handmade;

namespace {

constexpr size_t megabyte = size_t{1} << 20;

bool copies() {
  static const bool has = kernel_has_large_pages();
  return has;
}

bool inside(const uint8_t* address, const uint8_t* begin, size_t bytes) {
  return address >= begin && address < begin + bytes;
}

// What the session reads: the same contents, in a copy or where they are.
void check_reads(mobilith_session* session, WeightedModel& model, bool copied, int cpu = 0) {
  const SeenWeights seen = run_weighted(session), expected = model.expected(cpu);
  CHECK(seen.first_sum == expected.first_sum);
  CHECK(seen.second_sum == expected.second_sum);
  CHECK(inside(seen.first, model.weights(), model.bytes()) == !copied);
  CHECK((seen.first == expected.first) == !copied);
  CHECK(reinterpret_cast<uintptr_t>(seen.first) % 64 == 0);
}

// A file in memory, with a path. Its name is in /proc/self/maps where it is mapped.
class File {
 public:
  explicit File(const std::string& contents) : file_(memfd_create("large_pages_weights", 0)) {
    REQUIRE(file_ >= 0);
    write(contents);
  }
  ~File() { close(file_); }
  File(const File&) = delete;
  void write(const std::string& contents) const {
    REQUIRE(pwrite(file_, contents.data(), contents.size(), 0) == static_cast<ssize_t>(contents.size()));
  }
  void cut() const { REQUIRE(ftruncate(file_, 0) == 0); }
  const char* path() const { return path_.c_str(); }
  bool mapped() const {
    std::ifstream lines("/proc/self/maps");
    for (std::string line; std::getline(lines, line);)
      if (line.find("large_pages_weights") != std::string::npos) return true;
    return false;
  }

 private:
  int file_;
  std::string path_ = "/proc/self/fd/" + std::to_string(file_);
};

mobilith_options from_file(const File& file, int32_t large_pages) {
  mobilith_options options = with_threads(1);
  options.weights_file = file.path();
  options.large_pages = large_pages;
  return options;
}

struct Forced {
  explicit Forced(const char* cpu) { setenv("MOBILITH_CPU", cpu, 1); }
  ~Forced() { unsetenv("MOBILITH_CPU"); }
};

}  // namespace

TEST_CASE("with large pages a session reads a copy of its weights, others beside it the library's own") {
  WeightedModel model({3 * megabyte, 2 * megabyte});
  for (const int threads : {1, 3})
    for (const mobilith_parallel_for executor :
         {mobilith_parallel_for{nullptr}, mobilith_parallel_for{backwards}}) {
      mobilith_options options = with_executor(threads, executor);
      const Session plain(model.get(), options);
      options.large_pages = 1;
      const Session first(model.get(), options), second(model.get(), options), third(model.get());
      for (int run = 0; run < 2; run++) {
        check_reads(plain.get(), model, false);
        check_reads(first.get(), model, copies());
        check_reads(second.get(), model, copies());
        check_reads(third.get(), model, false);
      }
      const uint8_t *one = run_weighted(first.get()).first, *other = run_weighted(second.get()).first;
      CHECK((one != other) == copies());  // nothing is shared
      if (copies()) CHECK(reinterpret_cast<uintptr_t>(one) % large_page == 0);
    }
}

TEST_CASE("a copy is made once: what the library's weights become is not seen") {
  WeightedModel model({3 * megabyte, 64});
  const Session plain(model.get(), with_threads(1)), copied(model.get(), with_large_pages());
  const SeenWeights before = model.expected();
  model.constant(0)[megabyte] ^= 1;
  CHECK(run_weighted(plain.get()).first_sum == model.expected().first_sum);
  CHECK((run_weighted(copied.get()).first_sum == before.first_sum) == copies());
}

TEST_CASE("of less than a large page there is no copy") {
  for (const size_t bytes : {large_page - 64, large_page, large_page + 64}) {
    INFO(bytes << " bytes");
    WeightedModel model({bytes - 64, 64});
    const Session session(model.get(), with_large_pages());
    check_reads(session.get(), model, copies() && bytes >= large_page);
  }
}

TEST_CASE("of a library for several CPUs what this CPU's kernels read is copied, shared or not") {
  // The first CPU's alone; shared by the first two; the second's alone; the third's, which it reads
  // backwards.
  WeightedModel model({3 * megabyte, 2 * megabyte, megabyte, 64, 3 * megabyte},
                      {{"first", 0, 1}, {"second", 1, 2}, {"third", 4, 3}, {"small", 2, 3}});
  const std::pair<const char*, bool> cpus[] = {
      {"first", true}, {"second", true}, {"third", true}, {"small", false}};
  for (int i = 0; i < 4; i++) {
    INFO(cpus[i].first);
    const Forced cpu(cpus[i].first);
    const Session plain(model.get(), with_threads(1)), copied(model.get(), with_large_pages());
    check_reads(plain.get(), model, false, i);
    check_reads(copied.get(), model, copies() && cpus[i].second, i);
    if (!copies()) continue;
    // The copy begins with the CPU's first constant: of the third's two that is not the first operand.
    const auto address = reinterpret_cast<uintptr_t>(run_weighted(copied.get()).first);
    if (cpus[i].second) CHECK(address % large_page == (i == 2 ? 64 : 0));
  }
}

TEST_CASE("of a weights file a copy is made and the file let go; without, it stays mapped") {
  WeightedModel model({3 * megabyte, 2 * megabyte});
  const SeenWeights expected = model.expected();
  const File file(model.move_to_file());
  {
    const Session mapped(model.get(), from_file(file, 0));
    CHECK(file.mapped());
    CHECK(run_weighted(mapped.get()).first_sum == expected.first_sum);
  }
  CHECK(!file.mapped());
  const Session copied(model.get(), from_file(file, 1));
  CHECK(file.mapped() == !copies());
  if (copies()) file.cut();  // a mapping would end in SIGBUS
  const SeenWeights seen = run_weighted(copied.get());
  CHECK(seen.first_sum == expected.first_sum);
  CHECK(seen.second_sum == expected.second_sum);
}

TEST_CASE("a weights file is refused as without large pages, and let go") {
  WeightedModel model({3 * megabyte, 64});
  const std::string whole = model.move_to_file();
  const File file(whole);
  const auto status = [&](const mobilith_options& options) {
    const mobilith_status found = Session(model.get(), options).status();
    CHECK(!file.mapped());
    return found;
  };
  for (const int32_t large_pages : {0, 1}) {
    CHECK(status(from_file(file, large_pages)) == MOBILITH_OK);
    mobilith_options options = from_file(file, large_pages);
    options.weights_file = nullptr;
    CHECK(status(options) == MOBILITH_NO_WEIGHTS);
    options.weights_file = "/no such file";
    CHECK(status(options) == MOBILITH_NO_WEIGHTS);
    for (const size_t place : {size_t{0}, size_t{40}, size_t{64}, whole.size() / 2, whole.size() - 1}) {
      std::string damaged = whole;
      damaged[place] ^= 1;
      file.write(damaged);
      CHECK(status(from_file(file, large_pages)) == MOBILITH_WRONG_WEIGHTS);
    }
    file.write(whole);
  }
}

TEST_CASE("weights in the caller's memory are copied, too, checked and aligned as ever") {
  WeightedModel model({3 * megabyte, 64});
  const SeenWeights expected = model.expected();
  const std::string file = model.move_to_file();
  const std::unique_ptr<void, void (*)(void*)> memory(std::aligned_alloc(64, file.size() + 64), std::free);
  auto* bytes = static_cast<uint8_t*>(memory.get());
  std::memcpy(bytes, file.data(), file.size());
  mobilith_options options = with_large_pages();
  options.weights = bytes;
  options.weights_bytes = file.size();
  const Session session(model.get(), options);
  REQUIRE(session.status() == MOBILITH_OK);
  bytes[megabyte] ^= 1;
  CHECK((run_weighted(session.get()).first_sum == expected.first_sum) == copies());
  CHECK(Session(model.get(), options).status() == MOBILITH_WRONG_WEIGHTS);
  options.weights = bytes + 4;
  CHECK(Session(model.get(), options).status() == MOBILITH_INVALID_ARGUMENT);
}

TEST_CASE("the copy is beside the caller's memory, which need not be larger for it") {
  WeightedModel model({3 * megabyte, 64});
  mobilith_options options = with_threads(2);
  const size_t needed = mobilith_session_bytes(&model.get(), &options);
  options.large_pages = 1;
  REQUIRE(mobilith_session_bytes(&model.get(), &options) == needed);
  for (const auto against : {GuardedMemory::Against::below, GuardedMemory::Against::above}) {
    const GuardedMemory memory(needed, against);
    options.memory = memory.data();
    options.memory_bytes = needed;
    const Session session(model.get(), options);
    check_reads(session.get(), model, copies());
    options.memory_bytes = needed - 1;
    CHECK(Session(model.get(), options).status() == MOBILITH_WRONG_SIZE);
  }
}

TEST_CASE("a child of fork() reads its parent's copy, and destroys it") {
  WeightedModel model({3 * megabyte, 64});
  for (const int threads : {1, 3}) {
    mobilith_session* session = nullptr;
    const mobilith_options options = with_large_pages(threads);
    REQUIRE(mobilith_session_create(&model.get(), &options, &session) == MOBILITH_OK);
    const SeenWeights expected = run_weighted(session);
    CHECK(in_child([&] {
            const SeenWeights seen = run_weighted(session);
            mobilith_session_destroy(session);
            return seen.first == expected.first && seen.first_sum == expected.first_sum;
          }) == "right");
    CHECK(run_weighted(session).first_sum == expected.first_sum);
    mobilith_session_destroy(session);
  }
}

TEST_CASE("threads make, run and destroy sessions with and without copies at once") {
  WeightedModel model({3 * megabyte, 64});
  const SeenWeights expected = model.expected();
  std::vector<int> wrong(4, 0);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++)
    threads.emplace_back([&, t] {
      for (int round = 0; round < 5; round++) {
        const bool large = (t + round) % 2 == 0;
        const Session session(model.get(), large ? with_large_pages() : with_threads(1));
        const SeenWeights seen = run_weighted(session.get());
        wrong[t] +=
            seen.first_sum != expected.first_sum || (seen.first == expected.first) == (large && copies());
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(4, 0));
}

TEST_CASE("a model without weights has nothing to copy") {
  const ScriptedModel model([](mobilith_worker*, const float* input, uint8_t*, float* output) {
    std::copy_n(input, ScriptedModel::floats, output);
    return 0;
  });
  const Session session(model.get(), with_large_pages());
  const std::vector<float> input(ScriptedModel::floats, 2.0f);
  std::vector<float> output(ScriptedModel::floats);
  REQUIRE(mobilith_run(session.get(), input.data(), ScriptedModel::bytes, output.data(),
                       ScriptedModel::bytes) == MOBILITH_OK);
  CHECK(output == input);
}

}  // namespace test_large_pages

// A harness's main where there is no libFuzzer: mutates the files of the folders, for so many seconds, or
// 24 times as many at night, then by MOBILITH_SEED.
//   HARNESS SECONDS FOLDER...
// The input that is being tried is in HARNESS.input in the current folder, behind its size. It is left there
// by a crash, and by one that takes more than 10 s of computing.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/harness.h"
#include "nightly.h"

namespace {

namespace fs = std::filesystem;

constexpr size_t longest = size_t{1} << 20;

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  size_t below(size_t limit) {
    state_ = state_ * 6364136223846793005 + 1442695040888963407;
    return limit == 0 ? 0 : (state_ >> 33) % limit;
  }

 private:
  uint64_t state_;
};

// A change that formats feel: bits, numbers at their ends, parts left out, moved, taken from another file.
void mutate(std::string& bytes, const std::string& other, Random& random) {
  const size_t at = random.below(bytes.size()), length = random.below(1 + random.below(64));
  const size_t left = bytes.size() - at;
  switch (random.below(8)) {
    case 0:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
      break;
    case 1:
      bytes[at] = static_cast<char>(random.below(256));
      break;
    case 2:
      bytes.replace(at, std::min<size_t>(left, 1u << random.below(4)), 1u << random.below(4), '\xff');
      break;
    case 3:
      bytes.replace(at, std::min<size_t>(left, 1u << random.below(4)), 1u << random.below(4), '\0');
      break;
    case 4:
      bytes.erase(at, length);
      break;
    case 5:
      bytes.insert(at, bytes.substr(random.below(bytes.size()), length));
      break;
    case 6:
      bytes.insert(at, other.substr(random.below(other.size()), length));
      break;
    default:
      bytes.resize(random.below(8) == 0 ? at : bytes.size());
      break;
  }
  if (bytes.empty()) bytes = "x";
}

std::vector<std::string> seeds_of(int count, char** folders) {
  std::vector<std::string> seeds;
  for (int i = 0; i < count; i++)
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folders[i])) {
      if (!entry.is_regular_file() || entry.file_size() == 0 || entry.file_size() > longest) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
  return seeds;
}

// Shared with the disk, so that it is there after a crash.
class LastInput {
 public:
  explicit LastInput(std::string path) : path_(std::move(path)) {
    const int file = open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (file >= 0 && ftruncate(file, longest + sizeof(size_t)) == 0)
      bytes_ = mmap(nullptr, longest + sizeof(size_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (bytes_ == MAP_FAILED) std::perror(path_.c_str()), std::exit(1);
  }
  ~LastInput() { unlink(path_.c_str()); }
  LastInput(const LastInput&) = delete;
  void keep(const std::string& input) {
    const size_t size = input.size();
    std::memcpy(bytes_, &size, sizeof size);
    std::memcpy(static_cast<char*>(bytes_) + sizeof size, input.data(), size);
  }

 private:
  std::string path_;
  void* bytes_ = MAP_FAILED;
};

}  // namespace

int main(int count, char** values) {
  const char* seed = std::getenv("MOBILITH_SEED");
  const double seconds = count > 2 ? std::atof(values[1]) * (mobilith::testing::nightly() ? 24 : 1) : 0;
  if (seconds <= 0) return std::fprintf(stderr, "usage: %s SECONDS FOLDER...\n", values[0]), 2;
  const std::vector<std::string> seeds = seeds_of(count - 2, values + 2);
  if (seeds.empty()) return std::fprintf(stderr, "no seeds\n"), 1;
  LastInput last(fs::absolute(fs::path(values[0]).filename().string() + ".input"));
  Random random(seed ? std::strtoull(seed, nullptr, 10) : 1);
  size_t tried = 0;
  double slowest = 1;
  const auto run = [&](const std::string& input) {
    last.keep(input);
    const std::clock_t begin = std::clock();
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
    const double took = double(std::clock() - begin) / CLOCKS_PER_SEC;
    if (took > slowest)
      slowest = took, std::printf("input %zu of %zu bytes took %.2f s\n", tried, input.size(), took);
    if (took > 10) std::_Exit(1);
    tried++;
  };
  for (const std::string& input : seeds) run(input);
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < end) {
    std::string input = seeds[random.below(seeds.size())];
    for (size_t changes = 1 + random.below(4); changes > 0; changes--)
      mutate(input, seeds[random.below(seeds.size())], random);
    run(input.substr(0, longest));
  }
  std::printf("%zu inputs from %zu seeds\n", tried, seeds.size());
  return 0;
}

// What pages a copy of weights is in, as Linux says. A ctest of its own (CMakeLists.txt): many systems have
// huge pages switched off, or none left.
#include <sys/mman.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

#include "catch.h"
#include "runtime/large_pages.h"
#include "runtime/weighted_model.h"
#include "skip.h"

namespace test_resident_pages {

using namespace mobilith::handmade;

namespace {

// Bytes in huge pages of the mapping that holds the address, by /proc/self/smaps; -1: it does not say.
long huge_bytes_at(const void* address) {
  std::ifstream lines("/proc/self/smaps");
  bool here = false;
  for (std::string line; std::getline(lines, line);) {
    unsigned long long begin, end;
    long kilobytes;
    if (std::sscanf(line.c_str(), "%llx-%llx ", &begin, &end) == 2)
      here = reinterpret_cast<uintptr_t>(address) >= begin && reinterpret_cast<uintptr_t>(address) < end;
    else if (here && std::sscanf(line.c_str(), "AnonHugePages: %ld kB", &kilobytes) == 1)
      return kilobytes * 1024;
  }
  return -1;
}

// Whether the system gives such a page now: to memory of this test's own.
bool gives_huge_pages() {
  void* memory = mmap(nullptr, 8 * large_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return false;
  const bool taken = madvise(memory, 8 * large_page, MADV_HUGEPAGE) == 0;
  std::memset(memory, 1, 8 * large_page);
  const bool given = taken && huge_bytes_at(memory) > 0;
  munmap(memory, 8 * large_page);
  return given;
}

}  // namespace

TEST_CASE("a session's copy of its weights is in huge pages, and without the option none is", "[.resident]") {
  if (!gives_huge_pages()) return skip("this system gives no transparent huge pages, or does not tell");
  WeightedModel model({8 * large_page, large_page});
  const Session plain(model.get(), with_threads(1)), copied(model.get(), with_large_pages());
  CHECK(huge_bytes_at(run_weighted(copied.get()).first) > 0);
  CHECK(run_weighted(plain.get()).first == model.constant(0));
}

}  // namespace test_resident_pages

// What decodes a picture: its faults are one line, at its own cost.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "apart/computed_apart.h"
#include "catch.h"
#include "cli/decoded_picture.h"
#include "package/png.h"
#include "process.h"

namespace test_computed {

using namespace mobilith;
using Catch::Matchers::Contains;
using Numbers = std::vector<float>;

namespace {

std::string said(const std::function<Numbers()>& compute, const ChildLimits& limits = {}) {
  try {
    computed_apart(compute, 2 * sizeof(float), limits);
  } catch (const std::runtime_error& error) {
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
    return error.what();
  }
  return "";
}

// Of all children that ended so far, bytes.
int64_t largest_child() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  return int64_t{usage.ru_maxrss} * 1024;
}

}  // namespace

TEST_CASE("numbers come from the child, and so does what it throws") {
  CHECK(computed_apart<Numbers>([] { return Numbers{1.5f, -2}; }, 8, {}) == Numbers{1.5f, -2});
  CHECK(said([]() -> Numbers { throw std::runtime_error("no picture"); }) == "no picture");
}

TEST_CASE("a child that dies, says too much or does not end is one line") {
  CHECK_THAT(said([]() -> Numbers { std::abort(); }), Contains("the process that read it"));
  CHECK_THAT(said([]() -> Numbers { _exit(0); }), Contains("gave no answer"));
  CHECK_THAT(said([] { return Numbers(1 << 12); }), Contains("gave too long an answer"));
  const auto endless = []() -> Numbers {
    for (;;) getpid();
  };
  CHECK_THAT(said(endless, {.seconds = 1}), Contains("took more than"));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("what decodes opens no file and takes no more memory than it may") {
  CHECK_THAT(said([]() -> Numbers {
               throw std::runtime_error(open("/etc/passwd", O_RDONLY) < 0 ? std::strerror(errno) : "opened");
             }),
             !Contains("opened"));
  CHECK(said([] { return Numbers(size_t{1} << 28); }, {.bytes = 64 << 20}) ==
        "would take more than 64 MB of memory");
}

TEST_CASE("--calibrate and --images have pictures decoded by a child") {
  const TemporaryFolder folder;
  constexpr uint32_t side = 4000;  // 48 MB decoded, 0.05 MB as a file
  write_text(folder / "large.png", package::png(side, side, package::PngColour::rgb, "\x10\xe0\x50"));
  const int64_t before = largest_child();
  const Numbers values = decoded_picture(folder / "large.png", 1, 1);
  REQUIRE(values.size() == 3);
  CHECK(values[1] == Approx(0xe0 / 127.5 - 1));
  CHECK(largest_child() - before > int64_t{side} * side * 2);
}
#endif

}  // namespace test_computed

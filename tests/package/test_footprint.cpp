// What a program with one network needs: bytes of files, resident memory, threads. Weights are paged in from
// the file once, and nothing is copied.
#include <array>
#include <map>
#include <sstream>

#include "catch.h"
#include "nightly.h"
#include "process.h"
#include "skip.h"

namespace test_footprint {

namespace {

constexpr size_t kilobyte = 1024, megabyte = 1024 * kilobyte;

// What footprint.c prints, numbers alone; /proc's kB as bytes.
std::map<std::string, size_t> numbers(const std::string& text) {
  std::map<std::string, size_t> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name, unit;
    size_t value = 0;
    if (words >> name >> value) found[name] = (words >> unit) && unit == "kB" ? value * kilobyte : value;
  }
  return found;
}

// Pages of 2 MB for every allocation round what is resident up.
bool rounds_up() {
  const std::string file = "/sys/kernel/mm/transparent_hugepage/enabled";
  return std::filesystem::exists(file) && read_text(file).find("[always]") != std::string::npos;
}

void must(const std::vector<std::string>& words) {
  const ProcessResult result = run_process(words);
  INFO(words[0] << ": " << result.err << result.out);
  REQUIRE(result.code == 0);
}

struct Footprint {
  size_t archive = 0, runtime = 0, program = 0;
  std::map<std::string, size_t> run, four;  // four: sessions at once
};

Footprint measure(const std::string& net, const std::string& alpha, const std::string& resolution) {
  const TemporaryFolder folder;
  const std::filesystem::path lib = folder / "tree/lib", program = folder / "footprint";
  must({MOBILITH_PROGRAM, "generate", "--net", net, "--alpha", alpha, "--resolution", resolution, "--weights",
        "synthetic", "--name", "net", "--no-check", "--out", folder / "tree"});
  must({"cc", "-std=c99", "-DMODEL=net", "-DMODEL_HEADER=\"net.h\"",
        "-I" + (folder / "tree/include").string(), MOBILITH_SOURCE "/tests/package/apps/footprint.c",
        lib / "libnet.a", lib / "libmobilith_runtime.a", "-lpthread", "-o", program});
  const ProcessResult result = run_process({program}), four = run_process({program, "4"});
  INFO(result.err << four.err);
  REQUIRE(result.code == 0);
  REQUIRE(four.code == 0);
  using std::filesystem::file_size;
  return {file_size(lib / "libnet.a"), file_size(lib / "libmobilith_runtime.a"), file_size(program),
          numbers(result.out), numbers(four.out)};
}

// V1 1.0-224, V2 0.35-96; at night also V2 1.0-224.
template <typename Check>
void each_network(Check check) {
  std::vector<std::array<std::string, 3>> networks{{"mobilenet_v1", "1.0", "224"},
                                                   {"mobilenet_v2", "0.35", "96"}};
  if (mobilith::testing::nightly()) networks.push_back({"mobilenet_v2", "1.0", "224"});
  for (const auto& [net, alpha, resolution] : networks) {
    INFO(net << " " << alpha << "-" << resolution);
    check(measure(net, alpha, resolution));
  }
}

}  // namespace

TEST_CASE("an archive, the runtime and a program with both are little larger than the weights") {
  each_network([](const Footprint& found) {
    const size_t weights = found.run.at("weights");
    CHECK(found.archive <= weights + 500 * kilobyte);
    CHECK(found.runtime <= 64 * kilobyte);
    CHECK(found.program <= weights + megabyte);
  });
}

// A ctest of its own (tests/package/CMakeLists.txt), so that skipping it hides nothing else.
TEST_CASE("a process holds its weights, its session and little more, and starts no thread", "[.resident]") {
  if (rounds_up()) return skip("huge pages are always used");
  each_network([](const Footprint& found) {
    for (const char* line : {"Threads:", "VmHWM:", "RssAnon:"})
      if (!found.run.count(line)) return skip("/proc/self/status does not tell resident memory and threads");
    CHECK(found.run.at("Threads:") == 1);
    CHECK(found.run.at("VmHWM:") <= found.run.at("weights") + 8 * megabyte);
    CHECK(found.run.at("RssAnon:") <= found.run.at("session") + 3 * megabyte / 2);
    // Four sessions: three more times what one takes, and no weights again. Linux counts the peak by batches
    // of pages on each core (percpu_counter), so that the same run differs by some hundred kilobytes; the
    // least of these networks' weights are 6 MB.
    const size_t more = 3 * found.run.at("session");
    CHECK(found.four.at("VmHWM:") <= found.run.at("VmHWM:") + more + megabyte);
    CHECK(found.four.at("RssAnon:") <= found.run.at("RssAnon:") + more + 256 * kilobyte);
  });
}

}  // namespace test_footprint

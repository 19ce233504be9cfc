// autotune --static: records for CPUs that are not here, by prediction alone.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "catch.h"
#include "cli/errors.h"
#include "tune/autotune.h"

namespace test_static_tuning {

using nlohmann::json;

namespace {

std::vector<std::string> statically(const std::filesystem::path& records, std::vector<std::string> more) {
  more.emplace_back("--static");
  return small_autotune(records, more);
}

json tuned(const std::vector<std::string>& call) {
  const ProcessResult result = run_process(call);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return json::parse(result.out);
}

}  // namespace

TEST_CASE("a CPU that is not here gets records by prediction, which generate uses and names") {
  const TemporaryFolder folder;
  const json result = tuned(statically(folder / "records", {"--cpu", "sapphirerapids", "--candidates", "1"}));
  CHECK(result["method"] == "static");
  CHECK(result["kernels"].size() == small_kernels());
  const json records = records_in(folder / "records");
  CHECK(records.size() == small_kernels());
  for (const json& record : records) {
    CHECK(record["cpu"] == "sapphirerapids");
    CHECK(record["method"] == "static");
    CHECK(record["seconds"].get<double>() > 0);
    CHECK(record["peak_share"].get<double>() > 0);
    CHECK(record["peak_share"].get<double>() <= 1.001);
  }
  const ProcessResult listed = run_process({MOBILITH_PROGRAM, "schedules", "list", folder / "records"});
  CHECK(listed.out.find("static") != std::string::npos);
  const ProcessResult generated =
      run_process(generate_of(small_network(), folder / "records",
                              {"--cpu", "sapphirerapids", "--require-tuned", "--out", folder / "tree"}));
  INFO(generated.err);
  REQUIRE(generated.code == 0);
  const json manifest = json::parse(read_text(folder / "tree/share/net/manifest.json"));
  for (const json& kernel : manifest["variants"][0]["kernels"])
    CHECK(kernel["schedule_source"] == "predicted for sapphirerapids");
}

TEST_CASE("a CPU of another architecture is no different") {
  const TemporaryFolder folder;
  const json result = tuned(statically(folder / "records", {"--cpu", "neoverse-v1", "--candidates", "1",
                                                            "--shard", "1/4", "--caches", "l2=2M,l3=8M"}));
  CHECK(!result["kernels"].empty());
  for (const json& kernel : result["kernels"]) {
    CHECK(kernel["failed"].empty());
    CHECK(kernel["seconds"].get<double>() > 0);
  }
  for (const json& record : records_in(folder / "records")) CHECK(record["isa"] == "neon");
}

TEST_CASE("equal arguments give equal predictions, and slower caches dearer ones") {
  const TemporaryFolder folder;
  auto seconds = [&](const char* name, const char* caches) {
    double sum = 0;
    const json result =
        tuned(statically(folder / name, {"--candidates", "0", "--shard", "0/4", "--caches", caches}));
    for (const json& kernel : result["kernels"]) sum += kernel["seconds"].get<double>();
    return sum;
  };
  const double once = seconds("a", "l1=32K,l3-bandwidth=20"), again = seconds("b", "l1=32K,l3-bandwidth=20");
  CHECK(once > 0);
  CHECK(once == again);
  CHECK(seconds("c", "l1=32K,l3-bandwidth=2") > once);
}

TEST_CASE("a measured record replaces a static one and is not replaced by one") {
  const TemporaryFolder folder;
  const std::vector<std::string> few{"--candidates", "0", "--shard", "0/8"};
  auto methods = [&] {
    std::map<std::string, int> count;
    for (const json& record : records_in(folder / "records")) count[record["method"]]++;
    return count;
  };
  tuned(statically(folder / "records", few));
  const int kernels = methods()["static"];
  CHECK(kernels > 0);
  CHECK(methods()["measured"] == 0);
  tuned(small_autotune(folder / "records", few));
  CHECK(methods()["measured"] == kernels);
  CHECK(methods()["static"] == 0);
  const json before = records_in(folder / "records");
  tuned(statically(folder / "records", few));
  CHECK(records_in(folder / "records") == before);
}

TEST_CASE("Ctrl-C keeps what was found and leaves no process") {
  const TemporaryFolder folder;
  const std::string mark = "MOBILITH_STATIC_TEST=" + folder.path().string();
  const pid_t pid = start_process(statically(folder / "records", {"--cpu", "sapphirerapids"}), mark);
  const std::filesystem::path file = folder / "records/sapphirerapids.json";
  for (int i = 0; i < 300 && !std::filesystem::exists(file); i++) usleep(100'000);
  CHECK(std::filesystem::exists(file));
  kill(pid, SIGINT);
  int status = 0;
  waitpid(pid, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 130);
  CHECK(!any_process_with(mark));
  CHECK(!records_in(folder / "records").empty());
}

TEST_CASE("a candidate that crashes or hangs the compiler is counted") {
  for (const auto& [fault, kind] : {std::pair{"compile-crash:1", "crashed"}, {"compile-hang:1", "late"}}) {
    const TemporaryFolder folder;
    const ProcessResult result =
        run_process(statically(folder / "records", {"--candidates", "1", "--shard", "0/8", "--limit", "5s"}),
                    {std::string("MOBILITH_TUNE_FAULT=") + fault});
    INFO(result.err);
    REQUIRE(result.code == 0);
    const json printed = json::parse(result.out);
    for (const json& kernel : printed["kernels"]) CHECK(kernel["failed"].value(kind, 0) == 1);
  }
}

TEST_CASE("options that contradict each other are one line") {
  auto refused = [](std::vector<std::string> more, const std::vector<std::string>& words) {
    std::vector<std::string> call{"autotune", "--net", "mobilenet_v1", "--schedules", "/nonexistent"};
    call.insert(call.end(), more.begin(), more.end());
    check_refused(call, 2, words);
  };
  refused({"--static", "--runner", "env"}, {"--static", "--runner"});
  refused({"--static", "--threads", "2"}, {"--static", "--threads"});
  refused({"--caches", "l1=32K"}, {"--caches", "--static"});
  refused({"--static", "--caches", "l4=32M"}, {"--caches", "'l4=32M'", "l3"});
  refused({"--static", "--caches", "l1=soon"}, {"--caches", "soon"});
  refused({"--static", "--caches", "l1=4M,l2=1M"}, {"--caches", "l1", "l2"});
  refused({"--static", "--caches", "l3-bandwidth=0"}, {"--caches", "above 0"});
  refused({"--static", "--cpu", "saphirerapids"}, {"--cpu", "sapphirerapids"});
}

}  // namespace test_static_tuning

// mobilith explore: measured once, kept, predicted; what is refused.
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "catch.h"
#include "process.h"

namespace test_explore {

using nlohmann::json;
using Words = std::vector<std::string>;

namespace {

namespace fs = std::filesystem;

// The smallest of the published networks.
const Words smallest{"--net", "mobilenet_v1", "--alpha", "0.25", "--resolution", "128"};

ProcessResult explore(const fs::path& cache, const Words& more) {
  Words words{MOBILITH_PROGRAM, "explore"};
  words.insert(words.end(), more.begin(), more.end());
  return run_process(words, {"MOBILITH_CACHE=" + cache.string()});
}

json explored(const fs::path& cache, Words more) {
  more.insert(more.end(), {"--seconds", "0.05", "--format", "json"});
  const ProcessResult found = explore(cache, more);
  INFO(found.err);
  REQUIRE(found.code == 0);
  return json::parse(found.out);
}

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// A folder for caches with no costs in it. Kernels stay there from case to case: they compile in seconds.
const fs::path& without_costs() {
  static const TemporaryFolder folder;
  static const fs::path cache = folder / "cache";
  fs::remove_all(cache / "explore");
  return cache;
}

// The files of kept costs.
std::vector<std::string> kept_files(const fs::path& cache) {
  return fs::exists(cache / "explore") ? files_below(cache / "explore") : std::vector<std::string>{};
}

}  // namespace

TEST_CASE("a network is measured once; a second call takes what is kept, another question is measured") {
  const TemporaryFolder folder;
  const fs::path& cache = without_costs();
  const json first = explored(cache, with(smallest, {"--budget", "1s"}));
  CHECK(first["method"] == "measured");
  CHECK(first["new"] == 1);
  CHECK(first["kept"] == 0);
  CHECK(first["gigahertz"].is_null());
  CHECK(first["fitting"] == json{"V1 0.25-128"});
  CHECK(first["front"] == json{"V1 0.25-128"});
  REQUIRE(first["networks"].size() == 1);
  const json network = first["networks"][0];
  CHECK(network["net"] == "mobilenet_v1");
  CHECK(network["alpha"] == 0.25);
  CHECK(network["resolution"] == 128);
  CHECK(network["top1"] == 41.5);
  CHECK(network["top5"] == 66.3);
  CHECK(network["accuracy_source"].get<std::string>().find("mobilenet_v1.md") != std::string::npos);
  CHECK(network["madds"] == 13570304 - 256);  // the reference table has 1001 classes
  CHECK(network["params"] == 475544);
  const json& seconds = network["seconds"];
  CHECK(seconds["min"] > 0);
  CHECK(seconds["min"] <= seconds["median"]);
  CHECK(seconds["median"] <= seconds["p99"]);
  CHECK(network["rounds"] >= 10);
  CHECK(network["library_bytes"] > network["weights_bytes"]);
  CHECK(network["weights_bytes"] >= 4 * 470000);
  CHECK(network["memory_bytes"] ==
        network["weights_bytes"].get<int64_t>() + network["session_bytes"].get<int64_t>());
  CHECK(network["fits"] == true);
  REQUIRE(kept_files(cache).size() == 1);

  // Nothing is compiled either: the kernels are away, and stay so.
  fs::create_directory(folder / "kernels");
  const auto move_files = [](const fs::path& from, const fs::path& to) {
    for (const fs::directory_entry& entry : fs::directory_iterator(from))
      if (entry.is_regular_file()) fs::rename(entry.path(), to / entry.path().filename());
  };
  move_files(cache, folder / "kernels");
  const json second = explored(cache, smallest);
  CHECK(second["new"] == 0);
  CHECK(second["kept"] == 1);
  CHECK(second["networks"][0]["seconds"] == seconds);
  CHECK(second["networks"][0]["kept"] == true);
  CHECK(!second.contains("fitting"));
  CHECK(files_below(cache).size() == 1);
  move_files(folder / "kernels", cache);

  CHECK(explored(cache, with(smallest, {"--fresh"}))["new"] == 1);
  CHECK(kept_files(cache).size() == 1);
  const std::string longer = explore(cache, with(smallest, {"--seconds", "0.1"})).out;
  CHECK(longer.find("1 measured now, 0 kept") != std::string::npos);
  CHECK(explored(cache, smallest)["new"] == 0);  // a longer one answers a shorter one

  const Words records = with(smallest, {"--schedules", folder / "records"});
  fs::create_directory(folder / "records");
  CHECK(explored(cache, records)["new"] == 1);
  CHECK(explored(cache, records)["new"] == 0);
  REQUIRE(mkfifo((folder / "records" / "pipe.json").c_str(), 0600) == 0);  // waited for by nobody
  write_text(folder / "records" / "other.json", "{}");
  CHECK(explored(cache, records)["new"] == 1);
  CHECK(kept_files(cache).size() == 3);

  for (const std::string& name : kept_files(cache)) write_text(cache / "explore" / name, "damaged");
  const ProcessResult mended = explore(cache, with(smallest, {"--seconds", "0.05"}));
  CHECK(mended.code == 0);
  CHECK(mended.err.find("is damaged; it is made again") != std::string::npos);
  CHECK(mended.out.find("1 measured now, 0 kept") != std::string::npos);
}

TEST_CASE("the table, the page and the chart say the same") {
  const TemporaryFolder folder;
  const fs::path& cache = without_costs();
  const fs::path page = folder / "page.html", drawing = folder / "chart.svg";
  write_text(page, "of yesterday");
  fs::permissions(page, fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("page.html", folder / "link.html");
  const ProcessResult found =
      explore(cache, with(smallest, {"--seconds", "0.05", "--budget", "0.001us", "--report",
                                     folder / "link.html", "--chart", drawing}));
  INFO(found.err);
  CHECK(found.code == 0);
  CHECK(found.out.find("nothing takes 0.001 us or less") != std::string::npos);
  CHECK(found.out.find("V1 0.25-128                    *") != std::string::npos);
  CHECK(found.out.find("41.5    66.3") != std::string::npos);
  CHECK(fs::is_symlink(folder / "link.html"));  // what it leads to is written
  CHECK(fs::status(page).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  for (const fs::path& file : {page, drawing}) {
    const std::string text = read_text(file);
    CHECK(text.find("V1 0.25-128") != std::string::npos);
    CHECK(text.find("41.5 %") != std::string::npos);
    CHECK(text.find("yesterday") == std::string::npos);
  }
}

TEST_CASE("the other types are measured, and a CPU that is not here is predicted") {
  const fs::path& cache = without_costs();
  const json bytes = explored(cache, with(smallest, {"--dtype", "int8"}));
  CHECK(bytes["dtype"] == "int8");
  CHECK(bytes["accuracy_of"] == "f32");
  CHECK(bytes["networks"][0]["weights_bytes"] < 700000);

  const ProcessResult predicted = explore(
      cache, with(smallest, {"--static", "--cpu", "cortex-a72", "--format", "json", "--budget", "1s"}));
  INFO(predicted.err);
  REQUIRE(predicted.code == 0);
  const json all = json::parse(predicted.out);
  CHECK(all["method"] == "predicted");
  CHECK(all["machine"].is_null());
  CHECK(all["target"] == "aarch64-linux-gnu");
  CHECK(all["cpu"] == "cortex-a72");
  const json network = all["networks"][0];
  const double cycles = network["cycles"], gigahertz = all["gigahertz"];
  // Four FMAs a cycle are the most that this core does, in vectors of four; a tenth of it is not met either.
  const double madds = network["madds"];
  CHECK(cycles > madds / 8);
  CHECK(cycles < madds * 2.5);
  CHECK(network["seconds"]["min"].get<double>() == Approx(cycles / gigahertz / 1e9));
  CHECK(network["rounds"] == 0);
  CHECK(json::parse(explore(cache, with(smallest, {"--static", "--cpu", "cortex-a72", "--format", "json"}))
                        .out)["kept"] == 1);
  const std::string text = explore(cache, with(smallest, {"--static", "--cpu", "cortex-a72"})).out;
  CHECK(text.find("predicted, not measured") != std::string::npos);
}

TEST_CASE("an interrupted call keeps what it has measured") {
  const TemporaryFolder folder;
  const fs::path& cache = without_costs();
  const fs::path log = folder / "log";
  const pid_t pid = fork();
  if (pid == 0) {
    setenv("MOBILITH_CACHE", cache.c_str(), 1);
    if (freopen(log.c_str(), "w", stderr) == nullptr || freopen("/dev/null", "w", stdout) == nullptr)
      _exit(99);
    execl(MOBILITH_PROGRAM, MOBILITH_PROGRAM, "explore", "--net", "mobilenet_v1", "--alpha", "0.25",
          "--resolution", "128,160,192,224", "--seconds", "0.05", nullptr);
    _exit(99);
  }
  for (int i = 0; i < 3000 && kept_files(cache).empty(); i++)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  kill(pid, SIGINT);
  int status = 0;
  waitpid(pid, &status, 0);
  INFO(read_text(log));
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 130);
  CHECK(read_text(log).find("interrupted; what was found is kept") != std::string::npos);
  const size_t kept = kept_files(cache).size();
  CHECK(kept >= 1);
  CHECK(kept < 4);
}

TEST_CASE("what is no regular file is left as it is") {
  const TemporaryFolder folder;
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  fs::create_symlink("nowhere", folder / "dangling"), fs::create_symlink("loop", folder / "loop");
  fs::create_symlink("/dev/full", folder / "device");
  write_text(folder / "file", "mine");
  for (const auto& [name, said] :
       std::vector<std::pair<std::string, std::string>>{{"pipe", "is there, and no regular file"},
                                                        {"device", "is there, and no regular file"},
                                                        {"dangling", "is a link to no file"},
                                                        {"loop", "Too many levels of symbolic links"},
                                                        {"file/page.html", "Not a directory"}})
    for (const char* option : {"--report", "--chart"}) {
      const ProcessResult found = explore(folder / "cache", with(smallest, {option, folder / name}));
      INFO(name << ": " << found.err);
      CHECK(found.code == 1);
      CHECK(found.err ==
            std::string("mobilith: ") + option + ": " + (folder / name).string() + ": " + said + "\n");
    }
  CHECK(fs::is_fifo(folder / "pipe"));
  for (const char* name : {"dangling", "loop", "device"}) CHECK(fs::is_symlink(folder / name));
  CHECK(read_text(folder / "file") == "mine");
}

TEST_CASE("what can't be explored is refused in one line, before any work") {
  const TemporaryFolder folder;
  for (const auto& [words, code, said] : std::vector<std::tuple<Words, int, std::string>>{
           {{"--budget", "5"}, 2, "--budget: expected a time like 5ms, 500us or 0.005s, got '5'"},
           {{"--budget", "5m"}, 2, "--budget: expected a time like 5ms, 500us or 0.005s, got '5m'"},
           {{"--budget", "ms"}, 2, "--budget: expected a time like"},
           {{"--budget", ""}, 2, "--budget: expected a time like"},
           {{"--budget", "1.2.3ms"}, 2, "--budget: expected a number, got '1.2.3'"},
           {{"--budget", "0us"}, 2, "--budget: expected a time above 0"},
           {{"--net", "mobilenet_v4"}, 2, "--net: unknown network 'mobilenet_v4'"},
           {{"--net", "mobilenet_v1,"}, 2, "--net: expected names with commas"},
           {{"--alpha", "0.3"}, 2, "--alpha: no published network here has 0.3; expected some of 0.25,"},
           {{"--alpha", "1.4", "--resolution", "96"}, 2, "--resolution: no published network here has 96"},
           {{"--cpu", "cortex-a72"}, 2, "--cpu: cortex-a72 is a CPU for aarch64-linux-gnu"},
           {{"--cpu", "nonsense"}, 2, "--cpu: unknown CPU 'nonsense'"},
           {{"--target", "nonsense"}, 2, "--target: unknown target 'nonsense'"},
           {{"--static", "--threads", "2"}, 2, "--static: excludes --threads"},
           {{"--static", "--seconds", "2"}, 2, "--static: excludes --seconds"},
           {{"--threads", "0"}, 2, "--threads: expected a whole number"},
           {{"--dtype", "f64"}, 2, "--dtype: expected f32 or f16 or bf16 or int8"},
           {{"--static", "--cpu", "cortex-a72", "--dtype", "bf16"}, 1, "--dtype: cortex-a72 has no"},
           {{"--seconds", "0"}, 2, "--seconds: expected a number above 0"},
           {{"--format", "xml"}, 2, "--format: expected text or json"},
           {{"--schedules", "/nonexistent"}, 1, "--schedules: /nonexistent"},
           {{"--report", "/nonexistent/page.html"}, 1, "--report: /nonexistent/page.html"},
           {{"--chart", "/tmp"}, 1, "--chart: '/tmp': expected the name of a file"},
           {{"V1"}, 2, "expected options only"}}) {
    const ProcessResult found = explore(folder / "cache", words);
    INFO(words.front() << ": " << found.err);
    CHECK(found.code == code);
    CHECK(found.err.find(said) != std::string::npos);
    CHECK(std::count(found.err.begin(), found.err.end(), '\n') == 1);
    CHECK(found.out.empty());
  }
  CHECK(!fs::exists(folder / "cache"));
}

}  // namespace test_explore

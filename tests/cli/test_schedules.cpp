// `mobilith schedules`, and `generate` from tuning records.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "cli/errors.h"
#include "golden/run_tree.h"
#include "layout/shapes.h"
#include "records/records.h"
#include "schedules/kernel_types.h"

namespace test_schedules {

using namespace mobilith;
using nlohmann::json;

namespace {

// Lines but those of progress, which a slow run has.
int messages(const std::string& errors) {
  std::istringstream lines(errors);
  int count = 0;
  for (std::string line; std::getline(lines, line);) count += line.find(" kernels: ") == line.npos;
  return count;
}

const std::vector<std::string> network{"--net", "mobilenet_v1", "--alpha",   "0.25",      "--resolution",
                                       "32",    "--weights",    "synthetic", "--classes", "10"};

ProcessResult run(std::vector<std::string> arguments, const std::vector<std::string>& more = {}) {
  arguments.insert(arguments.begin(), MOBILITH_PROGRAM);
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_process(arguments);
}

json manifest_of(const TemporaryFolder& folder, const std::vector<std::string>& options) {
  const ProcessResult result = run({"generate", "--name", "net", "--out", folder / "tree"}, options);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return json::parse(read_text(folder / "tree/share/net/manifest.json"));
}

std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// Any schedule of the space that fits and is not the default.
json other_schedule(const json& kernel, const Machine& machine) {
  const KernelType& type = kernel_type(kernel["type"]);
  std::mt19937 random(5);
  for (;;) {
    json schedule = kernel["schedule"];
    for (const Axis& axis : type.space(kernel["shape"], machine))
      schedule[axis.parameter] = axis.values[random() % axis.values.size()];
    if (schedule != kernel["schedule"] && type.fits(kernel["shape"], schedule, machine)) return schedule;
  }
}

// What a tuner of this machine could have written, for every kernel of the network.
TuningRecords made_up_records(const json& manifest) {
  TuningRecords records;
  const json& target = manifest["variants"][0];
  const std::string features = target["features"];
  auto has = [&](const char* name) { return features.find(name) != std::string::npos; };
  for (const json& kernel : target["kernels"]) {
    TuningRecord r;
    r.key.type = kernel["type"], r.key.shape = kernel["shape"];
    r.key.machine = target["machine"];
    r.key.isa = target["vector_bits"] == 512 ? "avx512"
                : has("+avx2")               ? "avx2"
                : has("+avx")                ? "avx"
                                             : "sse4.2";
    r.schedule = other_schedule(kernel, r.key.machine);
    r.seconds = 1e-5, r.default_seconds = 1.1e-5, r.peak_share = 0.8;
    r.generator = "0.1.0", r.date = "2026-11-24";
    REQUIRE(records.add(r));
  }
  return records;
}

// A record file for this machine in a folder of its own.
struct Tuned {
  TemporaryFolder folder;
  json manifest;  // of the default's
  TuningRecords records;
  std::string cpu;
  std::filesystem::path file;

  Tuned() {
    static const json made = manifest_of(TemporaryFolder(), with(network, {"--schedules", "none"}));
    records = made_up_records(manifest = made);
    cpu = manifest["variants"][0]["cpu"];
    std::filesystem::create_directories(folder / "tuned");
    file = folder / "tuned" / (cpu + ".json");
    write_text(file, records.print());
  }
  std::vector<std::string> options() const { return with(network, {"--schedules", folder / "tuned"}); }
};

}  // namespace

TEST_CASE("generate takes records from --schedules, says so, and computes the same") {
  const Tuned tuned;
  for (const json& kernel : tuned.manifest["variants"][0]["kernels"])
    CHECK(kernel["schedule_source"] == "default");
  const TemporaryFolder folder;
  const json manifest = manifest_of(folder, with(tuned.options(), {"--require-tuned"}));
  REQUIRE(manifest["variants"][0]["kernels"].size() == tuned.manifest["variants"][0]["kernels"].size());
  for (size_t i = 0; i < manifest["variants"][0]["kernels"].size(); i++) {
    CHECK(manifest["variants"][0]["kernels"][i]["schedule_source"] == "tuned for " + tuned.cpu);
    CHECK(manifest["variants"][0]["kernels"][i]["schedule"] !=
          tuned.manifest["variants"][0]["kernels"][i]["schedule"]);
  }
  const auto expected =
      golden::generate_and_run(with(network, {"--schedules", "none", "--output", "logits"}), 1).output;
  const auto found = golden::generate_and_run(with(tuned.options(), {"--output", "logits"}), 2).output;
  REQUIRE(found.size() == expected.size());
  for (size_t i = 0; i < found.size(); i++)
    CHECK(std::abs(found[i] - expected[i]) <= 1e-5 * (1 + std::abs(expected[i])));
}

TEST_CASE("--require-tuned names the kernels without a record and the command that makes them") {
  Tuned tuned;
  TuningRecords fewer;
  for (const auto& [key, record] : tuned.records.all())
    if (record.key.type != "head") fewer.add(record);
  write_text(tuned.file, fewer.print());
  check_refused(
      with({"generate", "--out", tuned.folder / "never", "--require-tuned"}, tuned.options()), 1,
      {"--require-tuned", "1 of 11 kernels", "head_1x1x256_1x1x10", "mobilith autotune --net mobilenet_v1",
       "--alpha 0.25", "--resolution 32x32", "--classes 10"});
  CHECK(!std::filesystem::exists(tuned.folder / "never"));
  check_refused(with({"generate", "--out", tuned.folder / "never", "--require-tuned"},
                     with(network, {"--schedules", "none"})),
                2, {"--require-tuned", "--schedules none"});
}

TEST_CASE("a damaged record file is told in one line, and the library is generated all the same") {
  const Tuned tuned;
  const std::string whole = tuned.records.print();
  write_text(tuned.file, whole.substr(0, whole.size() / 2));
  const ProcessResult result = run({"generate", "--out", tuned.folder / "tree2"}, tuned.options());
  INFO(result.err);
  CHECK(result.code == 0);
  CHECK(messages(result.err) == 1);
  CHECK(result.err.find(tuned.file.string()) != std::string::npos);
}

TEST_CASE("a schedule that no longer fits costs a line and its kernel alone the record") {
  Tuned tuned;
  TuningRecords stale;
  for (auto [key, record] : tuned.records.all()) {
    if (record.key.type == "stem") record.schedule["strip"] = 10000;
    stale.add(record);
  }
  write_text(tuned.file, stale.print());
  const ProcessResult result =
      run({"generate", "--name", "net", "--out", tuned.folder / "tree2"}, tuned.options());
  CHECK(result.code == 0);
  CHECK(messages(result.err) == 1);
  CHECK(result.err.find("stem_32x32x3_16x16x8") != std::string::npos);
  const json manifest = json::parse(read_text(tuned.folder / "tree2/share/net/manifest.json"));
  for (const json& kernel : manifest["variants"][0]["kernels"])
    CHECK((kernel["schedule_source"] == "tuned for " + tuned.cpu) == (kernel["type"] != "stem"));
}

TEST_CASE("a wrong --schedules or --threads is refused") {
  const TemporaryFolder folder;
  const auto call = with({"generate", "--out", folder / "tree"}, network);
  check_refused(with(call, {"--schedules", folder / "nowhere"}), 1, {"--schedules", "nowhere", "none"});
  check_refused(with(call, {"--threads", "0"}), 2, {"--threads", "from 1"});
}

TEST_CASE("--threads decides how many tasks a default schedule has, and no number") {
  const TemporaryFolder folder;
  const auto chunk = [&](const std::vector<std::string>& more) {
    const json manifest = manifest_of(
        folder,
        with({"--net", "mobilenet_v2", "--alpha", "0.35", "--resolution", "64", "--weights", "synthetic",
              "--cpu", "x86-64-v4", "--schedules", "none", "--no-check", "--outputs", "inverted_residual_11"},
             more));
    for (const json& kernel : manifest["variants"][0]["kernels"])
      if (kernel["name"] == "inverted_residual_4x4x32_4x4x32")
        return kernel["schedule"]["chunk_vectors"].get<int>();
    FAIL(manifest["variants"][0]["kernels"]);
    return 0;
  };
  const int unsaid = chunk({}), one = chunk({"--threads", "1"}), eight = chunk({"--threads", "8"});
  CHECK(one > unsaid);
  CHECK(unsaid > eight);
}

TEST_CASE("schedules list: one row a record, of a file, a folder, or the program's own") {
  const Tuned tuned;
  const std::filesystem::path parent = tuned.file.parent_path();
  for (const std::filesystem::path& where : {tuned.file, parent}) {
    const ProcessResult table = run({"schedules", "list", where});
    CHECK(table.code == 0);
    CHECK(std::count(table.out.begin(), table.out.end(), '\n') == 12);
    for (const char* word :
         {"kernel", "isa", "of peak", "gain", "stem_32x32x3_16x16x8", "2026-11-24", "10.0 %"})
      CHECK(table.out.find(word) != std::string::npos);
    const json rows = json::parse(run({"schedules", "list", where, "--format", "json"}).out);
    REQUIRE(rows.size() == 11);
    for (size_t i = 0; i < rows.size(); i++) CHECK(rows[i]["index"] == i);
    CHECK(rows[0]["cpu"] == tuned.cpu);
    CHECK(rows[0]["shape"].is_object());
  }
  CHECK(run({"schedules", "list"}).code == 0);
  CHECK(json::parse(run({"schedules", "list", "--format", "json"}).out).is_array());
}

TEST_CASE("schedules show: all of a record, by its kernel's name or its number") {
  const Tuned tuned;
  const ProcessResult named = run({"schedules", "show", "stem_32x32x3_16x16x8", tuned.file});
  CHECK(named.code == 0);
  CHECK(named.out.find("\"schedule\": {\"strip\"") != std::string::npos);
  const json numbered = json::parse(run({"schedules", "show", "3", tuned.file, "--format", "json"}).out);
  REQUIRE(numbered.size() == 1);
  CHECK(numbered[0]["index"] == 3);
  check_refused({"schedules", "show", "99", tuned.file}, 1, {"99", "11"});
  check_refused({"schedules", "show", "stem_32x32x3_16x16x9", tuned.file}, 1,
                {"did you mean", "stem_32x32x3_16x16x8"});
}

TEST_CASE("schedules merge: the union, printed or written; into one of the files too") {
  const Tuned tuned;
  TuningRecords a, b;
  for (const auto& [key, record] : tuned.records.all()) {
    TuningRecord slower = record;
    slower.seconds = 2e-5;
    (record.key.type == "head" ? a : b).add(record);
    a.add(slower);
  }
  const std::filesystem::path one = tuned.folder / "a.json", two = tuned.folder / "b.json",
                              out = tuned.folder / "c.json";
  write_text(one, a.print());
  write_text(two, b.print());
  CHECK(run({"schedules", "merge", one, two}).out == tuned.records.print());
  CHECK(run({"schedules", "merge", two, one, "--out", out}).code == 0);
  CHECK(read_text(out) == tuned.records.print());
  CHECK(run({"schedules", "merge", one, two, "--out", one}).code == 0);
  CHECK(read_text(one) == tuned.records.print());
  // A link stays one.
  std::filesystem::create_symlink("c.json", tuned.folder / "link.json");
  write_text(out, a.print());
  CHECK(run({"schedules", "merge", two, out, "--out", tuned.folder / "link.json"}).code == 0);
  CHECK(std::filesystem::is_symlink(tuned.folder / "link.json"));
  CHECK(read_text(out) == tuned.records.print());
}

TEST_CASE("schedules verify: passes what can be used and names what can't") {
  const Tuned tuned;
  const ProcessResult good = run({"schedules", "verify", tuned.file});
  INFO(good.err);
  CHECK(good.code == 0);
  CHECK(good.out.find("11 good, 0 bad") != std::string::npos);

  json file = json::parse(tuned.records.print());
  for (json& record : file["records"]) {
    if (record["type"] == "head") record["schedule"]["tile"] = "wide";
    if (record["type"] == "stem") record["shape"]["depth_multiplier"] = 1;
  }
  file["records"][2]["seconds"] = -1;
  write_text(tuned.file, file.dump());
  const ProcessResult bad = run({"schedules", "verify", tuned.file});
  CHECK(bad.code == 1);
  CHECK(bad.out.find("8 good, 3 bad") != std::string::npos);
  CHECK(std::count(bad.err.begin(), bad.err.end(), '\n') == 3);
  for (const char* word :
       {"head_1x1x256_1x1x10", "does not fit", "stem_32x32x3_16x16x8", "no stem's", "records[2]"})
    CHECK(bad.err.find(word) != std::string::npos);
  const json told = json::parse(run({"schedules", "verify", tuned.file, "--format", "json"}).out);
  CHECK(told["good"] == 8);
  CHECK(told["bad"].size() == 3);
}

TEST_CASE("schedules: wrong usage, missing and damaged files, help") {
  const TemporaryFolder folder;
  check_refused({"schedules"}, 2, {"list, show, merge or verify"});
  check_refused({"schedules", "lits"}, 2, {"lits", "did you mean list"});
  check_refused({"schedules", "show"}, 2, {"kernel's name"});
  check_refused({"schedules", "merge", "a.json"}, 2, {"two files"});
  check_refused({"schedules", "verify"}, 2, {"expected a file"});
  check_refused({"schedules", "list", "--fromat", "json"}, 2, {"--fromat", "--format"});
  write_text(folder / "half.json", "{\"format\": 1, \"rec");
  for (const char* command : {"list", "verify"})
    check_refused({"schedules", command, folder / "nowhere.json"}, 1, {"nowhere.json", "no such file"});
  check_refused({"schedules", "list", folder / "half.json"}, 1, {"half.json", "no tuning records"});
  check_refused({"schedules", "merge", folder / "half.json", folder / "half.json"}, 1, {"half.json"});
  for (const char* command : {"list", "show", "merge", "verify"}) {
    const ProcessResult help = run({"schedules", command, "--help"});
    CHECK(help.code == 0);
    CHECK(help.out.find(std::string("usage: mobilith schedules ") + command) != std::string::npos);
  }
  CHECK(run({"schedules", "--help"}).out.find("verify") != std::string::npos);
}

}  // namespace test_schedules

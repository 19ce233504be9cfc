// Which record a kernel is built from.
#include "catch.h"
#include "layout/shapes.h"
#include "records/embedded_records.h"
#include "records/tuned_schedules.h"
#include "records/verify_record.h"
#include "schedules/kernel_types.h"
#include "targets/target.h"

namespace test_tuned_schedules {

using namespace mobilith;
using nlohmann::json;

namespace {

const json shape = SeparableShape{{14, 14, 14, 14, 1, 1, 1}, 64, 1, 64};

// A record made on this CPU; `seconds` tells it from others.
TuningRecord record_on(const std::string& cpu, int threads = 1, Products products = Products::automatic) {
  const CpuTarget target = resolve_cpu(cpu, "", products);
  TuningRecord r;
  r.key = {"separable", shape, "f32", target.isa(), target.machine, threads};
  r.schedule = kernel_type("separable").default_schedule(shape, target.machine);
  r.seconds = 1e-4;
  return r;
}

// With products as znver4 has them.
TuningRecord paired_on(const std::string& cpu) { return record_on(cpu, 1, Products::paired); }

using Files = std::map<std::string, std::vector<TuningRecord>>;

RecordSource source(const Files& files) {
  return [=](const std::string& cpu) {
    TuningRecords records;
    if (files.count(cpu))
      for (const TuningRecord& record : files.at(cpu)) REQUIRE(records.add(record));
    return records;
  };
}

struct Answer {
  std::string source = "none";
  json schedule;
  std::vector<std::string> lines;
};

Answer look_up(const std::string& cpu, const std::vector<RecordSource>& sources, int threads = 1,
               Products products = Products::automatic, Precision numbers = Precision::f32) {
  Answer answer;
  const auto found =
      tuned_schedules(resolve_cpu(cpu, "", products, false, numbers), threads, sources,
                      [&](const std::string& line) { answer.lines.push_back(line); })("separable", shape);
  if (found) answer.source = found->source, answer.schedule = found->schedule;
  return answer;
}

Answer look_up_numbers(const Files& files, Precision numbers) {
  return look_up("znver4", {source(files)}, 1, Products::automatic, numbers);
}

TuningRecord with_strip(TuningRecord record, int strip) {
  record.schedule["strip"] = strip;
  return record;
}

}  // namespace

TEST_CASE("a CPU's own record comes first, then its family's, then none") {
  const Files own{{"znver4", {record_on("znver4")}}},
      family{{"icelake-server", {paired_on("icelake-server")}}};
  Files both = own;
  both.insert(family.begin(), family.end());
  CHECK(look_up("znver4", {source(both)}).source == "tuned for znver4");
  CHECK(look_up("znver4", {source(family)}).source == "tuned for icelake-server (family)");
  CHECK(look_up("znver4", {source({})}).source == "none");
  CHECK(look_up("znver4", {}).source == "none");
}

TEST_CASE(
    "a record of another CPU is not used where vectors or instructions differ, whatever the file's name") {
  CHECK(look_up("znver4", {source({{"znver3", {record_on("znver3")}}})}).source == "none");
  CHECK(look_up("znver4", {source({{"znver4", {record_on("znver3")}}})}).source == "none");
  CHECK(look_up("haswell", {source({{"haswell", {record_on("sandybridge")}}})}).source == "none");
  CHECK(look_up("znver4", {source({{"haswell", {record_on("znver4")}}})}).source == "none");  // no relative
}

TEST_CASE("records of direct and of paired products are apart, and live in one file") {
  const TuningRecord direct = with_strip(record_on("znver4", 1, Products::direct), 1),
                     paired = with_strip(paired_on("znver4"), 2);
  const std::vector<RecordSource> both{source({{"znver4", {direct, paired}}})};
  CHECK(look_up("znver4", both, 1, Products::direct).schedule["strip"] == 1);
  CHECK(look_up("znver4", both, 1, Products::paired).schedule["strip"] == 2);
  CHECK(look_up("znver4", both).schedule["strip"] == 2);
  CHECK(look_up("znver4", {source({{"znver4", {direct}}})}).source == "none");
  CHECK(look_up("x86-64-v4", {source({{"znver4", {paired}}})}).source == "none");
  CHECK(look_up("znver5", {source({{"znver4", {paired}}})}).source == "none");  // whose tiles are others
  CHECK(look_up("x86-64-v4", {source({{"znver4", {direct}}})}).source == "tuned for znver4 (family)");
}

TEST_CASE("equal caches are preferred: own, family's, own with others, family's with others") {
  const TuningRecord own = record_on("sapphirerapids");
  TuningRecord own_other = own;
  own_other.key.machine.l2 = 1 << 20;
  const std::pair<std::string, TuningRecord> all[] = {{"sapphirerapids", own},
                                                      {"graniterapids", record_on("graniterapids")},
                                                      {"sapphirerapids", own_other},
                                                      {"icelake-server", record_on("icelake-server")}};
  const char* expected[] = {"tuned for sapphirerapids", "tuned for graniterapids (family)",
                            "tuned for sapphirerapids (other caches)", "tuned for icelake-server (family)"};
  for (int first = 0; first < 4; first++) {
    Files files;
    for (int i = first; i < 4; i++) files[all[i].first].push_back(all[i].second);
    CHECK(look_up("sapphirerapids", {source(files)}).source == expected[first]);
  }
}

TEST_CASE("only a record for as many threads is used: one for one thread may hold no work for a second") {
  const TuningRecord one = with_strip(record_on("znver4"), 1), two = with_strip(record_on("znver4", 2), 2);
  const Files both{{"znver4", {one, two}}};
  CHECK(look_up("znver4", {source(both)}, 1).schedule["strip"] == 1);
  CHECK(look_up("znver4", {source(both)}, 2).schedule["strip"] == 2);
  CHECK(look_up("znver4", {source(both)}, 4).source == "none");
  CHECK(look_up("znver4", {source({{"znver4", {two}}})}, 1).source == "none");
}

TEST_CASE("the first source is asked first, but another's own record goes before its family's") {
  const Files first{{"znver4", {with_strip(record_on("znver4"), 1)}}},
      second{{"znver4", {with_strip(record_on("znver4"), 2)}}},
      family{{"icelake-server", {paired_on("icelake-server")}}};
  CHECK(look_up("znver4", {source(first), source(second)}).schedule["strip"] == 1);
  CHECK(look_up("znver4", {source(family), source(second)}).source == "tuned for znver4");
}

TEST_CASE("a schedule that no longer fits is passed over with one line") {
  TuningRecord stale = with_strip(record_on("znver4"), 1000), foreign = record_on("znver4");
  foreign.schedule = {{"unroll", 4}};
  for (const TuningRecord& record : {stale, foreign}) {
    const Answer none = look_up("znver4", {source({{"znver4", {record}}})});
    CHECK(none.source == "none");
    REQUIRE(none.lines.size() == 1);
    CHECK(none.lines[0].find("separable_14x14x64_14x14x64") != std::string::npos);
    CHECK(none.lines[0].find("does not fit") != std::string::npos);
    const Answer next = look_up(
        "znver4", {source({{"znver4", {record}}, {"icelake-server", {paired_on("icelake-server")}}})});
    CHECK(next.source == "tuned for icelake-server (family)");
    CHECK(next.lines.size() == 1);
  }
}

TEST_CASE("instruction sets have the names that records are kept by") {
  const std::pair<const char*, const char*> names[] = {
      {"znver4", "avx512"},  {"sapphirerapids", "avx512"}, {"x86-64-v4", "avx512"}, {"haswell", "avx2"},
      {"znver3", "avx2"},    {"sandybridge", "avx"},       {"x86-64-v2", "sse4.2"}, {"x86-64", "sse2"},
      {"alderlake", "avx2"}, {"skylake", "avx2"},          {"bdver2", "avx"}};
  for (const auto& [cpu, isa] : names) CHECK(resolve_cpu(cpu).isa() == isa);
}

TEST_CASE("the records inside the generator are all of use") {
  for (const embedded::RecordFile& file : embedded::record_files()) {
    CHECK_NOTHROW(resolve_cpu(std::string(file.cpu)));
    const TuningRecords records = TuningRecords::parse(
        std::string(file.text), [&](const std::string& line) { FAIL_CHECK(file.cpu << ": " << line); });
    CHECK(!records.all().empty());
    for (const auto& [key, record] : records.all()) {
      INFO(file.cpu << " " << key);
      CHECK(why_unusable(record).value_or("") == "");
    }
  }
}

TEST_CASE("a record whose shape, schedule or both are not its type's is no use, and says why") {
  TuningRecord record = record_on("znver4");
  CHECK(why_unusable(record) == std::nullopt);
  TuningRecord stem = record, stale = with_strip(record, 1000), empty = record;
  stem.key.type = "stem";
  empty.key.shape = json::object();
  CHECK(why_unusable(stem).value().find("shape is no stem's") != std::string::npos);
  CHECK(why_unusable(empty).value().find("shape is no separable's") != std::string::npos);
  CHECK(why_unusable(stale).value().find("does not fit") != std::string::npos);
}

TEST_CASE(
    "kernels of weights of 16 bits take their own record before one of f32; those of bf16 take their own "
    "alone") {
  const TuningRecord f32 = record_on("znver4");
  TuningRecord own = with_strip(f32, 7);
  own.key.machine = resolve_cpu("znver4", "", Products::automatic, false, Precision::bf16_weights).machine;
  CHECK(look_up_numbers({{"znver4", {f32}}}, Precision::bf16_weights).source == "tuned for znver4 (f32)");
  const Answer both = look_up_numbers({{"znver4", {f32, own}}}, Precision::bf16_weights);
  CHECK(both.source == "tuned for znver4");
  CHECK(both.schedule == own.schedule);
  CHECK(look_up_numbers({{"znver4", {f32, own}}}, Precision::f32).schedule == f32.schedule);
  CHECK(look_up_numbers({{"znver4", {f32, own}}}, Precision::bf16).source == "none");
}

}  // namespace test_tuned_schedules

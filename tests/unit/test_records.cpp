#include <algorithm>
#include <cmath>
#include <limits>

#include "catch.h"
#include "records/embedded_records.h"
#include "records/records.h"
#include "unit/random_record.h"

namespace test_records {

using namespace mobilith;
using nlohmann::json;

namespace {

struct Parsed {
  TuningRecords records;
  std::vector<std::string> lines;
};

Parsed parse(const std::string& text) {
  Parsed parsed;
  parsed.records = TuningRecords::parse(text, [&](const std::string& line) { parsed.lines.push_back(line); });
  for (const std::string& line : parsed.lines) CHECK(line.find('\n') == std::string::npos);
  return parsed;
}

// A file of two good entries and one more.
std::string file_with(const json& entry) {
  TuningRecords good;
  good.add(some_record(0)), good.add(some_record(1));
  json file = json::parse(good.print());
  file["records"].insert(file["records"].begin() + 1, entry);
  return file.dump();
}

json entry_of(const TuningRecord& record) {
  TuningRecords one;
  one.add(record);
  return json::parse(one.print())["records"][0];
}

}  // namespace

TEST_CASE("what is printed is read back as the same set, whatever the records") {
  std::mt19937 random(1);
  for (int i = 0; i < 300; i++) {
    const TuningRecords records = random_records(random);
    const Parsed again = parse(records.print());
    CHECK(again.lines.empty());
    CHECK(again.records.print() == records.print());
    CHECK(again.records.all().size() == records.all().size());
  }
}

TEST_CASE("merging is commutative, associative and idempotent") {
  std::mt19937 random(2);
  for (int i = 0; i < 300; i++) {
    const TuningRecords a = random_records(random), b = random_records(random), c = random_records(random);
    CHECK(joined(a, b).print() == joined(b, a).print());
    CHECK(joined(joined(a, b), c).print() == joined(a, joined(b, c)).print());
    CHECK(joined(a, a).print() == a.print());
  }
}

TEST_CASE("of two rivals the measured one stays, then the faster one, then one of them whatever the order") {
  TuningRecord slow = some_record(), fast = some_record(), guess = some_record(), other = some_record();
  slow.seconds = 2e-4;
  guess.method = "static", guess.seconds = 1e-6;
  other.date = "2026-11-25";
  const std::pair<TuningRecord, TuningRecord> pairs[] = {{fast, slow}, {slow, guess}, {fast, other}};
  for (const auto& [better, worse] : pairs) {
    TuningRecords forward, backward;
    CHECK(forward.add(worse));
    CHECK(forward.add(better));
    CHECK(backward.add(better));
    CHECK(!backward.add(worse));
    CHECK(!backward.add(better));
    CHECK(forward.print() == backward.print());
    CHECK(forward.find(better.key)->seconds == better.seconds);
  }
}

TEST_CASE("a record is found by all of its key, and by nothing less") {
  TuningRecords records;
  records.add(some_record());
  const RecordKey key = some_record().key;
  REQUIRE(records.find(key) != nullptr);
  CHECK(records.find(key)->schedule == some_record().schedule);
  std::vector<RecordKey> others(9, key);
  others[0].type = "head";
  others[1].shape["in_channels"] = 9;
  others[2].dtype = "int8";
  others[3].isa = "avx512";
  others[4].machine.lanes = 16;
  others[5].machine.l2 = 1 << 20;
  others[6].machine.broadcast_operand = true;
  others[7].threads = 2;
  others[8].machine.element_operand = true;
  for (const RecordKey& other : others) CHECK(records.find(other) == nullptr);
}

TEST_CASE("a file is sorted, and one more record adds lines without touching others") {
  TuningRecords records;
  for (int key : {2, 0, 3}) records.add(some_record(key));
  const std::string before = records.print();
  records.add(some_record(1));
  const std::string after = records.print();
  size_t common = 0;
  while (before[common] == after[common]) common++;
  CHECK(after.ends_with(before.substr(common)));
  CHECK(std::count(after.begin(), after.end(), '\n') - std::count(before.begin(), before.end(), '\n') == 15);
}

TEST_CASE("a damaged entry costs one line that names the field, and no other entry") {
  const json good = entry_of(some_record(2));
  std::vector<std::pair<std::string, json>> damages;
  for (const auto& [name, value] : good.items()) {
    json missing = good, wrong = good;
    missing.erase(name);
    wrong[name] = json::array({1});
    damages.emplace_back(name, missing), damages.emplace_back(name, wrong);
    wrong[name] = nullptr;  // what NaN is printed as
    damages.emplace_back(name, wrong);
  }
  auto with = [&](const char* name, const json& value) {
    json entry = good;
    entry[name] = value;
    damages.emplace_back(name, entry);
  };
  with("seconds", -1e-4), with("seconds", 0), with("default_seconds", -1), with("peak_share", -0.5);
  with("threads", 0), with("threads", 1.5), with("threads", 1e300), with("threads", 18446744073709551615u);
  with("method", "guessed"), with("type", "pooling"), with("schedule", "fast"), with("shape", {{"a", -1}});
  with("shape", {{"a", 1.5}}), with("shape", {{"a", "b"}});
  with("shape", {{"activation", "swish"}});
  json machine = good["machine"];
  machine["lanes"] = 0;
  with("machine", machine);
  for (const auto& [name, entry] : damages) {
    const Parsed parsed = parse(file_with(entry));
    INFO(entry.dump());
    CHECK(parsed.records.all().size() == 2);
    REQUIRE(parsed.lines.size() == 1);
    CHECK(parsed.lines[0].find("records[1]") != std::string::npos);
    CHECK(parsed.lines[0].find(name) != std::string::npos);
  }
  for (const json& entry : {json(nullptr), json(3), json("text"), json::array(), json::object()})
    CHECK(parse(file_with(entry)).lines.size() == 1);
}

TEST_CASE("what a newer version wrote is passed over: a format, an entry's new field") {
  json file = json::parse(file_with(entry_of(some_record(2))));
  json entry = entry_of(some_record(2));
  entry["input"] = "rgb8";
  const Parsed newer_entry = parse(file_with(entry));
  CHECK(newer_entry.records.all().size() == 2);
  REQUIRE(newer_entry.lines.size() == 1);
  CHECK(newer_entry.lines[0].find("input") != std::string::npos);
  for (const json& format : {json(2), json("1"), json(nullptr), json(1.5)}) {
    file["format"] = format;
    const Parsed newer = parse(file.dump());
    CHECK(newer.records.all().empty());
    REQUIRE(newer.lines.size() == 1);
    CHECK(newer.lines[0].find("expected format 1") != std::string::npos);
  }
}

TEST_CASE("no text is more than one line of complaint: empty, not JSON, other JSON, nested without end") {
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"), std::string("{\"format\": 1}"),
        std::string("NaN"), std::string("{\"format\": 1, \"records\": {}}"), std::string("\xff\xfe\0\n", 4),
        std::string(200000, '['), "{\"format\":1,\"records\":[{\"shape\":" + std::string(200000, '{')}) {
    const Parsed parsed = parse(text);
    CHECK(parsed.records.all().empty());
    CHECK(parsed.lines.size() == 1);
  }
}

TEST_CASE("half a file, wherever it ends, is no file and no crash") {
  TuningRecords records;
  records.add(some_record(0)), records.add(some_record(1));
  const std::string whole = records.print();
  const size_t end = whole.rfind('}');
  for (size_t length = 0; length <= end; length++) {
    const Parsed parsed = parse(whole.substr(0, length));
    CHECK(parsed.records.all().empty());
    CHECK(parsed.lines.size() == 1);
  }
}

TEST_CASE("random damage to bytes never crashes, and what is still read can be printed and read again") {
  std::mt19937 random(3);
  TuningRecords records;
  records.add(some_record(0)), records.add(some_record(1));
  const std::string whole = records.print();
  for (int i = 0; i < 3000; i++) {
    std::string text = whole;
    for (unsigned n = 1 + random() % 3; n > 0; n--)
      text[random() % text.size()] =
          random() % 2 ? static_cast<char>(random()) : "{}[]\",:0-9e.\n"[random() % 13];
    const Parsed parsed = parse(text);
    CHECK(parsed.records.all().size() <= 2);
    CHECK(parse(parsed.records.print()).records.print() == parsed.records.print());
  }
}

TEST_CASE("a record that no file could hold is not taken") {
  TuningRecords records;
  for (const double seconds : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    TuningRecord record = some_record();
    record.seconds = seconds;
    CHECK(!records.add(record));
  }
  TuningRecord record = some_record();
  record.key.type = "pooling";
  CHECK(!records.add(record));
  CHECK(records.all().empty());
}

TEST_CASE("a record's shape may name activations") {
  json entry = entry_of(some_record(0));
  entry["shape"]["depthwise_activation"] = "relu";
  const Parsed parsed = parse(file_with(entry));
  CHECK(parsed.lines.empty());
  CHECK(parsed.records.all().size() == 3);
}

namespace {

// Machine, as a later version may have it.
struct NewerMachine : Machine {
  int tiles = 8;
  bool dot_products = false;
};

std::vector<JsonField<NewerMachine>> newer_fields(bool always_written = false) {
  std::vector<JsonField<NewerMachine>> fields;
  for (const JsonField<Machine>& field : machine_fields()) {
    JsonField<NewerMachine>& same = fields.emplace_back();
    same.name = field.name, same.least = field.least, same.most = field.most;
    same.always_written = field.always_written;
    std::visit([&](auto member) { same.member = static_cast<decltype(same.member)>(member); }, field.member);
  }
  fields.push_back({"tiles", &NewerMachine::tiles, 1, 64, always_written});
  fields.push_back({"dot_products", &NewerMachine::dot_products, 0, 0, always_written});
  return fields;
}

}  // namespace

TEST_CASE("a machine's later field leaves all records of before as they are, read and written") {
  int machines = 0;
  for (const embedded::RecordFile& file : embedded::record_files()) {
    const json parsed = json::parse(file.text);
    for (const json& entry : parsed.at("records")) {
      const auto machine = read_fields<NewerMachine>(entry["machine"], newer_fields(), "machine");
      CHECK(machine.tiles == 8);
      CHECK(!machine.dot_products);
      CHECK(written<NewerMachine>(machine, newer_fields()).dump() == entry["machine"].dump());
      CHECK(written<NewerMachine>(machine, newer_fields(true)).dump() != entry["machine"].dump());
      machines++;
    }
  }
  CHECK(machines > 100);
}

TEST_CASE("a machine's later field is part of the key where it is not the default") {
  NewerMachine machine;
  const json before = machine;
  CHECK(written<NewerMachine>(machine, newer_fields()) == before);
  machine.tiles = 4;
  json after = before;
  after["tiles"] = 4;
  CHECK(written<NewerMachine>(machine, newer_fields()) == after);
  CHECK(read_fields<NewerMachine>(after, newer_fields(), "machine").tiles == 4);
  CHECK_THROWS_WITH(after.get<Machine>(), Catch::Matchers::Contains("tiles"));  // the version before
}

TEST_CASE("a machine's missing field is the default one, and a damaged one is named") {
  CHECK(json(json::object().get<Machine>()) == json(Machine()));
  json machine = Machine();
  for (const char* name : {"pair_vectors", "streams"}) machine.erase(name);
  CHECK(json(machine.get<Machine>()) == json(Machine()));
  for (const auto& [name, value] : std::vector<std::pair<std::string, json>>{
           {"lanes", 0}, {"registers", 1.5}, {"broadcast_operand", 1}, {"l2", -1}, {"pair_vectors", 3}}) {
    json damaged = Machine();
    damaged[name] = value;
    CHECK_THROWS_WITH(damaged.get<Machine>(), Catch::Matchers::Contains("machine." + name));
  }
  CHECK_THROWS_WITH(json::array().get<Machine>(), Catch::Matchers::Contains("expected an object"));
}

TEST_CASE("the files inside the generator are written as they are") {
  CHECK(!embedded::record_files().empty());
  for (const embedded::RecordFile& file : embedded::record_files())
    CHECK(parse(std::string(file.text)).records.print() == file.text);
}

}  // namespace test_records

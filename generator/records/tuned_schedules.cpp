#include "records/tuned_schedules.h"

#include <fmt/format.h>

#include "records/record_entry.h"
#include "schedules/kernel_name.h"
#include "schedules/kernel_types.h"
#include "targets/cpus.h"
#include "targets/target.h"

namespace mobilith {

namespace {

bool same_caches(const Machine& a, const Machine& b) { return a.l1 == b.l1 && a.l2 == b.l2; }

// The record of this kernel for other caches than the key's; the best where there are several.
const TuningRecord* find_for_other_caches(const TuningRecords& records, const RecordKey& key) {
  auto rank = [](const TuningRecord& record) {
    return std::pair(record.method != "measured", record.seconds);
  };
  const TuningRecord* best = nullptr;
  for (const auto& [text, record] : records.all()) {
    RecordKey other = record.key;
    if (same_caches(other.machine, key.machine)) continue;
    other.machine.l1 = key.machine.l1, other.machine.l2 = key.machine.l2;
    if (key_text(other) == key_text(key) && (!best || rank(record) < rank(*best))) best = &record;
  }
  return best;
}

// The records of one CPU: one set for each source.
struct CpuRecords {
  std::string cpu;
  bool own;
  std::vector<TuningRecords> sets;
};

struct Step {
  bool own, same_caches;
  const char* remark;
};
constexpr Step steps[] = {{true, true, ""},
                          {false, true, " (family)"},
                          {true, false, " (other caches)"},
                          {false, false, " (family)"}};

struct Candidate {
  const TuningRecord* record;
  std::string source;
};

std::vector<Candidate> candidates(const std::vector<CpuRecords>& cpus, const RecordKey& key) {
  std::vector<Candidate> found;
  for (const Step& step : steps)
    for (const CpuRecords& records : cpus) {
      if (records.own != step.own) continue;
      for (const bool measured : {true, false})
        for (const TuningRecords& set : records.sets) {
          const TuningRecord* record = step.same_caches ? set.find(key) : find_for_other_caches(set, key);
          if (!record || (record->method == "measured") != measured) continue;
          const char* how = measured ? "tuned" : "predicted";
          found.push_back({record, fmt::format("{} for {}{}", how, records.cpu, step.remark)});
        }
    }
  return found;
}

}  // namespace

ScheduleLookup tuned_schedules(const CpuTarget& target, int threads, const std::vector<RecordSource>& sources,
                               const Complain& complain) {
  std::vector<CpuRecords> cpus;
  auto read = [&](const std::string& name, bool own) {
    CpuRecords records{name, own, {}};
    for (const RecordSource& source : sources) records.sets.push_back(source(name));
    cpus.push_back(std::move(records));
  };
  read(target.cpu, true);
  for (const std::string& relative : relatives(cpu_facts(target.cpu))) read(relative, false);

  return [=, machine = target.machine, isa = target.isa()](
             const std::string& type, const nlohmann::json& shape) -> std::optional<FoundSchedule> {
    const RecordKey key{.type = type,
                        .shape = shape,
                        .dtype = std::string(name_of(kernel_type(type).dtype)),
                        .isa = isa,
                        .machine = machine,
                        .threads = threads};
    std::vector<Candidate> found = candidates(cpus, key);
    if (machine.bf16_weights || machine.f16_weights) {
      RecordKey in_f32 = key;
      in_f32.machine.bf16_weights = in_f32.machine.f16_weights = false;
      for (Candidate& candidate : candidates(cpus, in_f32))
        found.push_back({candidate.record, candidate.source + " (f32)"});
    }
    for (const Candidate& candidate : found) {
      const nlohmann::json& schedule = candidate.record->schedule;
      if (kernel_type(type).fits(shape, schedule, machine)) return FoundSchedule{schedule, candidate.source};
      if (complain)
        complain(fmt::format("{}: the schedule {} does not fit and is passed over: {}",
                             kernel_name(type, shape), candidate.source, schedule.dump()));
    }
    return std::nullopt;
  };
}

}  // namespace mobilith

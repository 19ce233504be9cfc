#include "tune/record_keeper.h"

#include <fmt/chrono.h>

#include <ctime>

#include "schedules/kernel_types.h"

namespace mobilith::tune {

RecordKeeper::RecordKeeper(std::filesystem::path file, const CpuTarget& target, int threads,
                           Complain complain, std::string method)
    : file_(std::move(file)),
      target_(target),
      threads_(threads),
      complain_(std::move(complain)),
      method_(std::move(method)),
      earlier_(read_records(file_, complain_)) {}

RecordKey RecordKeeper::key(const KernelTask& work) const {
  return {.type = work.type,
          .shape = work.shape,
          .dtype = std::string(name_of(kernel_type(work.type).dtype)),
          .isa = target_.isa(),
          .machine = target_.machine,
          .threads = threads_};
}

const TuningRecord* RecordKeeper::find(const KernelTask& work) const { return earlier_.find(key(work)); }

void RecordKeeper::keep(const KernelTask& work, const KernelResult& result, double peak_share, bool known) {
  if (known) {
    const TuningRecords there = read_records(file_);
    const TuningRecord* rival = there.find(key(work));
    if (rival && (rival->method == "measured" || method_ == "static")) return;
  }
  TuningRecord record;
  record.method = method_;
  record.key = key(work);
  record.schedule = result.schedule;
  record.seconds = result.seconds;
  record.default_seconds = result.default_seconds;
  record.peak_share = peak_share;
  record.generator = MOBILITH_VERSION;
  record.date = fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)));
  TuningRecords records;
  records.add(record);
  add_records(file_, records, complain_);
}

}  // namespace mobilith::tune

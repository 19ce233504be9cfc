#include "tune/kernel_tuning.h"

#include <algorithm>

namespace mobilith::tune {

namespace {

// A default that fails may have met a full machine: it gets a second chance, then the kernel is left alone.
constexpr int default_chances = 2;
// A kernel that nothing is known of comes before one more candidate of a known one.
constexpr double first_verdict = 4.0, unknown_room = 0.4, least_room = 0.02;

}  // namespace

KernelTuning::KernelTuning(const KernelTask& work, const Machine& machine, uint64_t seed,
                           const TuningRecord* record, int most, const std::string& method)
    : work_(&work), search_(work.type, work.shape, machine, seed), most_(most) {
  result_.name = work.name;
  result_.type = work.type;
  result_.shape = work.shape;
  result_.madds = work.madds();
  result_.share = work.share;
  if (record && record->schedule != search_.space().default_schedule() &&
      search_.space().from(record->schedule)) {
    recorded_ = record->schedule;
    recorded_seconds_ = record->seconds;
    proved_ = record->method == method;
    search_.skip(recorded_);
  }
}

double KernelTuning::expected_gain(double peak_share) const {
  if (exhausted_ || given_ > most_ || default_failures_ >= default_chances) return 0;
  if (incumbent_ < 0) return open_ > 0 ? 0 : first_verdict * result_.share * unknown_room;
  const double room = std::clamp(1 - peak_share, least_room, 1.0);
  return result_.share / result_.gain() * room / (1 + 0.2 * (dry_ + open_));
}

std::optional<Attempt> KernelTuning::next() {
  std::optional<Candidate> candidate;
  Attempt attempt;
  if (incumbent_ < 0) {
    candidate = search_.space().from(search_.space().default_schedule());
  } else if (!recorded_.is_null()) {
    candidate = search_.space().from(recorded_);
    recorded_ = nullptr;
    attempt.recorded = proved_;
  } else {
    candidate = search_.next(result_.schedule);
  }
  if (!candidate) {
    exhausted_ = true;
    return std::nullopt;
  }
  attempt.number = incumbent_ < 0 ? 0 : given_;
  attempt.candidate = std::move(*candidate);
  given_ = attempt.number + 1;
  open_++;
  return attempt;
}

void KernelTuning::note(const Attempt& attempt, double seconds) {
  open_--;
  if (attempt.number > 0) result_.tried++;
  result_.course.push_back({attempt.number, seconds, result_.seconds});
}

void KernelTuning::repeats(const Attempt& attempt, int earlier) {
  const auto twin = std::find_if(result_.course.begin(), result_.course.end(),
                                 [&](const Trial& trial) { return trial.candidate == earlier; });
  const double seconds = twin == result_.course.end() ? 0 : twin->seconds;
  if (seconds > 0) search_.learn(attempt.candidate, seconds);
  note(attempt, seconds);
}

void KernelTuning::failed(const Attempt& attempt, const std::string& kind) {
  result_.failed[kind]++;
  if (attempt.number == 0) default_failures_++;
  dry_++;
  // As if slow: what resembles it is not tried first.
  if (result_.measured()) search_.learn(attempt.candidate, 2 * result_.seconds);
  note(attempt, 0);
}

bool KernelTuning::measured(const Attempt& attempt, const MeasureResult& result) {
  if (result.verdict == "wrong") return failed(attempt, "wrong"), false;
  // A time is only comparable within its own pairing, so the incumbent's time, taken at another moment, is
  // carried over by the ratio.
  const bool first = incumbent_ < 0;
  const double seconds = first ? result.seconds : result_.seconds * result.ratio;
  search_.learn(attempt.candidate, seconds);
  // A recorded schedule was proved faster before: it stays the incumbent unless the contrary is clear now.
  const bool wins = first || (attempt.recorded ? result.verdict != "slower"
                                               : result.verdict == "faster" && result.default_ratio < 1);
  if (wins) {
    incumbent_ = attempt.number;
    result_.schedule = attempt.candidate.schedule;
    result_.seconds = std::min(seconds, result.seconds);
    // A record must not lose against its own former, shorter time.
    if (attempt.recorded && recorded_seconds_ > 0)
      result_.seconds = std::min(result_.seconds, recorded_seconds_);
    // The default's time on the same scale: from the run that decided, where there was one.
    const double default_ratio = first ? 1 : result.verdict == "faster" ? result.default_ratio : result.ratio;
    result_.default_seconds = result_.seconds / default_ratio;
  }
  dry_ = wins ? 0 : dry_ + 1;
  note(attempt, seconds);
  return wins;
}

}  // namespace mobilith::tune

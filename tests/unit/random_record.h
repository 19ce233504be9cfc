// Records for tests: valid ones, few enough keys that rivals are common.
#pragma once

#include <random>

#include "records/records.h"

namespace mobilith {

inline TuningRecord some_record(int key = 0) {
  TuningRecord r;
  r.key.type = "separable";
  r.key.shape = {{"window", {{"in_height", 14}, {"in_width", 14}}}, {"in_channels", 8 + key}};
  r.key.isa = "avx2";
  r.schedule = {{"flat", false}, {"tile", {{"pixels", 6}, {"vectors", 2}}}};
  r.seconds = 1e-4;
  r.default_seconds = 1.25e-4;
  r.peak_share = 0.87;
  r.generator = "0.1.0";
  r.date = "2026-11-24";
  return r;
}

inline TuningRecord random_record(std::mt19937& random) {
  auto one_of = [&](auto... values) {
    const std::common_type_t<decltype(values)...> all[] = {values...};
    return all[random() % sizeof...(values)];
  };
  TuningRecord r = some_record(static_cast<int>(random() % 3));
  r.key.type = one_of("separable", "head");
  r.key.threads = one_of(1, 2);
  r.key.machine.l2 = one_of(512 << 10, 1 << 20);
  r.method = one_of("measured", "static");
  r.seconds = one_of(1e-4, 2e-4, 1.0 / 3);
  r.schedule["tile"]["pixels"] = one_of(1, 6);
  r.date = one_of("2026-11-24", "2026-11-25");
  return r;
}

inline TuningRecords random_records(std::mt19937& random) {
  TuningRecords records;
  for (unsigned n = random() % 8; n > 0; n--) records.add(random_record(random));
  return records;
}

inline TuningRecords joined(TuningRecords a, const TuningRecords& b) {
  a.merge(b);
  return a;
}

}  // namespace mobilith

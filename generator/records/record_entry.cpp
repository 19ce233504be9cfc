#include "records/record_entry.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <stdexcept>

#include "layout/activation_names.h"
#include "layout/quantised_shapes.h"
#include "networks/frame.h"
#include "schedules/kernel_types.h"
#include "targets/json_fields.h"
#include "text/printable.h"

namespace mobilith {

using nlohmann::json;

namespace {

constexpr int most = 1 << 20;  // far beyond any shape, and far from overflow in what is computed from it

// The fields of an object, each read once; in the end none may be left over.
class Fields {
 public:
  explicit Fields(const json& object) : object_(object) {}

  const json& any(const char* name) {
    const auto found = object_.find(name);
    if (found == object_.end()) throw std::invalid_argument(fmt::format("{}: missing", name));
    seen_++;
    return *found;
  }
  std::string text(const char* name) {
    const json& value = any(name);
    if (!value.is_string() || !is_printable(value.get_ref<const std::string&>()))
      refuse(name, "a text", value);
    return value;
  }
  double number(const char* name) {
    const json& value = any(name);
    if (!value.is_number()) refuse(name, "a number", value);
    return value;
  }
  int64_t whole(const char* name, int64_t least, int64_t highest) {
    return whole_number(name, any(name), least, highest);
  }
  void require_no_more(const std::vector<const char*>& known) const {
    if (seen_ == object_.size()) return;
    for (const auto& [name, value] : object_.items())
      if (std::find(known.begin(), known.end(), name) == known.end()) refuse_unknown(shown(name));
  }

 private:
  const json& object_;
  size_t seen_ = 0;
};

bool is_activation(const std::string& name, const json& value) {
  if (!name.ends_with("activation")) return false;
  try {
    return activation_of(value), true;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

// A word that shapes of quantised kernels or of frames have.
bool is_word(const std::string& name, const json& value) {
  const auto any_of = [&](std::span<const char* const> words) {
    return std::any_of(words.begin(), words.end(), [&](const char* word) { return value == word; });
  };
  if (name == "format") return any_of(pixel_format_words);
  if (name == "resize") return any_of(resize_words);
  if (name == "fit") return any_of(fit_words);
  if (name == "out") return any_of(std::array{"f32", "u8", "i8"});
  if (name == "rescale") {
    for (const Rescale rescale : {Rescale::floating, Rescale::integer, Rescale::real})
      if (value == to_string(rescale)) return true;
  }
  return name == "other" && (value == to_string(Other::channels) || value == to_string(Other::constant));
}

bool is_shape(const json& value) {
  const auto items = value.items();
  return std::all_of(items.begin(), items.end(), [](const auto& item) {
    const json& field = item.value();
    return field.is_boolean() || is_whole_number(field, 0, most) || is_activation(item.key(), field) ||
           is_word(item.key(), field) || (field.is_object() && is_shape(field));
  });
}

std::string type_names() {
  std::string names;
  for (const KernelType& type : kernel_types()) names += (names.empty() ? "" : ", ") + std::string(type.name);
  return names;
}

}  // namespace

std::string key_text(const RecordKey& key) {
  return json{key.type, key.shape, key.dtype, key.isa, key.machine, key.threads}.dump();
}

std::optional<std::string> fault(const TuningRecord& r) {
  const auto& types = kernel_types();
  if (std::none_of(types.begin(), types.end(),
                   [&](const KernelType& type) { return r.key.type == type.name; }))
    return fmt::format("type: expected one of {}, got {}", type_names(), shown(r.key.type));
  if (!r.key.shape.is_object() || !is_shape(r.key.shape))
    return fmt::format("shape: expected an object of whole numbers up to {}, got {}", most,
                       shown(r.key.shape));
  if (!r.schedule.is_object()) return "schedule: expected an object, got " + shown(r.schedule);
  if (r.method != "measured" && r.method != "static")
    return fmt::format("method: expected measured or static, got {}", shown(r.method));
  const std::pair<const char*, double> numbers[] = {
      {"seconds", r.seconds}, {"default_seconds", r.default_seconds}, {"peak_share", r.peak_share}};
  for (const auto& [name, value] : numbers)
    if (!std::isfinite(value) || value < 0)
      return fmt::format("{}: expected a finite number from 0 up, got {}", name, value);
  if (r.method == "measured" && r.seconds == 0) return "seconds: expected more than 0 where measured, got 0";
  return std::nullopt;
}

TuningRecord read_record(const json& entry) {
  if (!entry.is_object()) throw std::invalid_argument("expected an object, got " + shown(entry));
  Fields fields(entry);
  TuningRecord r;
  r.key.type = fields.text("type");
  r.key.shape = fields.any("shape");
  r.key.dtype = fields.text("dtype");
  r.key.isa = fields.text("isa");
  r.key.machine = fields.any("machine").get<Machine>();
  r.key.threads = static_cast<int>(fields.whole("threads", 1, most));
  r.schedule = fields.any("schedule");
  r.method = fields.text("method");
  r.seconds = fields.number("seconds");
  r.default_seconds = fields.number("default_seconds");
  r.peak_share = fields.number("peak_share");
  r.generator = fields.text("generator");
  r.date = fields.text("date");
  fields.require_no_more({"type", "shape", "dtype", "isa", "machine", "threads", "schedule", "method",
                          "seconds", "default_seconds", "peak_share", "generator", "date"});
  if (const auto why = fault(r)) throw std::invalid_argument(*why);
  return r;
}

std::string print_record(const TuningRecord& r, const std::string& indent) {
  const std::pair<const char*, json> fields[] = {{"type", r.key.type},
                                                 {"shape", r.key.shape},
                                                 {"dtype", r.key.dtype},
                                                 {"isa", r.key.isa},
                                                 {"machine", r.key.machine},
                                                 {"threads", r.key.threads},
                                                 {"schedule", r.schedule},
                                                 {"method", r.method},
                                                 {"seconds", r.seconds},
                                                 {"default_seconds", r.default_seconds},
                                                 {"peak_share", r.peak_share},
                                                 {"generator", r.generator},
                                                 {"date", r.date}};
  std::string text = indent + "{\n";
  for (const auto& [name, value] : fields)
    text +=
        fmt::format("{}  \"{}\": {}{}\n", indent, name, value.dump(), name == fields[12].first ? "" : ",");
  return text + indent + "}";
}

}  // namespace mobilith

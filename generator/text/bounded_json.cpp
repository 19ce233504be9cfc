#include "text/bounded_json.h"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "text/printable.h"

namespace mobilith {

using nlohmann::json;

namespace {

// Looks at a text before any value is made of it. The parser's own callback would look through all of a list
// again at the end of each of its items: a minute for a file of 6 MB.
class Survey final : public json::json_sax_t {
 public:
  explicit Survey(const JsonBounds& bounds) : bounds_(bounds) {}

  bool null() override { return count(); }
  bool boolean(bool) override { return count(); }
  bool number_integer(number_integer_t) override { return count(); }
  bool number_unsigned(number_unsigned_t) override { return count(); }
  bool number_float(number_float_t, const string_t&) override { return count(); }
  bool string(string_t& text) override { return look_at(text); }
  bool binary(binary_t&) override { return count(); }
  bool start_object(size_t) override {
    if (bounds_.names_once) names_.emplace_back();
    return enter();
  }
  bool key(string_t& name) override {
    if (bounds_.names_once && !names_.back().insert(name).second)
      throw JsonFault(JsonFault::Kind::twice, name);
    return look_at(name);
  }
  bool end_object() override {
    if (bounds_.names_once) names_.pop_back();
    return leave();
  }
  bool start_array(size_t) override { return enter(); }
  bool end_array() override { return leave(); }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception& error) override {
    const std::string what = error.what();  // "[json.exception.parse_error.101] parse error at line ..."
    throw JsonFault(JsonFault::Kind::damaged, what.substr(what.find("] ") + 2));
  }

 private:
  bool count() {
    if (++values_ > bounds_.values)
      throw JsonFault(JsonFault::Kind::many, fmt::format("more than {} values", bounds_.values));
    return true;
  }
  bool look_at(const std::string& text) {
    if (bounds_.printable && !is_printable(text))
      throw JsonFault(JsonFault::Kind::damaged, "a text with control characters");
    return count();
  }
  bool enter() {
    if (++depth_ > bounds_.depth)
      throw JsonFault(JsonFault::Kind::deep, fmt::format("nested deeper than {}", bounds_.depth));
    return count();
  }
  bool leave() {
    depth_--;
    return true;
  }

  const JsonBounds& bounds_;
  size_t depth_ = 0, values_ = 0;
  std::vector<std::set<std::string>> names_;
};

}  // namespace

json parse_json_within(std::string_view text, const JsonBounds& bounds) {
  // The parser takes it for the end of the text, and would not look at what follows.
  if (const size_t zero = text.find('\0'); zero != text.npos)
    throw JsonFault(JsonFault::Kind::damaged, fmt::format("a zero byte in column {}", zero + 1));
  Survey survey(bounds);
  json::sax_parse(text, &survey);
  return json::parse(text);
}

}  // namespace mobilith

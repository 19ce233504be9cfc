#include "cli/identifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <string_view>

#include "cli/command.h"
#include "cli/taken_names.h"

namespace mobilith {

namespace {

bool letter(unsigned char c) { return c < 128 && std::isalpha(c); }
bool digit(unsigned char c) { return c >= '0' && c <= '9'; }
bool small_letter(unsigned char c) { return c >= 'a' && c <= 'z'; }

std::string in_small_letters(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// pre*, *fix or a word itself.
bool matches(std::string_view name, std::string_view pattern) {
  if (pattern.starts_with('*')) return name.ends_with(pattern.substr(1));
  if (pattern.ends_with('*')) return name.starts_with(pattern.substr(0, pattern.size() - 1));
  return name == pattern;
}

// What taken_names.txt says against a name, or "".
std::string objection_of_list(const std::string& name, bool windows) {
  std::istringstream lines{std::string(embedded::taken_names())};
  std::string why;
  bool any_case = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# ")) continue;
    if (line.starts_with("= ") || line.starts_with("~ ")) {
      any_case = line[0] == '~';
      why = line.substr(2);
      continue;
    }
    if (!windows && why.ends_with("windows.h")) continue;
    std::istringstream words(line);
    for (std::string word; words >> word;) {
      const bool exact = matches(name, word);
      if (exact || (any_case && matches(in_small_letters(name), in_small_letters(word))))
        return fmt::format(fmt::runtime(why), fmt::arg("name", name)) +
               (exact ? "" : " where case is ignored");
    }
  }
  return "";
}

// sinf for sinf128 and sinf32x; empty for others.
std::string without_float_width(const std::string& name) {
  for (const char* width : {"16", "32", "64", "128", "32x", "64x"})
    if (const std::string end = std::string("f") + width; name.ends_with(end) && name.size() > end.size())
      return name.substr(0, name.size() - end.size() + 1);
  return "";
}

// The model symbol of one name must not be a macro of another's header.
bool like_our_macros(const std::string& name) {
  for (const char* end : {"_INPUT_HEIGHT", "_INPUT_WIDTH", "_INPUT_CHANNELS", "_CLASSES", "_INPUT_FLOATS",
                          "_INPUT_BYTES", "_OUTPUT_BYTES"})
    if (name.ends_with(end)) return true;
  return false;
}

// A free name that resembles this one.
std::string example_for(const std::string& name, bool windows) {
  std::string example;
  for (unsigned char c : in_small_letters(name.substr(0, 40)))
    if (letter(c) || digit(c))
      example += static_cast<char>(c);
    else if (!example.empty() && example.back() != '_')
      example += '_';
  if (!example.empty() && digit(static_cast<unsigned char>(example[0]))) example = "net_" + example;
  while (example.ends_with('_')) example.pop_back();
  if (example.empty()) return "my_net";
  if (objection_to_name(example, windows).empty()) return example;
  example += "_net";
  return objection_to_name(example, windows).empty() ? example : "my_net";
}

}  // namespace

std::string objection_to_name(const std::string& name, bool windows) {
  if (name.empty()) return "is empty";
  if (name.size() > 200) return "is over 200 characters long";
  if (digit(static_cast<unsigned char>(name[0]))) return "starts with a digit";
  for (unsigned char c : name)
    if (c != '_' && !letter(c) && !digit(c)) return "has a character that C does not allow";
  if (name[0] == '_' || name.find("__") != name.npos)
    return "is reserved for compilers: it starts with _ or has __ in it";
  if (in_small_letters(name).starts_with("mobilith")) return "could collide with the runtime's own names";
  if (std::none_of(name.begin(), name.end(), small_letter))
    return "has no small letter, as macros of C's headers have none";
  if (like_our_macros(name)) return "could be a macro of another library's header";
  std::string why = objection_of_list(name, windows);
  if (const std::string wider = without_float_width(name); why.empty() && !wider.empty())
    why = objection_of_list(wider, windows);
  if (why.empty() && name.ends_with("_t")) return "ends in _t, which C and POSIX keep for types";
  return why;
}

void require_identifier(const std::string& name, bool windows) {
  const std::string why = objection_to_name(name, windows);
  if (!why.empty())
    throw UsageError(
        "name", fmt::format("'{}' {}; expected a C identifier that nothing else has, such as '{}'", name, why,
                            example_for(name, windows)));
}

}  // namespace mobilith

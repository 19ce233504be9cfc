// JSON that others wrote.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mobilith {

struct JsonBounds {
  size_t depth =
      32;  // of objects and lists in each other; the program copies, compares and prints by recursion
  size_t values = size_t{1} << 21;  // objects, lists, names and what is in them, all together
  bool names_once = false;          // refuses a name that an object has twice; else the last one counts
  bool printable = false;           // refuses texts that are not printable()
};

struct JsonFault : std::invalid_argument {
  enum class Kind { damaged, deep, many, twice };
  JsonFault(Kind of, const std::string& text) : std::invalid_argument(text), kind(of) {}
  Kind kind;
};

// Takes time in proportion to the text, and no stack for its depth. Throws JsonFault, one line: what is
// wrong, and where if it is no JSON; for `twice`, the name alone.
nlohmann::json parse_json_within(std::string_view text, const JsonBounds& = {});

}  // namespace mobilith

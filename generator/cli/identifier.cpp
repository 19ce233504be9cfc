#include "cli/identifier.h"

#include <fmt/format.h>

#include <array>
#include <cctype>

#include "cli/command.h"

namespace mobilith {

namespace {

// Words that C or C++ keeps for itself; a model called so could not be declared in its header.
constexpr std::array keywords{
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "asm",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "class",
    "compl",
    "concept",
    "const",
    "consteval",
    "constexpr",
    "constinit",
    "const_cast",
    "continue",
    "co_await",
    "co_return",
    "co_yield",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "explicit",
    "export",
    "extern",
    "false",
    "float",
    "for",
    "friend",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "main",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "nullptr",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "register",
    "reinterpret_cast",
    "requires",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "static_assert",
    "static_cast",
    "struct",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "typeof",
    "union",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
};

}  // namespace

void require_identifier(const std::string& name) {
  auto fail = [&](const char* why) {
    throw UsageError(fmt::format(
        "--name: '{}' {}; expected a C identifier (letters, digits and _, no digit first)", name, why));
  };
  if (name.empty() || name.size() > 200) fail("is empty or over 200 characters long");
  if (std::isdigit(static_cast<unsigned char>(name[0]))) fail("starts with a digit");
  for (unsigned char letter : name)
    if (letter != '_' && !(letter < 128 && std::isalnum(letter)))
      fail("has a character that C does not allow");
  for (const char* keyword : keywords)
    if (name == keyword) fail("is a word of C or C++");
  if (name[0] == '_' || name.find("__") != std::string::npos)
    fail("is reserved: it starts with _ or has __ in it");
  if (name.starts_with("mobilith")) fail("could collide with the runtime's own names");
}

}  // namespace mobilith

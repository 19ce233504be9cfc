// mobilith _complete WORD...: what the last word could become, a line each; "/files" and "/folders" stand for
// those that the shell finds, "/list" says that more may follow after a comma. completion.bash asks.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "cli/option_text.h"
#include "targets/platforms.h"

namespace mobilith {

namespace {

using Words = std::vector<std::string>;

Words targets() {
  Words names;
  for (const Platform& row : platforms) names.emplace_back(row.name);
  return names;
}

// Of all targets; some have the same names.
Words cpus() {
  Words names{"host"};
  for (const Platform& row : platforms)
    for (std::string& name : cpu_names(row)) names.push_back(std::move(name));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// What a placeholder's name stands for.
const struct {
  const char* name;
  Words (*values)();
} values_of[] = {
    {"FILE", [] { return Words{"/files"}; }},
    {"DIR", [] { return Words{"/folders"}; }},
    {"NET", network_names},
    {"CPU", cpus},
    {"TARGET", targets},
};

bool is_word(const std::string& text) {
  return !text.empty() &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return std::isupper(c); });
}

// "FILE|synthetic": files and a word. "CPU[,CPU...]": the last of several names with commas between them.
Words values(const std::string& placeholder, const std::string& current) {
  Words found;
  const size_t list = placeholder.find("[,");
  for (size_t at = 0; at < std::min(placeholder.size(), list);) {
    const size_t end = std::min({placeholder.find('|', at), placeholder.size(), list});
    const std::string part = placeholder.substr(at, end - at);
    for (const auto& row : values_of)
      if (part == row.name)
        for (std::string& value : row.values()) found.push_back(std::move(value));
    if (is_word(part)) found.push_back(part);
    at = end + 1;
  }
  if (list == std::string::npos) return found;
  for (std::string& value : found) value = current.substr(0, current.rfind(',') + 1) + value;
  found.emplace_back("/list");
  return found;
}

Words candidates(std::span<const Command> table, std::span<const std::string> words, bool main);

Words of_command(const Command& command, std::span<const std::string> words) {
  if (!command.synopsis) return candidates(command.commands(), words, false);
  const Synopsis synopsis = command.synopsis();
  const std::vector<OptionText> all = option_texts(synopsis);
  if (words.size() > 1)
    for (const OptionText& option : all)
      if (words[words.size() - 2] == "--" + option.name && !option.placeholder.empty())
        return values(option.placeholder, words.back());
  Words found;
  if (!words.back().starts_with("-")) found = values(synopsis.positional, words.back());
  if (found.empty())
    for (const OptionText& option : all) found.push_back("--" + option.name);
  return found;
}

Words candidates(std::span<const Command> table, std::span<const std::string> words, bool main) {
  Words found;
  if (words.size() > 1) {
    for (const Command& command : table)
      if (words.front() == command.name) return of_command(command, words.subspan(1));
    return found;
  }
  for (const Command& command : table) found.emplace_back(command.name);
  found.emplace_back("--help");
  if (main) found.emplace_back("--version");
  return found;
}

}  // namespace

int run_complete(const Arguments& arguments) {
  if (arguments.empty()) throw UsageError("_complete: expected words");
  for (const std::string& word : candidates(commands(), arguments, true))
    if (word.starts_with('/') || word.starts_with(arguments.back())) fmt::print("{}\n", word);
  return 0;
}

}  // namespace mobilith

// mobilith _manual DIR: mobilith.1 and a page per command, from the options that the commands parse.
#include <fmt/format.h>

#include <cctype>
#include <filesystem>
#include <fstream>

#include "cli/option_text.h"

namespace mobilith {

namespace {

// As roff takes it: no character of its own, and no request at a line's start.
std::string roff(const std::string& text) {
  std::string escaped;
  for (size_t i = 0; i < text.size(); i++) {
    const bool first = i == 0 || text[i - 1] == '\n';
    if (first && (text[i] == '.' || text[i] == '\'')) escaped += "\\&";
    if (text[i] == '\\')
      escaped += "\\e";
    else if (text[i] == '-')
      escaped += "\\-";
    else if (!(first && text[i] == ' '))
      escaped += text[i];
  }
  return escaped;
}

std::string upper(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return text;
}

std::string head(const std::string& page, const std::string& summary) {
  return fmt::format(".TH {} 1 \"{}\" \"mobilith {}\"\n.SH NAME\n{} \\- {}\n", roff(upper(page)),
                     MOBILITH_DATE, MOBILITH_VERSION, roff(page), roff(summary));
}

std::string usage(const Synopsis& synopsis) {
  const size_t options = synopsis.usage.find(' ', synopsis.usage.find(' ') + 1);
  return fmt::format(".B {}\n{}\n", roff(synopsis.usage.substr(0, options)),
                     options == std::string::npos ? "" : roff(synopsis.usage.substr(options + 1)));
}

std::string option_list(const Synopsis& synopsis) {
  std::string list;
  for (const OptionText& option : option_texts(synopsis)) {
    list += fmt::format(".TP\n\\fB\\-\\-{}\\fR", roff(option.name));
    if (!option.placeholder.empty()) list += fmt::format(" \\fI{}\\fR", roff(option.placeholder));
    list += fmt::format("\n{}\n", roff(option.text));
    if (!option.otherwise.empty()) list += fmt::format("(default: {})\n", roff(option.otherwise));
  }
  return list;
}

std::string see_also(std::string_view except) {
  std::string pages = ".SH SEE ALSO\n";
  if (!except.empty()) pages += ".BR mobilith (1),\n";
  std::string others;
  for (const Command& command : commands())
    if (command.name != except)
      others += fmt::format("{}.BR mobilith\\-{} (1)", others.empty() ? "" : ",\n", roff(command.name));
  return pages + others + "\n";
}

constexpr const char* exit_status = R"(.SH EXIT STATUS
.TP
0
success
.TP
1
it failed; one line on standard error names the option, file or tensor
.TP
2
it was called wrongly; one line on standard error says what was expected
.TP
130
it was interrupted
)";

std::string command_page(const Command& command) {
  std::string page = head("mobilith-" + std::string(command.name), command.summary);
  if (command.synopsis) {
    const Synopsis synopsis = command.synopsis();
    page += fmt::format(".SH SYNOPSIS\n{}.SH DESCRIPTION\n{}\n.SH OPTIONS\n{}", usage(synopsis),
                        roff(synopsis.about), option_list(synopsis));
  } else {
    page += ".SH SYNOPSIS\n";
    for (const Command& part : command.commands())
      page +=
          fmt::format("{}{}", &part == &command.commands().front() ? "" : ".br\n", usage(part.synopsis()));
    page += fmt::format(".SH DESCRIPTION\nThe commands of \\fBmobilith {}\\fR:\n", roff(command.name));
    for (const Command& part : command.commands()) {
      const Synopsis synopsis = part.synopsis();
      page += fmt::format(".SS {}\n{}\n{}", roff(part.name), roff(synopsis.about), option_list(synopsis));
    }
  }
  return page + exit_status + see_also(command.name);
}

std::string main_page() {
  std::string page =
      head("mobilith", "turns one MobileNet configuration into one static library of tuned kernels");
  page +=
      ".SH SYNOPSIS\n.B mobilith\nCOMMAND [OPTIONS]\n.br\n.B mobilith\nCOMMAND \\-\\-help\n.br\n.B mobilith\n"
      "\\-\\-version\n.SH DESCRIPTION\n";
  for (const Command& command : commands())
    page += fmt::format(".TP\n.BR mobilith\\-{} (1)\n{}\n", roff(command.name), roff(command.summary));
  page += fmt::format(
      ".SH OPTIONS\n.TP\n\\fB\\-\\-help\\fR\nlists the commands\n.TP\n\\fB\\-\\-version\\fR\n{}\n{}",
      "prints the program's version", exit_status);
  page +=
      ".SH ENVIRONMENT\n.TP\n.B MOBILITH_CACHE\nthe folder of compiled kernels, which may be deleted at any "
      "time; "
      "else\n.I $XDG_CACHE_HOME/mobilith,\nelse\n.I ~/.cache/mobilith\n.TP\n.B XDG_DATA_HOME\n"
      "autotune keeps records in\n.I $XDG_DATA_HOME/mobilith/schedules,\nelse\n.I "
      "~/.local/share/mobilith/schedules,\nwhere it is not told otherwise\n";
  return page + see_also("");
}

void write_page(const std::filesystem::path& path, const std::string& page) {
  std::ofstream file(path);
  file << page;
  if (!file.flush()) throw std::runtime_error(fmt::format("{}: can't write", path.string()));
}

}  // namespace

int run_manual(const Arguments& arguments) {
  if (arguments.size() != 1) throw UsageError("_manual: expected a folder");
  const std::filesystem::path folder = arguments.front();
  std::filesystem::create_directories(folder);
  write_page(folder / "mobilith.1", main_page());
  for (const Command& command : commands())
    write_page(folder / fmt::format("mobilith-{}.1", command.name), command_page(command));
  return 0;
}

}  // namespace mobilith

// Command lines, a word a line: the program understands them, or says in one line what it does not. Commands
// that read and write nothing by themselves run; of the others their options are parsed.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "cli/options.h"
#include "fuzz/harness.h"
#include "text/printable.h"

using namespace mobilith;

namespace {

// The current folder and standard input are empty, standard output goes nowhere, standard error is kept.
class Streams {
 public:
  Streams() : errors_(memfd_create("errors", 0)) {
    char folder[] = "/tmp/mobilith-fuzz-XXXXXX";
    if (errors_ < 0 || !mkdtemp(folder) || chdir(folder) != 0 || rmdir(folder) != 0) std::abort();
    nothing_ = open("/dev/null", O_RDWR), report_ = dup(STDERR_FILENO), shown_ = dup(STDOUT_FILENO);
    if (dup2(nothing_, STDIN_FILENO) < 0) std::abort();
  }
  // What `call` wrote to standard error.
  template <class Call>
  std::string errors_of(const Call& call) const {
    if (ftruncate(errors_, 0) != 0 || lseek(errors_, 0, SEEK_SET) != 0) std::abort();
    dup2(errors_, STDERR_FILENO), dup2(nothing_, STDOUT_FILENO);
    call();
    std::fflush(stderr), std::fflush(stdout);
    dup2(report_, STDERR_FILENO), dup2(shown_, STDOUT_FILENO);
    std::string text(size_t(lseek(errors_, 0, SEEK_END)), '\0');
    if (pread(errors_, text.data(), text.size(), 0) != ssize_t(text.size())) std::abort();
    return text;
  }

 private:
  int errors_, nothing_ = -1, report_ = -1, shown_ = -1;
};

[[noreturn]] void found(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

int run(std::vector<std::string> words) {
  std::string program = "mobilith";
  std::vector<char*> values{program.data()};
  for (std::string& word : words) values.push_back(word.data());
  return run_program(int(values.size()), values.data());
}

// Whole: nothing is written, and no file is there to be read.
bool runs(const std::vector<std::string>& words) {
  return words.empty() || words[0] == "describe" || words[0] == "targets" || words[0] == "generate" ||
         words[0] == "_complete" || std::none_of(commands().begin(), commands().end(), [&](const Command& c) {
           return words[0] == c.name;
         });
}

// The message, where they are refused.
std::string parse_alone(const std::vector<std::string>& words) {
  for (const Command& command : commands())
    if (words[0] == command.name && command.synopsis) try {
        parse({words.begin() + 1, words.end()}, command.synopsis());
      } catch (const UsageError& error) {
        return error.what();
      } catch (const std::exception& error) {
        found(std::string("no usage error: ") + error.what());
      }
  return "";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static const Streams streams;
  std::vector<std::string> words;
  std::istringstream lines(std::string(reinterpret_cast<const char*>(bytes), size));
  for (std::string word; std::getline(lines, word);) words.push_back(word.substr(0, word.find('\0')));
  // For the program's own surfaces: one writes, the other runs any command.
  if (words.size() > 64 || (!words.empty() && (words[0] == "_manual" || words[0] == "_json_errors")))
    return 0;
  if (!runs(words)) {
    std::string refused;
    streams.errors_of([&] { refused = parse_alone(words); });
    if (refused.find('\n') != std::string::npos) found("two lines: " + refused);
    return 0;
  }
  if (!words.empty() && words[0] == "generate") words.insert(words.begin() + 1, "--dry-run");
  int code = 0;
  const std::string errors = streams.errors_of([&] { code = run(words); });
  if (code != 0 && code != 1 && code != 2) found("exit code " + std::to_string(code));
  if (code == 0) return 0;
  // Progress may be before it; what the user gave may be within it.
  const size_t before = errors.size() < 2 ? errors.npos : errors.rfind('\n', errors.size() - 2);
  const std::string line = errors.substr(before + 1), prefix = "mobilith: ";
  if (!line.starts_with(prefix) || !line.ends_with('\n')) found("no line: " + errors);
  const std::string message = line.substr(prefix.size(), line.size() - prefix.size() - 1);
  for (const char* inner : {"basic_string::", "vector::_M", "map::at", "std::bad_alloc", "[json.exception"})
    if (message.starts_with(inner)) found("a library's own words: " + message);
  if (!is_printable(message)) found("not printable: " + message);
  return 0;
}

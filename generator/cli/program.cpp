#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/standard_streams.h"
#include "networks/network.h"
#include "targets/errors.h"
#include "text/field_error.h"
#include "text/near_names.h"
#include "text/printable.h"

namespace mobilith {

namespace {

constexpr Command table[] = {
    {"describe", "the layers of a network: shapes, parameters, multiply-adds, memory", run_describe,
     describe_synopsis},
    {"generate", "a static library for one network, its weights and one CPU", run_generate,
     generate_synopsis},
    {"autotune", "searches the fastest schedule of each kernel by measurement", run_autotune,
     autotune_synopsis},
    {"bench", "times a generated library, kernel by kernel", run_bench, bench_synopsis},
    {"verify", "a generated library's outputs beside what the model file itself computes", run_verify,
     verify_synopsis},
    {"link", "a generated library and the runtime as one shared object", run_link, link_synopsis},
    {"inspect", "what is inside a generated library: loops, registers, predicted cycles", run_inspect,
     inspect_synopsis},
    {"explore", "published networks beside each other: time here, accuracy, size; what fits a budget",
     run_explore, explore_synopsis},
    {"targets", "what --target and --cpu take, and how each is tested", run_targets, targets_synopsis},
    {"schedules", "tuning records: lists, shows, merges and verifies them", run_schedules, nullptr,
     schedules_commands},
};

void print_help() {
  fmt::print(
      "mobilith turns one MobileNet configuration into one static library of tuned kernels\n\n"
      "usage: mobilith COMMAND [OPTIONS]\n       mobilith COMMAND --help\n       mobilith "
      "--version\n\ncommands\n");
  for (const Command& command : table) fmt::print("  {:<10} {}\n", command.name, command.summary);
}

// As "_json_errors COMMAND...": what is wrong is said on standard output in JSON, the fields of FieldMessage,
// for other surfaces (cmake/MobilithAddNetwork.cmake).
constexpr const char* json_errors = "_json_errors";

int dispatch(const Arguments& arguments) {
  if (arguments.empty()) throw UsageError("a command is missing; 'mobilith --help' lists them");
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h" || name == "help") return print_help(), 0;
  if (name == json_errors) return dispatch({arguments.begin() + 1, arguments.end()});
  if (name == "--version") return fmt::print("mobilith {}\n", MOBILITH_VERSION), 0;
  if (name == "_manual") return run_manual({arguments.begin() + 1, arguments.end()});
  if (name == "_complete") return run_complete({arguments.begin() + 1, arguments.end()});
  std::vector<std::string> names{"--help", "--version"};
  for (const Command& command : table) {
    if (name == command.name) return command.run({arguments.begin() + 1, arguments.end()});
    names.emplace_back(command.name);
  }
  throw UsageError(fmt::format("unknown command '{}'{}", name, did_you_mean(name, names)));
}

// Of a line: what is longer, a name of a whole page in it, is shown by its two ends.
constexpr size_t longest_line = 2000, line_head = 1500, line_tail = 400;

// One line, whatever a library put into its message, and whatever is in a file's name.
std::string line(std::string text) {
  text.erase(text.find_last_not_of('\n') + 1);
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (text.size() > longest_line) text.replace(line_head, text.size() - line_head - line_tail, " [...] ");
  return printable(text);
}

int fail(const std::string& message, int code) {
  std::fflush(stdout);
  say("mobilith: {}\n", line(message));
  return code;
}

// The library's own words name its functions.
std::string text_of(const std::exception& error) {
  const auto* of_files = dynamic_cast<const std::filesystem::filesystem_error*>(&error);
  if (!of_files) return error.what();
  return fmt::format("{}: {}", of_files->path1().string(), of_files->code().message());
}

// The message of any exception, its names as options.
std::string with_options(const std::exception& error) {
  const auto* about = dynamic_cast<const FieldError*>(&error);
  if (!about) return text_of(error);
  return spelled(about->message, [](const std::string& name) { return "--" + name; });
}

int fail(const std::exception& error, int code, bool json) {
  if (!json) return fail(with_options(error), code);
  const auto* about = dynamic_cast<const FieldError*>(&error);
  const FieldMessage message = about ? about->message : FieldMessage{.text = text_of(error)};
  fmt::print("{}\n", nlohmann::json{{"field", message.field},
                                    {"text", line(message.text)},
                                    {"mentioned", message.mentioned},
                                    {"rest", line(message.rest)}}
                         .dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
  return code;
}

}  // namespace

std::span<const Command> commands() { return table; }

int run_program(int count, char** values) {
  const bool json = count > 1 && std::string_view(values[1]) == json_errors;
  try {
    const int code = dispatch({values + (count > 0), values + count});
    if (std::fflush(stdout) != 0) return fail("can't write to standard output", 1);
    return code;
  } catch (const UsageError& error) {
    return fail(error, 2, json);
  } catch (const ConfigurationError& error) {
    return fail(error, 2, json);
  } catch (const UnknownTarget& error) {
    return fail(error, 2, json);
  } catch (const UnknownCpu& error) {
    return fail(error, 2, json);
  } catch (const Interrupted& interrupted) {
    return fail(std::string("interrupted; ") + interrupted.left, 130);
  } catch (const std::bad_alloc&) {
    return fail("out of memory", 1);
  } catch (const std::exception& error) {
    return fail(error, 1, json);
  }
}

}  // namespace mobilith

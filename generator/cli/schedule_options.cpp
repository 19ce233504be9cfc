#include "cli/schedule_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/standard_streams.h"
#include "records/tuned_schedules.h"
#include "text/printable.h"
#include "text/shell_word.h"

namespace mobilith {

void add_schedule_options(options::options_description& description) {
  auto text = [](const char* placeholder) { return options::value<std::string>()->value_name(placeholder); };
  description.add_options()  //
      ("schedules", text("DIR|none"),
       "a folder of tuning records (<cpu>.json), looked at before the built-in ones; 'none': no records at "
       "all")                                                        //
      ("require-tuned", "fail where a kernel has no tuning record")  //
      ("threads", text("N")->default_value("1"),
       "how many threads will run it: tuning records for so many, and defaults with work for N (not said: "
       "records for one, and defaults with work for four)");
}

int threads_said(const options::variables_map& values) {
  return values["threads"].defaulted() ? 0 : whole("threads", values["threads"].as<std::string>(), 1, 1024);
}

SchedulesFor schedules_for(const options::variables_map& values) {
  const int threads = std::max(1, threads_said(values));
  const std::string folder = values.count("schedules") ? values["schedules"].as<std::string>() : "";
  if (folder == "none") {
    if (values.count("require-tuned"))
      throw UsageError("require-tuned", "can't be met with --schedules none");
    return {};
  }
  std::vector<RecordSource> sources;
  if (values.count("schedules")) {
    if (!std::filesystem::is_directory(folder))
      throw FieldError("schedules", fmt::format("expected a folder or 'none', got '{}'", folder));
    sources.push_back(records_in_folder(folder, warn));
  }
  sources.push_back(embedded_records());
  return [=](const CpuTarget& target) { return tuned_schedules(target, threads, sources, warn); };
}

std::string autotune_command(const options::variables_map& values, const Configuration& c) {
  std::string command =
      c.net == custom_network
          ? fmt::format("mobilith autotune --weights {} --resolution {}x{}",
                        values["weights"].as<std::string>(), c.height, c.width)
          : fmt::format(
                "mobilith autotune --net {} --alpha {} --depth-multiplier {} --resolution {}x{} --classes {}",
                c.net, c.alpha, c.depth_multiplier, c.height, c.width, c.classes);
  for (const char* option :
       {"cpu", "target", "dtype", "products", "threads", "output", "input", "resize", "fit"})
    if (values.count(option) && !values[option].defaulted())
      command += fmt::format(" --{} {}", option, shell_word(values[option].as<std::string>()));
  return command + " --schedules " +
         (values.count("schedules") ? shell_word(values["schedules"].as<std::string>()) : std::string("DIR"));
}

void warn(const std::string& line) { say("mobilith: {}\n", printable(line)); }

}  // namespace mobilith

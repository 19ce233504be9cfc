#include "cli/explore_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "cli/runnable.h"
#include "plan/numbers_of.h"
#include "process/child_process.h"
#include "process/read_file.h"
#include "text/near_names.h"
#include "text/sha256.h"

namespace mobilith {

namespace {

using Values = options::variables_map;

// Of the configurations those whose field is one of `wanted`; each must be one's.
template <typename Value, typename Field>
void keep_those(std::vector<Configuration>& all, const std::string& option, const std::vector<Value>& wanted,
                Field field) {
  std::set<Value> there;
  for (const Configuration& c : all) there.insert(field(c));
  for (const Value& value : wanted)
    if (!there.count(value))
      throw UsageError(option, fmt::format("no published network here has {}; expected some of {}", value,
                                           fmt::join(there, ", ")));
  std::erase_if(all, [&](const Configuration& c) {
    return std::find(wanted.begin(), wanted.end(), field(c)) == wanted.end();
  });
}

std::vector<Configuration> chosen_configurations(const Values& values) {
  std::vector<Configuration> all = published_configurations();
  const auto words = [&](const char* option) { return name_list(option, values[option].as<std::string>()); };
  if (values.count("net")) {
    const std::vector<std::string> nets = words("net"), known = network_names();
    for (const std::string& net : nets)
      if (std::find(known.begin(), known.end(), net) == known.end())
        throw UsageError("net", fmt::format("unknown network '{}'; expected some of {}{}", net,
                                            fmt::join(known, ", "), did_you_mean(net, known)));
    keep_those(all, "net", nets, [](const Configuration& c) { return c.net; });
  }
  if (values.count("alpha")) {
    std::vector<double> alphas;
    for (const std::string& word : words("alpha")) alphas.push_back(number("alpha", word));
    keep_those(all, "alpha", alphas, [](const Configuration& c) { return c.alpha; });
  }
  if (values.count("resolution")) {
    std::vector<int> sides;
    for (const std::string& word : words("resolution")) sides.push_back(whole("resolution", word, 1, 8192));
    keep_those(all, "resolution", sides, [](const Configuration& c) { return c.height; });
  }
  return all;
}

// What is no regular file is none of records, and says nothing here.
std::string bytes_of_records(const std::filesystem::path& file) {
  try {
    return read_regular_file(file, size_t{64} << 20);
  } catch (const FileFault&) {
    return "";
  }
}

// The bytes of all record files of the folder, hashed: another record may be another schedule.
std::string records_mark(const Values& values) {
  namespace fs = std::filesystem;
  if (!values.count("schedules")) return "";
  const fs::path folder = values["schedules"].as<std::string>();
  if (folder == "none") return "none";
  std::error_code error;
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  if (error) throw FieldError("schedules", fmt::format("{}: {}", folder.string(), error.message()));
  std::sort(files.begin(), files.end());
  std::string all;
  for (const fs::path& file : files) all += file.filename().string() + sha256(bytes_of_records(file));
  return sha256(all);
}

}  // namespace

double short_time(const std::string& option, const std::string& text) {
  const size_t unit = text.find_first_not_of("0123456789.");
  const std::string word = unit == std::string::npos ? "" : text.substr(unit);
  const double factor = word == "us" ? 1e-6 : word == "ms" ? 1e-3 : word == "s" ? 1 : 0;
  if (factor == 0 || unit == 0)
    throw UsageError(option, fmt::format("expected a time like 5ms, 500us or 0.005s, got '{}'", text));
  const double seconds = factor * number(option, text.substr(0, unit));
  if (seconds <= 0 || seconds > 3600)
    throw UsageError(option, fmt::format("expected a time above 0 and at most 3600s, got '{}'", text));
  return seconds;
}

void add_explore_options(options::options_description& description) {
  auto text = [](const char* placeholder) { return options::value<std::string>()->value_name(placeholder); };
  description.add_options()                                                 //
      ("net", text("NET[,NET...]"), "these networks alone (default: all)")  //
      ("alpha", text("A[,A...]"), "of these alphas alone")                  //
      ("resolution", text("N[,N...]"), "of these resolutions alone")        //
      ("cpu", text("CPU")->default_value("host"),
       "an LLVM CPU name whose code this machine can run (with --static: any), or 'host'")  //
      ("target", text("TARGET"), "the CPU's platform, where its name does not say it")      //
      ("threads", text("N")->default_value("1"), "of one run, 1 to 64")                     //
      ("dtype", text("f32|f16|bf16|int8")->default_value("f32"),
       "of the computation; accuracies are those of f32 whatever it is")                              //
      ("budget", text("TIME"), "what fits it, the most accurate first: 5ms, 500us, 0.005s")           //
      ("static", "measure nothing: predict by LLVM's scheduling model and bytes moved, for any CPU")  //
      ("seconds", text("S")->default_value("1"), "how long to measure each network, about")           //
      ("fresh", "measure again what an earlier call has measured")                                    //
      ("schedules", text("DIR|none"),
       "a folder of tuning records (<cpu>.json), looked at before the built-in ones; 'none': no records at "
       "all")                                                                          //
      ("report", text("FILE"), "a page for a browser: the chart, and a table of all")  //
      ("chart", text("FILE"), "the chart alone, as SVG")                               //
      ("format", text("text|json")->default_value("text"), "of what is printed");
}

ExploreOptions explore_options(const Values& values) {
  const auto text = [&](const char* option) { return values[option].as<std::string>(); };
  ExploreOptions wanted;
  wanted.configurations = chosen_configurations(values);
  wanted.statically = values.count("static"), wanted.fresh = values.count("fresh");
  wanted.cpu = text("cpu");
  if (values.count("target")) wanted.platform = platform(text("target")).name;
  wanted.dtype = choice(values, "dtype", {"f32", "f16", "bf16", "int8"});
  wanted.target = resolve_cpu(wanted.cpu, wanted.platform, Products::automatic, wanted.dtype == "int8",
                              numbers_of(wanted.dtype, "f32"));
  if (wanted.statically) {
    for (const char* measuring : {"threads", "seconds"})
      if (!values[measuring].defaulted())
        throw UsageError(
            "static",
            fmt::format("excludes --{}: nothing is measured, and the cost is one core's", measuring));
  } else {
    require_runnable(wanted.target, wanted.cpu, "--static predicts");
  }
  wanted.threads =
      whole("threads", text("threads"), 1, std::min(static_cast<int>(allowed_cores().size()), 64));
  wanted.seconds = number("seconds", text("seconds"));
  if (wanted.seconds <= 0 || wanted.seconds > 3600)
    throw UsageError("seconds", "expected a number above 0 and at most 3600");
  if (values.count("budget")) wanted.budget = short_time("budget", text("budget"));
  wanted.schedules = records_mark(values);
  return wanted;
}

}  // namespace mobilith

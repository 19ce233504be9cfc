// mobilith generate: one network, its weights and a CPU become an install tree.
#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/schedule_options.h"
#include "codegen/codegen.h"
#include "codegen/foreign_architecture.h"
#include "codegen/package.h"
#include "codegen/target.h"

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

// There is no runtime's archive of another architecture to go into the tree.
void require_native(const std::string& cpu) {
  if (const ForeignArchitecture* foreign = foreign_architecture(resolve_cpu(cpu).triple))
    throw UsageError(fmt::format(
        "--cpu: {} is an {} CPU; generate writes libraries for this machine's architecture so far; "
        "autotune --runner can measure for it",
        cpu, foreign->name));
}

options::options_description generate_options() {
  options::options_description description("options");
  add_network_options(description);
  auto text = [](const char* placeholder) { return options::value<std::string>()->value_name(placeholder); };
  description.add_options()                                                                            //
      ("out", text("DIR"), "where the install tree goes: new, empty, or an earlier one of ours")       //
      ("name", text("NAME"), "the library and its model symbol (default: says the configuration)")     //
      ("cpu", text("CPU")->default_value("host"), "an LLVM CPU name of this architecture, or 'host'")  //
      ("dtype", text("f32")->default_value("f32"), "of the computation")                               //
      ("output", text("KIND")->default_value("probabilities"),
       "probabilities, or logits: the softmax left out")                                    //
      ("jobs", text("N")->default_value("0"), "kernels compiled at once; 0: one per core")  //
      ("no-cache", "compile every kernel again")                                            //
      ("format", text("text|json")->default_value("text"), "of what is printed in the end");
  add_schedule_options(description);
  return description;
}

CompiledLibrary compile_or_name_missing(const Network& network, const Weights& weights,
                                        const LibraryOptions& library_options,
                                        const options::variables_map& values) {
  try {
    return compile_library(network, weights, library_options);
  } catch (const NotTuned& error) {
    throw NotTuned(fmt::format("--require-tuned: {}; to measure them: {}", error.what(),
                               autotune_command(values, network.configuration)));
  }
}

void print_result(const std::string& format, const Package& package, const std::string& out) {
  const nlohmann::json& manifest = package.library.manifest;
  const size_t kernels = manifest["kernels"].size();
  if (format == "json") {
    fmt::print("{}\n", nlohmann::json{{"name", package.name},
                                      {"out", out},
                                      {"cpu", package.library.cpu},
                                      {"kernels", kernels},
                                      {"library_bytes", package.library.archive.size()},
                                      {"memory", manifest["memory"]}}
                           .dump(2));
    return;
  }
  fmt::print("{}/lib/lib{}.a  {:.2f} MB, {} kernels for {}\n", out, package.name,
             static_cast<double>(package.library.archive.size()) / (1 << 20), kernels, package.library.cpu);
  fmt::print("link it:  cc app.c $(PKG_CONFIG_PATH={}/lib/pkgconfig pkg-config --cflags --libs {})\n", out,
             package.name);
}

}  // namespace

int run_generate(const Arguments& arguments) {
  const auto parsed = parse(arguments, generate_options(),
                            "mobilith generate --net NET --weights FILE|synthetic --out DIR [OPTIONS]");
  if (!parsed) return 0;
  const options::variables_map& values = *parsed;
  for (const char* required : {"weights", "out"})
    if (!values.count(required)) throw UsageError(fmt::format("--{}: missing", required));
  choice(values, "dtype", {"f32"});
  const std::string format = choice(values, "format", {"text", "json"}),
                    out = values["out"].as<std::string>();
  LibraryOptions library_options;
  library_options.cpu = values["cpu"].as<std::string>();
  library_options.logits = choice(values, "output", {"probabilities", "logits"}) == "logits";
  library_options.cache = !values.count("no-cache");
  library_options.jobs = whole("jobs", values["jobs"].as<std::string>(), 0, 1024);
  if (values.count("name")) require_identifier(values["name"].as<std::string>());
  require_native(library_options.cpu);
  library_options.schedules = schedule_lookup(values, library_options.cpu);
  library_options.require_tuned = values.count("require-tuned");

  const std::unique_ptr<Weights> weights = open_weights(values["weights"].as<std::string>());
  const Network network = build_network(network_configuration(values, weights->configuration()));
  library_options.name =
      values.count("name") ? values["name"].as<std::string>() : default_name(network.configuration);
  check_output_folder(out);

  notice_interrupts();
  Package package{library_options.name, network.configuration, library_options.logits, {}};
  {
    ProgressReport report("kernels");
    library_options.progress = [&](const Progress& progress) {
      throw_if_interrupted();
      report.update(progress.done, progress.total, progress.what);
    };
    package.library = compile_or_name_missing(network, *weights, library_options, values);
  }
  throw_if_interrupted();
  write_package(package, out);
  print_result(format, package, out);
  return 0;
}

}  // namespace mobilith

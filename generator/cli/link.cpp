// mobilith link: a generated library and the runtime as one shared object.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "bench/loaded_library.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/output_file.h"
#include "cli/print_json.h"
#include "link/shared_object.h"

namespace mobilith {

Synopsis link_synopsis() {
  Synopsis synopsis{
      "mobilith link DIR --out FILE [OPTIONS]",
      "Makes a shared object of the library in a tree that 'mobilith generate' wrote, with the runtime in "
      "it, "
      "for programs that load code while they run, as Python does. It exports one table of functions, "
      "mobilith_exports. No compiler and no linker is needed."};
  synopsis.positional = "DIR";
  auto text = [](const char* placeholder) { return options::value<std::string>()->value_name(placeholder); };
  synopsis.options.add_options()                                                    //
      ("out", text("FILE"), "the shared object; a file that is there is replaced")  //
      ("name", text("NAME"), "which library, where DIR holds several")              //
      ("format", text("text|json")->default_value("text"), "of what is printed in the end");
  return synopsis;
}

int run_link(const Arguments& arguments) {
  const auto parsed = parse(arguments, link_synopsis());
  if (!parsed) return 0;
  const options::variables_map& values = *parsed;
  if (!values.count("DIR")) throw UsageError("DIR: missing; expected a tree that 'mobilith generate' wrote");
  if (!values.count("out")) throw UsageError("out", "missing");
  const std::string format = choice(values, "format", {"text", "json"}),
                    tree = values["DIR"].as<std::string>(), out = values["out"].as<std::string>(),
                    name = chosen_library(tree, values.count("name") ? values["name"].as<std::string>() : "");
  require_file_possible("out", out);
  notice_interrupts();
  const std::string bytes = shared_object(tree, name, throw_if_interrupted);
  write_output_file("out", out, bytes);
  if (format == "json")
    print_json(nlohmann::json{{"name", name}, {"out", out}, {"bytes", bytes.size()}});
  else
    fmt::print("{}  {:.2f} MB, {} and the runtime; exports mobilith_exports\n", out,
               static_cast<double>(bytes.size()) / (1 << 20), name);
  return 0;
}

}  // namespace mobilith

#include "tune/runner_compiler.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "process/scratch.h"
#include "process/shell.h"
#include "text/field_error.h"
#include "text/shell_word.h"
#include "tune/cross_compilers.h"
#include "tune/runner_sources.h"

namespace mobilith::tune {

namespace fs = std::filesystem;

namespace {

struct Compiler {
  const char *variable, *fallback, *packages;
};

Compiler compiler_for(const CpuTarget& target) {
  if (target.native()) return {"CC", "cc", "gcc and libc6-dev"};
  for (const CrossCompiler& row : cross_compilers)
    if (std::string_view(row.platform) == target.platform->name)
      return {"MOBILITH_CROSS_CC", row.command, row.packages};
  return {"MOBILITH_CROSS_CC", "false", "one"};
}

}  // namespace

std::string runner_compiler(const CpuTarget& target) {
  const Compiler compiler = compiler_for(target);
  const char* named = std::getenv(compiler.variable);
  return named && *named ? named : compiler.fallback;
}

void require_runner_compiler(const CpuTarget& target) {
  const Scratch scratch;
  const fs::path source = scratch / "probe.c";
  std::ofstream(source) << "#include <math.h>\n#include <pthread.h>\nint main(void) { return 0; }\n";
  const std::string compiler = runner_compiler(target);
  try {
    output_of(fmt::format("{} -static {} -lpthread -lm -o {} 2>&1", compiler, shell_word(source),
                          shell_word(scratch / "probe")));
  } catch (const std::runtime_error&) {
    const Compiler row = compiler_for(target);
    throw FieldError(
        "runner",
        fmt::format("'{}' can't link a static executable for {}: install {}, or name a compiler in ${}",
                    compiler, target.cpu, row.packages, row.variable));
  }
}

fs::path prepare_runner(const CpuTarget& target, const fs::path& folder) {
  const fs::path runtime = folder / "runtime.o", unfinished = folder / "unfinished.o";
  if (fs::exists(runtime)) return runtime;
  fs::create_directories(folder);
  for (const RunnerSource& source : runner_sources())
    std::ofstream(folder / source.name, std::ios::binary) << source.text;
  output_of(fmt::format("{} -std=c11 -O2 -c {} -o {}", runner_compiler(target),
                        shell_word(folder / "mobilith.c"), shell_word(unfinished)));
  fs::rename(unfinished, runtime);
  return runtime;
}

}  // namespace mobilith::tune

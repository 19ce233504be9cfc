#include "codegen/halide_bitcode.h"

#include <fmt/format.h>

#include "schedules/kernel_types.h"
#include "targets/errors.h"

namespace mobilith {

namespace {

// A warning of Halide's is a schedule's mistake ("guaranteed to fail an assertion at runtime": and the
// assertion is compiled out): never code to ship.
struct StrictReporter : Halide::CompileTimeErrorReporter {
  void warning(const char* message) override { error(message); }
  void error(const char* message) override { throw CodegenError(message); }
};

}  // namespace

void write_bitcode(const PlannedKernel& kernel, const CpuTarget& target, const std::filesystem::path& path,
                   const std::function<void(Halide::Func&)>& prepare) {
  static StrictReporter strict;
  Halide::set_custom_compile_time_error_reporter(&strict);
  try {
    BuiltKernel built = kernel_type(kernel.type).build(kernel.shape, kernel.schedule, target.machine);
    if (prepare) prepare(built.output);
    const std::vector<Halide::Argument> arguments(built.arguments.begin(), built.arguments.end());
    built.output.compile_to_bitcode(path.string(), arguments, kernel_symbol, target.halide);
  } catch (const std::exception& error) {
    throw CodegenError(fmt::format("kernel {}: {}", kernel.name, error.what()));
  }
}

}  // namespace mobilith

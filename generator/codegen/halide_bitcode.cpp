#include "codegen/halide_bitcode.h"

#include <fmt/format.h>

#include "codegen/codegen.h"
#include "schedules/kernel_types.h"

namespace mobilith {

void write_bitcode(const PlannedKernel& kernel, const CpuTarget& target, const std::filesystem::path& path) {
  try {
    BuiltKernel built = kernel_type(kernel.type).build(kernel.shape, kernel.schedule, target.machine);
    const std::vector<Halide::Argument> arguments(built.arguments.begin(), built.arguments.end());
    built.output.compile_to_bitcode(path.string(), arguments, kernel_symbol, target.halide);
  } catch (const std::exception& error) {
    throw CodegenError(fmt::format("kernel {}: {}", kernel.name, error.what()));
  }
}

}  // namespace mobilith

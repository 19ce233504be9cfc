#include "package/trees.h"

#include <stdexcept>

namespace mobilith::package {

Trees::Trees() {
  for (const auto& [name, moved] : {std::pair{"package_v1", v1}, {"package_v2", v2}}) {
    const std::filesystem::path made = folder / "made";
    const ProcessResult result = run_process(generate_call(name, made));
    if (result.code != 0) throw std::runtime_error(result.err);
    std::filesystem::create_directories(moved.parent_path());
    std::filesystem::rename(made, moved);
  }
}

const Trees& trees() {
  static const Trees made;
  return made;
}

}  // namespace mobilith::package

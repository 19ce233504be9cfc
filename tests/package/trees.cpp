#include "package/trees.h"

#include <stdexcept>

namespace mobilith::package {

namespace {

struct Tree {
  TemporaryFolder folder;
  std::filesystem::path moved = folder / "moved to/tree";  // a space in the path, on purpose

  explicit Tree(const std::string& name) {
    const std::filesystem::path made = folder / "made";
    const ProcessResult result = run_process(generate_call(name, made));
    if (result.code != 0) throw std::runtime_error(result.err);
    std::filesystem::create_directories(moved.parent_path());
    std::filesystem::rename(made, moved);
  }
};

}  // namespace

const std::filesystem::path& tree_v1() {
  static const Tree made("package_v1");
  return made.moved;
}

const std::filesystem::path& tree_v2() {
  static const Tree made("package_v2");
  return made.moved;
}

}  // namespace mobilith::package

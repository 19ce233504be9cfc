// A shared object around a generated library exports what its author does, and nothing of ours; a program
// links as ever.
#include <algorithm>
#include <sstream>

#include "catch.h"
#include "package/trees.h"

namespace test_exports {

using namespace mobilith::package;
namespace fs = std::filesystem;

namespace {

std::string must(const std::vector<std::string>& words) {
  const ProcessResult result = run_process(words);
  INFO(words[0] << ": " << result.err << result.out);
  REQUIRE(result.code == 0);
  return result.out;
}

const char* const author =
    "#include <package_v1.h>\n"
    "__attribute__((visibility(\"default\"))) int answer(void) {\n"
    "  mobilith_session *session;\n"
    "  if (mobilith_session_create(&package_v1, 0, &session) != MOBILITH_OK) return 1;\n"
    "  mobilith_session_destroy(session);\n"
    "  return 42;\n}\n";

// Names that a shared object exports, sorted; the linker's own (_init, __bss_start) left out.
std::vector<std::string> exports(const fs::path& library) {
  std::istringstream lines(must({"nm", "-D", "--defined-only", library}));
  std::vector<std::string> names;
  for (std::string address, kind, name; lines >> address >> kind >> name;)
    if (!name.starts_with("_")) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

void check_shared(const fs::path& tree, const std::vector<std::string>& libraries,
                  const std::vector<std::string>& options) {
  const TemporaryFolder folder;
  write_text(folder / "author.c", author);
  write_text(folder / "user.c", "int answer(void);\nint main(void) { return answer() == 42 ? 0 : 1; }\n");
  std::vector<std::string> call{"cc", "-shared", "-fPIC", folder / "author.c",
                                "-I" + (tree / "include").string()};
  call.insert(call.end(), options.begin(), options.end());
  call.insert(call.end(), libraries.begin(), libraries.end());
  call.insert(call.end(), {"-lpthread", "-Wl,-z,defs", "-o", folder / "libauthor.so"});
  must(call);
  CHECK(exports(folder / "libauthor.so") == std::vector<std::string>{"answer"});
  must({"cc", folder / "user.c", "-L" + folder.path().string(), "-lauthor",
        "-Wl,-rpath," + folder.path().string(), "-o", folder / "user"});
  must({folder / "user"});
}

}  // namespace

TEST_CASE("a shared object exports nothing of the library and the runtime, whatever flags its author chose") {
  const fs::path tree = tree_v1();
  const std::vector<std::string> libraries{tree / "lib/libpackage_v1.a", tree / "lib/libmobilith_runtime.a"};
  check_shared(tree, libraries, {});
  check_shared(tree, libraries, {"-fvisibility=hidden"});
  check_shared(tree, libraries, {"-Wl,-Bsymbolic"});
  check_shared(tree, {"-Wl,--whole-archive", libraries[0], libraries[1], "-Wl,--no-whole-archive"}, {});
}

TEST_CASE("nor where the runtime is compiled from its sources, or inside the library's archive") {
  const fs::path tree = tree_v1();
  const std::string include = "-I" MOBILITH_SOURCE "/runtime/include";
  for (const char* compiler : {"cc", "clang-22"}) {
    const TemporaryFolder folder;
    must({compiler, "-std=c11", "-O2", "-fPIC", "-pedantic", "-Wall", "-Wextra", "-Werror", include, "-c",
          MOBILITH_SOURCE "/runtime/src/mobilith.c", "-o", folder / "runtime.o"});
    check_shared(tree, {tree / "lib/libpackage_v1.a", folder / "runtime.o"}, {});
  }
  const TemporaryFolder folder;
  std::vector<std::string> call = generate_call("package_v1", folder / "bundled");
  call.emplace_back("--bundle-runtime");
  must(call);
  check_shared(folder / "bundled", {folder / "bundled/lib/libpackage_v1.a"}, {});
}

TEST_CASE("a program that exports its own symbols keeps ours to itself") {
  const TemporaryFolder folder;
  write_text(folder / "main.c", std::string(author) + "int main(void) { return answer() == 42 ? 0 : 1; }\n");
  const fs::path tree = tree_v1();
  must({"cc", "-rdynamic", folder / "main.c", "-I" + (tree / "include").string(),
        tree / "lib/libpackage_v1.a", tree / "lib/libmobilith_runtime.a", "-lpthread", "-o",
        folder / "main"});
  must({folder / "main"});
  for (const std::string& name : exports(folder / "main")) {
    CHECK(!name.starts_with("mobilith_"));
    CHECK(name != "package_v1");
  }
}

}  // namespace test_exports

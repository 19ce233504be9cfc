// Linking generated libraries as users do.
#include <sstream>

#include "catch.h"
#include "nightly.h"
#include "package/trees.h"
#include "skip.h"

namespace test_linking {

using namespace mobilith::package;

namespace {

const std::string apps = MOBILITH_SOURCE "/tests/package/apps/";

ProcessResult must(const std::vector<std::string>& words) {
  const ProcessResult result = run_process(words);
  INFO(words[0] << ": " << result.err << result.out);
  REQUIRE(result.code == 0);
  return result;
}

// Plain cc: no pkg-config, no CMake.
std::vector<std::string> plain_flags() {
  std::vector<std::string> flags;
  for (const auto& tree : {tree_v1(), tree_v2()}) flags.push_back("-I" + (tree / "include").string());
  flags.push_back(tree_v1() / "lib/libpackage_v1.a");
  flags.push_back(tree_v2() / "lib/libpackage_v2.a");
  flags.push_back(tree_v1() / "lib/libmobilith_runtime.a");
  flags.emplace_back("-lpthread");
  return flags;
}

std::vector<std::string> joined(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// Names of the symbols that nm lists with one of these kinds.
std::vector<std::string> symbols(const std::filesystem::path& file, const std::string& kinds) {
  std::istringstream lines(must({"nm", file}).out);
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.size() > 17 ? line.substr(17) : "");
    std::string kind, name;
    if (words >> kind >> name && kinds.find(kind) != std::string::npos) names.push_back(name);
  }
  return names;
}

}  // namespace

TEST_CASE("two libraries link into one program with plain cc, C99, every warning an error") {
  const TemporaryFolder folder;
  must(joined(
      {"cc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", apps + "two.c", "-o", folder / "two"},
      plain_flags()));
  CHECK(must({folder / "two"}).out.size() > 2);
}

TEST_CASE(
    "two libraries link into one shared object with nothing undefined, without text relocations or an "
    "executable stack") {
  const TemporaryFolder folder;
  const std::filesystem::path library = folder / "libboth.so";
  must(joined(
      {"cc", "-shared", "-fPIC", "-DSHARED", "-Wl,-z,defs", "-Wl,-z,text", apps + "two.c", "-o", library},
      plain_flags()));
  const std::string headers = must({"readelf", "-dlW", library}).out;
  CHECK(headers.find("TEXTREL") == std::string::npos);
  const size_t stack = headers.find("GNU_STACK");
  REQUIRE(stack != std::string::npos);
  CHECK(headers.substr(stack, headers.find('\n', stack) - stack).find("RWE") == std::string::npos);
}

TEST_CASE("an archive defines its model and nothing else, and wants nothing but libc's memory functions") {
  for (const auto& [tree, name] : {std::pair{tree_v1(), "package_v1"}, {tree_v2(), "package_v2"}}) {
    const std::filesystem::path archive = tree / "lib" / ("lib" + std::string(name) + ".a");
    CHECK(symbols(archive, "TDBRVWCGS") == std::vector<std::string>{name});
    for (const std::string& wanted : symbols(archive, "U"))
      CHECK((wanted == "memset" || wanted == "memcpy" || wanted == "memmove"));
  }
}

TEST_CASE("the runtime defines what its header declares, and nothing else") {
  for (const std::string& name : symbols(tree_v1() / "lib/libmobilith_runtime.a", "TDBRVWCGS")) {
    CHECK(name.starts_with("mobilith_"));
    // 0.1.0's programs call names that stand for newer functions in later programs.
    const std::string header = read_text(tree_v1() / "include/mobilith.h");
    const bool declared = header.find(name + "(") != std::string::npos,
               replaced = header.find("#define " + name + " " + name + "_2\n") != std::string::npos;
    INFO(name);
    CHECK((declared || replaced));
  }
}

TEST_CASE("the headers compile alone as C99 and C++20") {
  const TemporaryFolder folder;
  write_text(folder / "header.c",
             "#include <package_v1.h>\n#include <package_v1.h>\nint main(void) { return 0; }\n");
  write_text(
      folder / "header.cpp",
      "#include <package_v1.h>\nint main() { return mobilith_model_describe(&package_v1) == nullptr; }\n");
  const std::string include = "-I" + (tree_v1() / "include").string();
  must({"cc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-c", include, folder / "header.c",
        "-o", folder / "c.o"});
  must({"c++", "-std=c++20", "-pedantic", "-Wall", "-Wextra", "-Werror", "-c", include, folder / "header.cpp",
        "-o", folder / "cpp.o"});
}

TEST_CASE("pkg-config alone builds an app from a moved tree") {
  const TemporaryFolder folder;
  std::filesystem::copy(tree_v1(), folder / "tree", std::filesystem::copy_options::recursive);
  std::vector<std::string> call{"c++", "-std=c++20", apps + "one.cpp", "-o", folder / "one"};
  must(joined(call, pkg_config_flags(folder / "tree", "package_v1")));
  CHECK(must({folder / "one"}).out == "no error\n");
}

TEST_CASE("find_package builds apps with both libraries from two moved trees") {
  const TemporaryFolder folder;
  must({"cmake", "-S", apps, "-B", folder / "build", "-G", "Ninja",
        "-DCMAKE_PREFIX_PATH=" + tree_v1().string() + ";" + tree_v2().string()});
  must({"cmake", "--build", folder / "build"});
  CHECK(must({folder / "build/one"}).out == "no error\n");
  CHECK(must({folder / "build/two"}).out.size() > 2);
}

TEST_CASE("two libraries link into a static program, which runs") {
  const TemporaryFolder folder;
  must(joined({"cc", "-std=c99", "-static", apps + "two.c", "-o", folder / "two"}, plain_flags()));
  CHECK(must({"readelf", "-lW", folder / "two"}).out.find("INTERP") == std::string::npos);
  CHECK(must({folder / "two"}).out.size() > 2);
}

TEST_CASE("link-time optimisation of the application and of the runtime's sources changes nothing") {
  const TemporaryFolder folder;
  must(joined({"cc", apps + "two.c", "-o", folder / "plain"}, plain_flags()));
  const std::string expected = must({folder / "plain"}).out, runtime = MOBILITH_SOURCE "/runtime";
  std::vector<std::string> libraries = plain_flags();
  std::erase(libraries, (tree_v1() / "lib/libmobilith_runtime.a").string());
  std::vector<std::vector<std::string>> compilers{{"gcc", "-flto=auto"},
                                                  {"clang-22", "-flto=thin", "-fuse-ld=lld-22"}};
  if (mobilith::testing::nightly()) compilers.push_back({"clang-22", "-flto", "-fuse-ld=lld-22"});
  for (const std::vector<std::string>& compiler : compilers) {
    if (missing(compiler[0], "apt: " + compiler[0]) ||
        (compiler.size() > 2 && missing("ld.lld-22", "apt: lld-22")))
      continue;
    INFO(compiler[0] << " " << compiler[1]);
    must(joined(
        joined(compiler, {"-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", apps + "two.c",
                          runtime + "/src/mobilith.c", "-I" + runtime + "/include", "-o", folder / "two"}),
        libraries));
    CHECK(must({folder / "two"}).out == expected);
    must(joined(joined(compiler, {"-std=c11", "-O2", "-shared", "-fPIC", "-DSHARED", "-Wl,-z,defs",
                                  "-Wl,-z,text", apps + "two.c", runtime + "/src/mobilith.c",
                                  "-I" + runtime + "/include", "-o", folder / "two.so"}),
                libraries));
  }
}

TEST_CASE("with the runtime bundled, one archive and libc link, and pkg-config and CMake say no more") {
  const TemporaryFolder folder;
  std::vector<std::string> call = generate_call("package_v1", folder / "tree");
  call.emplace_back("--bundle-runtime");
  must(call);
  CHECK(!std::filesystem::exists(folder / "tree/lib/libmobilith_runtime.a"));
  must({"c++", "-std=c++20", "-I" + (folder / "tree/include").string(), apps + "one.cpp",
        folder / "tree/lib/libpackage_v1.a", "-lpthread", "-o", folder / "plain"});
  CHECK(must({folder / "plain"}).out == "no error\n");
  must(joined({"c++", "-std=c++20", apps + "one.cpp", "-o", folder / "one"},
              pkg_config_flags(folder / "tree", "package_v1")));
  CHECK(must({folder / "one"}).out == "no error\n");
  must({"cmake", "-S", apps, "-B", folder / "build", "-G", "Ninja",
        "-DCMAKE_PREFIX_PATH=" + (folder / "tree").string() + ";" + tree_v2().string()});
  must({"cmake", "--build", folder / "build", "--target", "one"});
  CHECK(must({folder / "build/one"}).out == "no error\n");
}

}  // namespace test_linking

// Names of libraries: each that could not be a C symbol, a header and an archive beside the system's is
// refused for the right reason; the others compile and link, however odd they are.
#include <algorithm>
#include <sstream>

#include "cli/errors.h"
#include "cli/identifier.h"
#include "cli/taken_names.h"

namespace test_names {

using mobilith::objection_to_name;

namespace {

struct Refused {
  const char* why;
  std::vector<const char*> names;
};

std::vector<std::string> generate_call(const std::string& name, const std::filesystem::path& out) {
  return {MOBILITH_PROGRAM,
          "generate",
          "--weights",
          MOBILITH_TEST_DATA "/small_network.onnx",
          "--no-check",
          "--name",
          name,
          "--out",
          out};
}

void generate(const std::string& name, const std::filesystem::path& out) {
  const ProcessResult result = run_process(generate_call(name, out));
  INFO(name << ": " << result.err);
  REQUIRE(result.code == 0);
}

}  // namespace

TEST_CASE("each kind of name that is taken is refused for its own reason") {
  const Refused table[] = {
      {"is empty", {""}},
      {"starts with a digit", {"1model", "9"}},
      {"a character that C does not allow", {"my-model", "my model", "modèle", "../x", "a.b", "a$", "a\nb"}},
      {"is reserved for compilers", {"_x", "a__b", "_", "a__", "_Bool"}},
      {"the runtime's own names", {"mobilith", "mobilith_run", "MOBILITH", "Mobilith_x", "mobilithic"}},
      {"has no small letter", {"EOF", "NULL", "SIGINT", "PETS", "I", "X86_64", "DBL_MAX"}},
      {"ends in _t", {"pet_t", "animals_t"}},
      {"another library's header", {"Pets_CLASSES", "Pets_INPUT_BYTES"}},
      {"word of C or C++",
       {"int", "class", "typeof_unqual", "nullptr", "constexpr", "co_await", "contract_assert", "not_eq",
        "xor", "restrict", "thread_local", "alignas", "char8_t", "asm", "main", "std", "import", "module"}},
      {"macro that compilers define", {"linux", "unix", "i386"}},
      {"include/{name}.h would hide",
       {"signal", "string", "math", "time", "stdio", "unistd", "pthread", "stdbit", "immintrin", "getopt",
        "omp"}},
      {"hide where case is ignored", {"Signal", "String", "Limits", "sTdIo", "Kernel32", "Windows"}},
      {"lib{name}.a would hide", {"c", "m", "dl", "gcc_s", "rt", "kernel32"}},
      {"name of the C library",
       {"log",    "exit",   "read",    "sinf",     "calloc", "mmap",    "environ", "stdin",
        "puts",   "cosf32", "sinf128", "pow10",    "index",  "y0",      "jmp_buf", "offsetof",
        "PRIu64", "M_PIf",  "statx",   "SYS_open", "isnan",  "st_mtime"}},
      {"device on Windows", {"con", "nul", "com1", "lpt9"}},
  };
  for (const Refused& row : table)
    for (const std::string name : row.names) {
      std::string why = row.why;
      if (const size_t at = why.find("{name}"); at != why.npos) why.replace(at, 6, name);
      const std::string objection = objection_to_name(name, false);
      INFO(name << ": " << objection);
      CHECK(objection.find(why) != std::string::npos);
    }
  CHECK(objection_to_name(std::string(201, 'a'), false) == "is over 200 characters long");
}

TEST_CASE("every word of the list is refused, alike for every system") {
  std::istringstream lines{std::string(mobilith::embedded::taken_names())};
  int words = 0;
  std::string why;
  for (std::string line; std::getline(lines, line);) {
    CHECK(line.size() <= 118);
    if (line.starts_with("# ")) continue;
    if (line.starts_with("= ") || line.starts_with("~ ")) {
      why = line.substr(2);
      continue;
    }
    std::istringstream names(line);
    for (std::string name; names >> name; words++) {
      std::string reason = why;
      if (const size_t star = name.find('*'); star != name.npos) name.replace(star, 1, "x");
      if (const size_t at = reason.find("{name}"); at != reason.npos) reason.replace(at, 6, name);
      if (objection_to_name(name, true) != reason) FAIL(name << ": " << objection_to_name(name, true));
      if (objection_to_name(name, false).empty() != (why.find("windows.h") != why.npos)) FAIL(name);
    }
  }
  CHECK(words > 2000);
}

TEST_CASE("the command says which name, why, and one that would do") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& name, const std::vector<std::string>& words) {
    const std::vector<std::string> call = generate_call(name, folder / "tree");
    check_refused({call.begin() + 1, call.end()}, 2, words);
    CHECK(!std::filesystem::exists(folder / "tree"));
  };
  refused("signal", {"--name", "'signal' has a header", "include/signal.h", "such as 'signal_net'"});
  refused("2 Cats!", {"--name", "'2 Cats!' starts with a digit", "such as 'net_2_cats'"});
  refused("PETS", {"--name", "'PETS' has no small letter", "such as 'pets'"});
  refused("MOBILITH", {"--name", "'MOBILITH'", "the runtime's own", "such as 'my_net'"});
}

TEST_CASE("names that windows.h takes are refused for Windows alone") {
  for (const char* name : {"small", "far", "interface"}) {
    CHECK(objection_to_name(name, false).empty());
    CHECK(objection_to_name(name, true) == "is a macro or type of windows.h");
  }
  const TemporaryFolder folder;
  std::vector<std::string> call = generate_call("small", folder / "tree");
  call.insert(call.end(), {"--dry-run", "--target", "x86_64-windows-msvc"});
  check_refused({call.begin() + 1, call.end()}, 2, {"--name", "'small'", "windows.h"});
}

TEST_CASE("odd names that are free compile in C and C++ beside the system's headers, and link") {
  const TemporaryFolder folder;
  const std::vector<std::string> names{"a",          "x1",     "final", "Log",
                                       "logs",       "class_", "memo",  "tomato",
                                       "strawberry", "pETS_2", "w_H_x", std::string(200, 'n')};
  std::string includes, uses;
  std::vector<std::string> archives;
  for (const std::string& name : names) {
    CHECK(objection_to_name(name, true) == "");
    generate(name, folder / "tree");
    includes += "#include <" + name + ".h>\n";
    uses += "  puts(mobilith_model_describe(&" + name + ")->name);\n";
    archives.push_back(folder / "tree/lib" / ("lib" + name + ".a"));
  }
  const std::string source =
      "#include <ctype.h>\n#include <errno.h>\n#include <math.h>\n#include <signal.h>\n#include <stdio.h>\n"
      "#include <stdlib.h>\n#include <string.h>\n#include <time.h>\n#include <unistd.h>\n" +
      includes + "int main(void) {\n" + uses + "  return 0;\n}\n";
  write_text(folder / "app.c", "#define _POSIX_C_SOURCE 200809L\n" + source);
  write_text(folder / "app.cpp", source);
  const std::pair<const char*, std::vector<const char*>> compilers[] = {{"gcc", {"c99", "gnu17"}},
                                                                        {"clang-22", {"c99", "gnu23"}},
                                                                        {"g++", {"c++17", "gnu++20"}},
                                                                        {"clang++-22", {"c++17", "gnu++23"}}};
  for (const auto& [compiler, standards] : compilers)
    for (const std::string standard : standards) {
      std::vector<std::string> call{compiler,
                                    "-std=" + standard,
                                    "-Wall",
                                    "-Wextra",
                                    "-Wpedantic",
                                    "-Werror",
                                    "-I" + (folder / "tree/include").string(),
                                    folder / (standard.find('+') == standard.npos ? "app.c" : "app.cpp")};
      call.insert(call.end(), archives.begin(), archives.end());
      call.insert(call.end(), {folder / "tree/lib/libmobilith_runtime.a", "-lpthread", "-o", folder / "app"});
      const ProcessResult built = run_process(call);
      INFO(compiler << " " << standard << ": " << built.err);
      REQUIRE(built.code == 0);
      std::string expected;
      for (const std::string& name : names) expected += name + "\n";
      CHECK(run_process({folder / "app"}).out == expected);
    }
}

TEST_CASE("two libraries whose names differ in capitals: one program, not one tree") {
  const TemporaryFolder folder;
  generate("pets", folder / "small");
  generate("Pets", folder / "large");
  const std::vector<std::string> again = generate_call("Pets", folder / "small");
  check_refused({again.begin() + 1, again.end()}, 1, {"--out", "'pets'", "'Pets'", "case is ignored"});
  CHECK(files_below(folder / "small/share") ==
        std::vector<std::string>{"pets/manifest.json", "pets/sbom.spdx.json"});

  write_text(folder / "app.c",
             "#include <pets.h>\n#include <Pets.h>\n#include <stdio.h>\n"
             "int main(void) { printf(\"%s %s %d %d\\n\", mobilith_model_describe(&pets)->name,\n"
             "  mobilith_model_describe(&Pets)->name, PETS_CLASSES, Pets_CLASSES); return 0; }\n");
  const ProcessResult built =
      run_process({"cc", "-Wall", "-Wextra", "-Werror", folder / "app.c",
                   "-I" + (folder / "small/include").string(), "-I" + (folder / "large/include").string(),
                   folder / "small/lib/libpets.a", folder / "large/lib/libPets.a",
                   folder / "small/lib/libmobilith_runtime.a", "-lpthread", "-o", folder / "app"});
  INFO(built.err);
  REQUIRE(built.code == 0);
  CHECK(run_process({folder / "app"}).out == "pets Pets 5 5\n");
}

}  // namespace test_names

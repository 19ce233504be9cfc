// The program that packages carry: it needs nothing but glibc 2.36, wherever it is put, and does what the
// tested one does.
#include <regex>
#include <set>

#include "catch.h"
#include "hardening.h"
#include "nightly.h"
#include "runpath.h"
#include "skip.h"
#include "weights_file/keras_file.h"

namespace test_portable {

namespace fs = std::filesystem;
using namespace mobilith;

namespace {

const std::string five_kernels = MOBILITH_TEST_DATA "/small_network.onnx";

std::string must(const std::vector<std::string>& words) {
  const ProcessResult result = run_process(words, {"LC_ALL=C"});
  INFO(words[0] << ": " << result.err << result.out);
  REQUIRE(result.code == 0);
  return result.out;
}

// What scripts/package.sh packs, moved to a path with a space. Null where this machine can't link it.
const fs::path* portable() {
  static const TemporaryFolder folder;
  static const fs::path prefix = folder / "some where/else";
  if (!fs::exists(MOBILITH_BUILD "/portable/mobilith")) {
    skip("no portable program in this build; scripts/bootstrap.sh package, and configure anew");
    return nullptr;
  }
  if (!fs::exists(prefix)) {
    const auto install = [&](const char* component) {
      must(
          {"cmake", "--install", MOBILITH_BUILD, "--prefix", folder / "installed", "--component", component});
    };
    install("Unspecified");
    // Both programs may have been linked in the same second, which is all that CMake compares.
    fs::last_write_time(folder / "installed/bin/mobilith",
                        fs::last_write_time(MOBILITH_BUILD "/portable/mobilith"));
    install("portable");
    fs::create_directories(prefix.parent_path());
    fs::rename(folder / "installed", prefix);
  }
  return &prefix;
}

// In an empty environment, but for `more`: "NAME=value".
ProcessResult in_empty(const fs::path& program, const std::vector<std::string>& words,
                       const std::vector<std::string>& more = {}) {
  std::vector<std::string> call{"env", "-i"};
  call.insert(call.end(), more.begin(), more.end());
  call.push_back(program);
  call.insert(call.end(), words.begin(), words.end());
  return run_process(call);
}

bool is_elf(const fs::path& file) {
  return read_text(file).starts_with(
      "\x7f"
      "ELF");
}

void check_same_trees(const fs::path& one, const fs::path& other) {
  const std::vector<std::string> files = files_below(one);
  REQUIRE(!files.empty());
  CHECK(files == files_below(other));
  for (const std::string& file : files) {
    INFO(file);
    CHECK(read_text(one / file) == read_text(other / file));
  }
}

}  // namespace

TEST_CASE("all that a package needs is glibc 2.36 and what it carries") {
  const fs::path* prefix = portable();
  if (!prefix) return;
  const std::set<std::string> glibc{"libc.so.6",       "libm.so.6",  "libdl.so.2",
                                    "libpthread.so.0", "librt.so.1", "ld-linux-x86-64.so.2"};
  std::vector<std::string> programs;
  for (const std::string& file : files_below(*prefix))
    if (is_elf(*prefix / file)) programs.push_back(file);
  REQUIRE(programs.size() == 5);  // the program, and libraries of Halide, {fmt} and GCC
  for (const std::string& file : programs) {
    INFO(file);
    for (const std::string& library : dynamic_values(*prefix / file, "NEEDED")) {
      INFO(library);
      CHECK((glibc.count(library) || fs::exists(*prefix / "lib/mobilith" / library)));
    }
    CHECK(unsafe_run_paths(*prefix / file).empty());
    const std::string versions = must({"readelf", "-VW", *prefix / file});
    const std::regex version("GLIBC_2\\.([0-9]+)");
    for (std::sregex_iterator at(versions.begin(), versions.end(), version), end; at != end; ++at)
      CHECK(std::stoi((*at)[1]) <= 36);
  }
}

TEST_CASE(
    "a package's program is hardened, finds its libraries beside itself, and shows none of LLVM's symbols") {
  const fs::path* prefix = portable();
  if (!prefix) return;
  const fs::path program = *prefix / "bin/mobilith";
  CHECK(missing_protections(program) == std::vector<std::string>{});
  CHECK(dynamic_values(program, "RPATH") == std::vector<std::string>{"$ORIGIN/../lib/mobilith"});
  const std::string symbols = must({"readelf", "-W", "--dyn-syms", program});
  CHECK(symbols.find("N6Halide") != std::string::npos);  // these it wants
  CHECK(symbols.find("4llvm") == std::string::npos);
  CHECK(symbols.find("LLVM") == std::string::npos);
}

TEST_CASE("a package has the licence of each part of it") {
  const fs::path* prefix = portable();
  if (!prefix) return;
  const fs::path folder = *prefix / "share/doc/mobilith";
  const std::string table = read_text(folder / "THIRD_PARTY.md");
  const std::regex named("third_party/[^ ]+\\.txt");
  size_t rows = 0;
  for (std::sregex_iterator at(table.begin(), table.end(), named), end; at != end; ++at, ++rows) {
    INFO(at->str());
    CHECK(fs::file_size(folder / at->str()) > 100);
  }
  CHECK(rows == files_below(folder / "third_party").size());
  for (const std::string& file : files_below(*prefix / "lib/mobilith")) {
    INFO(file);
    CHECK(table.find("lib/mobilith/" + file) != std::string::npos);
  }
  CHECK(fs::exists(folder / "LICENSE.Halide"));
}

TEST_CASE(
    "a package's program reads model files and writes libraries as the tested one does, byte for byte") {
  const fs::path* prefix = portable();
  if (!prefix) return;
  const fs::path program = *prefix / "bin/mobilith";
  const TemporaryFolder folder;
  Configuration configuration;
  configuration.net = "mobilenet_v1";
  configuration.alpha = 0.25;
  configuration.height = configuration.width = 32;
  const testing::KerasFile file(configuration);
  file.write(testing::Layout::hdf5_model, folder / "net.h5");
  const auto compare = [&](const std::string& name, std::vector<std::string> options) {
    INFO(name);
    options.insert(options.begin(), {"generate", "--name", "small", "--no-check"});
    const auto make = [&](const char* which) {
      std::vector<std::string> words = options;
      words.insert(words.end(), {"--out", folder / (name + which)});
      const ProcessResult result =
          in_empty(which == std::string("-ours") ? program : fs::path(MOBILITH_PROGRAM), words);
      INFO(result.err);
      REQUIRE(result.code == 0);
    };
    make("-ours");
    make("-theirs");
    check_same_trees(folder / (name + "-ours"), folder / (name + "-theirs"));
  };
  compare("h5", {"--weights", folder / "net.h5", "--cpu", "znver4"});
  compare("aarch64", {"--weights", testing::nightly() ? folder / "net.h5" : fs::path(five_kernels),
                      "--target", "aarch64-linux-gnu"});
  if (testing::nightly()) {
    compare("riscv64", {"--weights", folder / "net.h5", "--target", "riscv64-linux-gnu"});
    compare("wasm32", {"--weights", folder / "net.h5", "--target", "wasm32-wasi"});
  }

  // HDF5, libzip, Protobuf, FlatBuffers.
  for (const auto& model : fs::directory_iterator(MOBILITH_SOURCE "/tests/fuzz/corpus/model")) {
    INFO(model.path());
    const ProcessResult one = in_empty(program, {"describe", model.path()});
    const ProcessResult other = in_empty(MOBILITH_PROGRAM, {"describe", model.path()});
    CHECK(one.code <= 2);
    CHECK(one.code == other.code);
    CHECK(one.out + one.err == other.out + other.err);
  }
}

TEST_CASE("a package's program checks, runs and inspects a library here, whatever LD_LIBRARY_PATH has") {
  const fs::path* prefix = portable();
  if (!prefix) return;
  const fs::path program = *prefix / "bin/mobilith";
  const TemporaryFolder folder;
  for (const char* library : {"libHalide.so", "libstdc++.so.6", "libfmt.so.9"})
    write_text(folder / library, "not a library\n");
  const std::string others = "LD_LIBRARY_PATH=" + folder.path().string();
  std::vector<std::string> call{"generate", "--name", "small", "--out", folder / "tree", "--weights"};
  if (testing::nightly())
    call.insert(call.end(), {"synthetic", "--net", "mobilenet_v1", "--alpha", "0.25", "--resolution", "32"});
  else
    call.push_back(five_kernels);
  const ProcessResult made = in_empty(program, call, {others});
  INFO(made.err);
  REQUIRE(made.code == 0);
  CHECK(made.out.find("checked for") != std::string::npos);
  const ProcessResult ran =
      in_empty(program, {"bench", folder / "tree", "--seconds", "0.1", "--format", "json"});
  INFO(ran.err);
  CHECK(ran.out.find("\"name\": \"small\"") != std::string::npos);
  const ProcessResult inspected = in_empty(program, {"inspect", folder / "tree", "--seconds", "0.1"});
  INFO(inspected.err);
  CHECK(inspected.code == 0);
  CHECK(inspected.out.find(testing::nightly() ? "separable" : "inverted_residual") != std::string::npos);
}

}  // namespace test_portable

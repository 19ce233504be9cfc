#include <cstdio>

#include "catch.h"
#include "examples/example.h"

namespace test_rust {

using namespace mobilith::examples;

namespace {

// Debian 12's own cargo is too old for `unsafe extern`; rustup's stands in PATH even where it has no
// toolchain.
bool has_rust() {
  int major = 0, minor = 0;
  const ProcessResult version = run_process({"cargo", "--version"});
  return version.code == 0 && std::sscanf(version.out.c_str(), "cargo %d.%d", &major, &minor) == 2 &&
         std::pair(major, minor) >= std::pair(1, 82);
}

}  // namespace

TEST_CASE(
    "a Rust crate generates its network in build.rs, passes its own tests and gives the reference's best "
    "five",
    "[rust]") {
  if (!has_rust()) return skip("no cargo that runs (Rust 1.82 or newer)");
  const TemporaryFolder folder;
  const Copy copy("rust");
  const std::string manifest = "--manifest-path=" + (copy / "Cargo.toml").string();
  const std::vector<std::string> environment{
      "MOBILITH=" MOBILITH_PROGRAM, "CARGO_TARGET_DIR=" + (folder / "target").string(),
      "MOBILITH_OPTIONS=--net mobilenet_v1 --alpha 0.25 --resolution 32 --weights synthetic"};
  const std::vector<std::string> flags{manifest, "--offline", "--locked", "--quiet"};
  auto cargo = [&](std::vector<std::string> words, const std::vector<std::string>& rest = {}) {
    words.insert(words.begin(), "cargo");
    words.insert(words.end(), flags.begin(), flags.end());
    words.insert(words.end(), rest.begin(), rest.end());
    return words;
  };
  const std::string report = must(cargo({"test"}), environment);
  CHECK(report.find("2 passed; 0 failed") != std::string::npos);

  const std::vector<std::string> pictures{write_ppm(folder.path(), 0), write_ppm(folder.path(), 1),
                                          write_ppm(folder.path(), 2)};
  const std::string program = folder / "target/debug/my-net";
  check_lines(must({program, pictures[0], pictures[1], pictures[2]}), pictures);
  write_text(folder / "cut.ppm", "P6\n32 32\n255\n" + pixels(0).substr(1));
  check_one_line_error({program, folder / "cut.ppm"}, "cut.ppm: expected a binary PPM");

  // Nothing changed: nothing is built again. Other options: another library.
  const auto written = std::filesystem::last_write_time(program);
  must(cargo({"build"}), environment);
  CHECK(std::filesystem::last_write_time(program) == written);
  std::vector<std::string> other = environment;
  other.back() = "MOBILITH_OPTIONS=--net mobilenet_v1 --alpha 0.25 --resolution 33 --weights synthetic";
  must(cargo({"build"}), other);
  check_one_line_error({program, pictures[0]}, "33 x 33");
}

}  // namespace test_rust

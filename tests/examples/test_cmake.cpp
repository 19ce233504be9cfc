#include "catch.h"
#include "examples/example.h"

namespace test_cmake {

using namespace mobilith::examples;

TEST_CASE("C++ through CMake, a session per thread, gives the reference's best five in order", "[cmake]") {
  const TemporaryFolder folder;
  const Copy copy("cmake");
  copy.generate("CMakeLists.txt");
  copy.follow("CMakeLists.txt", "cmake -S", "", {"CMAKE_GENERATOR=Ninja", "CXXFLAGS=-Wall -Wextra -Werror"});
  const std::string program = copy / "build/classify_all";
  const std::vector<std::string> pictures{write_ppm(folder.path(), 0), write_ppm(folder.path(), 1),
                                          write_ppm(folder.path(), 2)};
  check_lines(must({program, pictures[0], pictures[1], pictures[2]}), pictures);

  write_text(folder / "text.ppm", "no picture");
  write_text(folder / "cut.ppm", "P6\n32 32\n255\n" + pixels(0).substr(1));
  const ProcessResult result =
      run_process({program, pictures[0], folder / "text.ppm", pictures[1], folder / "cut.ppm"});
  CHECK(result.code == 1);
  check_lines(result.out, {pictures[0], pictures[1]});
  CHECK(result.err.find("text.ppm: expected") != std::string::npos);
  CHECK(result.err.find("cut.ppm: cut short") != std::string::npos);
}

}  // namespace test_cmake

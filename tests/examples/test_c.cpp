#include "catch.h"
#include "examples/example.h"

namespace test_c {

using namespace mobilith::examples;

TEST_CASE("C with cc alone gives the reference's best five, and a line for what is no such picture", "[c]") {
  const TemporaryFolder folder;
  const Copy copy("c");
  const std::string program = copy / "classify";
  copy.generate("classify.c");
  copy.follow("classify.c", "cc ", " -pedantic -Wall -Wextra -Werror");
  const std::vector<std::string> pictures{write_ppm(folder.path(), 0), write_ppm(folder.path(), 1),
                                          write_ppm(folder.path(), 2)};
  check_lines(must({program, pictures[0], pictures[1], pictures[2]}), pictures);

  write_text(folder / "comment.ppm", "P6 # made by hand\n32\n#\n32 255\n" + pixels(0));
  check_lines(must({program, folder / "comment.ppm"}), {(folder / "comment.ppm").string()});

  for (const auto& [name, text, part] :
       {std::tuple<const char*, std::string, const char*>{"text.ppm", "no picture", "P6"},
        {"small.ppm", "P6 16 32 255\n", "width and height"},
        {"deep.ppm", "P6 32 32 65535\n", "8 bits"},
        {"cut.ppm", "P6 32 32 255\n" + pixels(0).substr(1), "cut short"},
        {"empty.ppm", "", "P6"}}) {
    write_text(folder / name, text);
    check_one_line_error({program, folder / name}, part);
  }
  check_one_line_error({program, folder / "none.ppm"}, "opened");
}

}  // namespace test_c

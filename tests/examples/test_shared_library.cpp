#include <algorithm>
#include <sstream>

#include "catch.h"
#include "examples/example.h"

namespace test_shared_library {

using namespace mobilith::examples;

TEST_CASE("a shared library around the network exports its own functions alone, and answers when loaded",
          "[shared_library]") {
  const TemporaryFolder folder;
  const Copy copy("shared_library");
  const std::string library = copy / "libtagger.so", program = copy / "use_tagger";
  copy.generate("tagger.c");
  copy.follow("tagger.c", "cc -std=c99 -O2 -shared", " -pedantic -Wall -Wextra -Werror");
  copy.follow("tagger.c", "cc -std=c99 -O2 use_tagger.c", " -pedantic -Wall -Wextra -Werror");

  std::vector<std::string> exported;
  std::istringstream lines(must({"nm", "-D", "--defined-only", library}));
  for (std::string address, kind, name; lines >> address >> kind >> name;) exported.push_back(name);
  std::sort(exported.begin(), exported.end());
  CHECK(exported == std::vector<std::string>{"tagger_close", "tagger_height", "tagger_open", "tagger_run",
                                             "tagger_width"});
  for (int number : {0, 1, 2})
    check_lines(must({program, library, write_ppm(folder.path(), number)}), number);
  check_one_line_error({program, folder / "none.so", "x"}, "none.so");
  check_one_line_error({program, library, folder / "none.ppm"}, "none.ppm");
}

}  // namespace test_shared_library

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "examples/example.h"

namespace test_static_musl {

using namespace mobilith::examples;
using namespace std::string_literals;

TEST_CASE("a static musl binary finds the best class, and is 64 KB larger than the weights at most",
          "[static_musl]") {
  if (missing("musl-gcc", "apt: musl-tools")) return;
  const TemporaryFolder folder;
  const Copy copy("static_musl");
  const std::string program = copy / "classify";
  copy.generate("build.sh");
  copy.follow("build.sh", "./build.sh");
  CHECK(must({"readelf", "-lW", program}).find("INTERP") == std::string::npos);

  for (int number : {0, 1, 2}) {
    const std::vector<double>& values = expected(number);
    const std::string picture = write_ppm(folder.path(), number);
    const auto best = std::max_element(values.begin(), values.end()) - values.begin();
    CHECK(must({"sh", "-c", "'" + program + "' <" + picture}) == std::to_string(best) + "\n");
  }
  write_text(folder / "cut.ppm", "P6\n32 32\n255\n" + pixels(0).substr(1));
  for (const std::string& input : {"/dev/null"s, "/dev/zero"s, (folder / "cut.ppm").string()})
    check_one_line_error({"sh", "-c", "'" + program + "' <" + input}, "expected a binary PPM");

  std::ifstream manifest(copy / "tree/share/my_net/manifest.json");
  const size_t weights = nlohmann::json::parse(manifest).at("weights").at("bytes"),
               bytes = std::filesystem::file_size(program);
  std::cout << bytes << " bytes, " << bytes - weights << " over the weights\n";
  CHECK(bytes <= weights + 65536);
}

}  // namespace test_static_musl

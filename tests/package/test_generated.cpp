// The default set of networks, generated/, built in this build as developers do.
#include <nlohmann/json.hpp>
#include <sstream>

#include "catch.h"
#include "process.h"

namespace test_generated {

namespace {

ProcessResult build_set() {
  const ProcessResult result = run_process({"cmake", "--build", MOBILITH_BUILD, "--target", "generated"});
  INFO(result.out << result.err);
  REQUIRE(result.code == 0);
  return result;
}

std::vector<int> best_five(const std::string& name) {
  const ProcessResult result = run_process({MOBILITH_BUILD "/generated/best_five_" + name});
  INFO(result.err);
  REQUIRE(result.code == 0);
  std::istringstream lines(result.out);
  std::vector<int> classes;
  for (int number = 0; lines >> number; lines.ignore(100, '\n')) classes.push_back(number);
  return classes;
}

}  // namespace

TEST_CASE("the default set builds, each of its apps finds Keras's best five, and nothing is built twice") {
  build_set();
  for (const auto& [name, golden] : {std::pair{"v1_a0_25_r128", "mobilenet_v1_a0.25_d1_r128"},
                                     {"v1_a1_0_r224", "mobilenet_v1_a1.0_d1_r224"},
                                     {"v2_a0_35_r96", "mobilenet_v2_a0.35_d1_r96"},
                                     {"v2_a1_0_r224", "mobilenet_v2_a1.0_d1_r224"}}) {
    INFO(name);
    const auto expected =
        nlohmann::json::parse(read_text(MOBILITH_TEST_DATA "/golden/" + std::string(golden) + ".json"));
    CHECK(best_five(name) == expected["top5"].get<std::vector<int>>());
  }
  CHECK(build_set().out.find("Generating the network") == std::string::npos);
}

}  // namespace test_generated

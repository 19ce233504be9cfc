#include <iostream>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "examples/example.h"
#include "nightly.h"
#include "package/png.h"

namespace test_server {

using namespace mobilith::examples;
using nlohmann::json;

TEST_CASE("the server answers under load without a failure, refuses what is no picture, and stops when asked",
          "[server]") {
  if (run_process({"c++", "-x", "c++", "-E", "-include", "boost/beast/version.hpp", "/dev/null"}).code != 0)
    return skip("Boost.Beast is not installed (apt: libboost-dev)");
  const TemporaryFolder folder;
  const Copy copy("server");
  // At night pictures are resized by the example, else by a library that takes frames.
  copy.generate("CMakeLists.txt", mobilith::testing::nightly() ? "" : " --input rgb8:40x48 --fit stretch");
  std::vector<std::string> flags{"CMAKE_GENERATOR=Ninja", "CXXFLAGS=-Wall -Wextra -Werror"};
  if (!mobilith::testing::nightly()) {  // in a third of the time
    write_text(folder / "day.cmake", "set(CMAKE_UNITY_BUILD ON)\n");
    flags = {flags[0],         flags[1] + " -O0",
             "CFLAGS=-O1",     "CMAKE_BUILD_TYPE=Plain",
             "CXX=clang++-22", "CMAKE_TOOLCHAIN_FILE=" + (folder / "day.cmake").string()};
  }
  copy.follow("CMakeLists.txt", "cmake -S", "", flags);
  const std::string program = copy / "build/serve";

  std::vector<std::string> call{"python3", MOBILITH_SOURCE "/tests/examples/server_client.py", program};
  for (int number : {0, 1, 2}) {
    call.push_back(folder / (std::to_string(number) + ".png"));
    write_text(call.back(),
               mobilith::package::png(side, side, mobilith::package::PngColour::rgb, pixels(number)));
  }
  const json seen = json::parse(must(call));

  for (int number : {0, 1, 2}) {
    std::vector<Tag> found;
    for (const json& entry : seen["classes"][static_cast<size_t>(number)])
      found.push_back({entry[0], entry[1]});
    check_best_five(found, number);
  }

  for (const auto& [name, status] :
       std::initializer_list<std::pair<const char*, int>>{{"health", 200},
                                                          {"form", 200},
                                                          {"chunked", 200},
                                                          {"no page", 404},
                                                          {"wrong method", 404},
                                                          {"text", 400},
                                                          {"empty", 400},
                                                          {"cut", 400},
                                                          {"form of no picture", 400},
                                                          {"broken form", 400},
                                                          {"large", 413},
                                                          {"large, chunked", 413}}) {
    const json& answer = seen["single"][name];
    INFO(name << ": " << answer);
    CHECK(answer["status"] == status);
    CHECK(answer["body"].contains("error") == (status != 200));
    CHECK((answer["then"] == 200 || answer["then"] == "closed"));
  }
  for (const json& line : seen["raw"]) {
    INFO(line);
    CHECK((line == "" || line.get<std::string>().starts_with("HTTP/1.1 4")));
  }

  // Statuses, bodies, whether the connection stays open.
  CHECK(seen["framing"] == json::parse(R"({"coding": [[501], 1, false], "codings": [[501], 1, false],
    "coding of no body": [[501], 1, false], "chunked in 1.0": [[501], 1, false],
    "Chunked": [[400, 200], 2, true], "both lengths": [[400], 1, false], "HEAD": [[404, 200], 1, true],
    "close": [[200], 1, false], "1.0": [[200], 1, false], "Expect": [[100, 200], 1, false],
    "Expect in 1.0": [[200], 1, false]})"));
  INFO(seen["short of room"]);
  CHECK(seen["short of room"]["deaf"] == 200);
  CHECK(seen["short of room"]["then"] == 200);

  const json& load = seen["load"];
  const int right = load["counts"].value("right", 0), refused = load["counts"].value("refused", 0);
  const int before = load["resident_kb"][0], after = load["resident_kb"][1];
  std::cout << load["requests"] << " requests in " << load["seconds"] << " s; resident " << before
            << " KB, then " << after << " KB\n";
  INFO(load);
  CHECK(right + refused == load["requests"]);
  CHECK(right > 0);
  CHECK(refused > 0);
  CHECK(after <= before + 2048);
  CHECK(load["threads"][0] == load["threads"][1]);
  CHECK(seen["stop"]["status"] == 200);
  CHECK(seen["stop"]["exit code"] == 0);

  call[1] = MOBILITH_SOURCE "/tests/examples/server_attack.py";
  call.insert(call.begin() + 3, mobilith::testing::nightly() ? "10" : "4");
  const json attacked = json::parse(must(call));
  INFO(attacked);
  CHECK(attacked["problems"].empty());
  std::cout << attacked << "\n";

  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--port", "x"},
                                                {"--nonsense"},
                                                {"--labels", "/nowhere"},
                                                {"--workers", "0"},
                                                {"--host"}}) {
    std::vector<std::string> words{program};
    words.insert(words.end(), wrong.begin(), wrong.end());
    const ProcessResult result = run_process(words);
    CHECK(result.code == 2);
    CHECK(result.err.find(wrong[0]) != std::string::npos);
  }
  check_one_line_error({program, "--port", "0", "--host", "not an address"}, "--host");
}

}  // namespace test_server

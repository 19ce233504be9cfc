// generate --report: the page says what the manifest says, and is there whole or not at all.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>
#include <tuple>

#include "catch.h"
#include "process.h"

namespace test_calibration_report {

using nlohmann::json;

namespace {

namespace fs = std::filesystem;

constexpr int side = 32;

// An array of NumPy's, (y, x, c), of values from -1 to 1 that differ from picture to picture.
void write_picture(const fs::path& path, unsigned seed) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (32, 32, 3), }";
  header.resize(118 - 1, ' ');
  std::string bytes = std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + "\n";
  unsigned state = seed;
  for (int i = 0; i < side * side * 3; i++) {
    state = (state * 1103515245u + 12345u) & 0x7fffffffu;
    const float value = float(state >> 16) / 16384.0f - 1;
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  write_text(path, bytes);
}

ProcessResult generate(const fs::path& tree, std::vector<std::string> more) {
  std::vector<std::string> words{MOBILITH_PROGRAM, "generate", "--net",     "mobilenet_v1", "--alpha", "0.25",
                                 "--resolution",   "32",       "--weights", "synthetic",    "--name",  "net",
                                 "--out",          tree};
  words.insert(words.end(), more.begin(), more.end());
  return run_process(words);
}

std::vector<std::smatch> all_of(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  return {std::sregex_iterator(text.begin(), text.end(), regex), std::sregex_iterator()};
}

// Whether each element is closed where HTML wants it to be.
bool well_formed(const std::string& page) {
  std::vector<std::string> open;
  for (const std::smatch& tag : all_of(page, "<(/?)([a-z0-9]+)([^>]*)>")) {
    const std::string name = tag[2];
    if (name == "meta" || tag[3].str().ends_with("/")) continue;
    if (tag[1].length() == 0) {
      open.push_back(name);
    } else {
      if (open.empty() || open.back() != name) return false;
      open.pop_back();
    }
  }
  return open.empty() && page.starts_with("<!doctype html>\n<html") && page.ends_with("</html>\n");
}

}  // namespace

TEST_CASE("The page has each layer's signal to noise, and the outputs' figures, as the manifest has them") {
  const TemporaryFolder folder;
  const fs::path pictures = folder / "a<b>'s & others", page_file = folder / "pages" / "report.html";
  fs::create_directories(pictures);
  fs::create_directories(page_file.parent_path());
  for (unsigned i = 1; i <= 3; i++) write_picture(pictures / (std::to_string(i) + ".npy"), i);
  write_text(page_file, "of yesterday");
  const ProcessResult made = generate(
      folder / "tree", {"--dtype", "int8", "--calibrate", pictures, "--report", page_file, "--jobs", "2"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  CHECK(files_below(page_file.parent_path()) == std::vector<std::string>{"report.html"});

  const std::string page = read_text(page_file);
  CHECK(well_formed(page));
  CHECK(page.find("yesterday") == std::string::npos);
  CHECK(page.find("http") == std::string::npos);
  CHECK(page.find("mobilenet_v1 alpha 0.25") != std::string::npos);
  CHECK(page.find("32x32") != std::string::npos);
  CHECK(all_of(page, "int8, 20[0-9]{2}-[01][0-9]-[0-3][0-9]").size() == 1);
  CHECK(page.find("<b>3</b><span>pictures</span>") != std::string::npos);
  CHECK(page.find("a&lt;b&gt;&#39;s &amp; others</code>") != std::string::npos);
  CHECK(page.find("a<b>") == std::string::npos);
  CHECK(page.find("<tr><td>--jobs</td><td><code>2</code></td></tr>") != std::string::npos);
  CHECK(page.find("--threads") == std::string::npos);  // was not given

  const json calibration = json::parse(read_text(folder / "tree/share/net/manifest.json")).at("calibration");
  const json& layers = calibration.at("layers");
  const std::vector<std::smatch> bars =
      all_of(page, "<rect [^>]*width='([0-9.]+)'[^>]*><title>([^:<]*): ([0-9.]+) dB</title></rect>");
  REQUIRE(layers.size() == 30);
  REQUIRE(bars.size() == layers.size());
  const double unit = std::stod(bars[0][1]) / layers[0]["signal_to_noise_db"].get<double>();
  for (size_t i = 0; i < bars.size(); i++) {
    const double value = layers[i]["signal_to_noise_db"];
    CHECK(bars[i][2] == layers[i]["layer"].get<std::string>());
    CHECK(std::abs(std::stod(bars[i][3]) - value) <= 0.05001);
    CHECK(std::abs(std::stod(bars[i][1]) - unit * value) < 0.2);
  }
  const json& output = calibration.at("outputs").at(0);
  const std::vector<std::smatch> top = all_of(page, "<b>([0-9.]+) %</b>"),
                                 error = all_of(page, "<b>([0-9.e-]+)</b><span>outputs: root");
  REQUIRE(top.size() == 1);
  REQUIRE(error.size() == 1);
  CHECK(std::abs(std::stod(top[0][1]) - 100 * output["same_top"].get<double>()) <= 0.05001);
  const double root = std::sqrt(output["mean_square_error"].get<double>());
  CHECK(std::abs(std::stod(error[0][1]) - root) <= 0.01 * root);
}

TEST_CASE(
    "A page that can't be made, or of a network that pictures do not change, is refused before any work") {
  const TemporaryFolder folder;
  const fs::path page = folder / "report.html", pictures = folder / "pictures";
  fs::create_directories(pictures);
  write_picture(pictures / "1.npy", 1);
  const std::string int8 = std::string(MOBILITH_TEST_DATA) + "/quantised/network_i8.tflite";
  const std::vector<std::string> calibrated{"--dtype", "int8", "--calibrate", pictures};
  auto with = [](std::vector<std::string> words, const std::string& path) {
    words.insert(words.end(), {"--report", path});
    return words;
  };
  const ProcessResult quantised = run_process(
      {MOBILITH_PROGRAM, "generate", "--weights", int8, "--out", folder / "tree", "--report", page});
  for (const auto& [made, code, said] :
       {std::tuple(generate(folder / "tree", with({}, page)), 2, "goes with --dtype int8"),
        std::tuple(quantised, 2, "goes with --dtype int8"),
        std::tuple(generate(folder / "tree", with(calibrated, folder / "none/report.html")), 1,
                   "No such file"),
        std::tuple(generate(folder / "tree", with(calibrated, pictures)), 1, "expected the name of a file"),
        std::tuple(generate(folder / "tree", with(calibrated, page.string() + "/")), 1,
                   "expected the name")}) {
    INFO(made.err);
    CHECK(made.code == code);
    CHECK(made.err.find("--report: ") != std::string::npos);
    CHECK(made.err.find(said) != std::string::npos);
    CHECK(std::count(made.err.begin(), made.err.end(), '\n') == 1);
    CHECK(!fs::exists(page));
    CHECK(!fs::exists(folder / "tree"));
  }
  write_text(page, "of yesterday");
  const ProcessResult tried =
      generate(folder / "tree", with({"--dtype", "int8", "--calibrate", folder / "no_pictures"}, page));
  CHECK(tried.code != 0);
  CHECK(read_text(page) == "of yesterday");
}

}  // namespace test_calibration_report

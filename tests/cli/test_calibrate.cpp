// generate --dtype int8 of a float model, from the command line.
#include <sys/stat.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "process.h"

namespace test_calibrate {

using nlohmann::json;

namespace {

// An array of NumPy's, (side, side, 3), of waves from -1 to 1.
std::string wave(int side, int number) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(side) + ", " +
                       std::to_string(side) + ", 3), }";
  header.resize(117, ' ');
  header += '\n';
  std::string bytes = std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header;
  for (int i = 0; i < side * side * 3; i++) {
    const auto value = float(std::sin(0.01 * i * (number + 1) + number));
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  return bytes;
}

std::vector<std::string> net(int side = 48) {
  return {"--net",        "mobilenet_v2",       "--alpha",   "0.35",      "--classes", "10",
          "--resolution", std::to_string(side), "--weights", "synthetic", "--name",    "net"};
}

std::vector<std::string> small_v1() {
  return {"--net",        "mobilenet_v1", "--alpha",   "0.25",      "--classes", "10",
          "--resolution", "32",           "--weights", "synthetic", "--name",    "net"};
}

ProcessResult generate(std::vector<std::string> words) {
  words.insert(words.begin(), {MOBILITH_PROGRAM, "generate"});
  return run_process(words);
}

std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

TEST_CASE("A float model becomes an int8 library and an int8 model, which give the same numbers") {
  const TemporaryFolder folder;
  const std::filesystem::path arrays = folder / "arrays", tree = folder / "tree",
                              model = folder / "net.tflite";
  std::filesystem::create_directory(arrays);
  for (int i = 0; i < 3; i++) write_text(arrays / (std::to_string(i) + ".npy"), wave(48, i));
  const ProcessResult made =
      generate(net() + std::vector<std::string>{"--dtype", "int8", "--calibrate", arrays.string(), "--out",
                                                tree.string(), "--quantised-model", model.string()});
  INFO(made.err);
  REQUIRE(made.code == 0);
  CHECK(made.out.find("calibrated with 3 pictures") != std::string::npos);
  CHECK(made.out.find("checked for ") != std::string::npos);
  const json manifest = json::parse(read_text(tree / "share" / "net" / "manifest.json"));
  CHECK(manifest["configuration"]["dtype"] == "int8");
  CHECK(manifest["configuration"]["net"] == "mobilenet_v2");
  CHECK(manifest["ports"]["inputs"][0]["type"] == "f32");
  CHECK(manifest["ports"]["outputs"][0]["type"] == "f32");
  const json& calibration = manifest["calibration"];
  CHECK(calibration["pictures"] == 3);
  CHECK(calibration["made_up"] == false);
  CHECK(calibration["layers"].size() > 50);
  for (const json& layer : calibration["layers"]) CHECK(layer["signal_to_noise_db"].get<double>() > 10);
  CHECK(calibration["outputs"][0]["same_top"].get<double>() >= 0);

  // A program of the f32 library finds the same names.
  const std::string header = read_text(tree / "include" / "net.h");
  CHECK(header.find("#define NET_CLASSES") != std::string::npos);
  CHECK(manifest["output"]["kind"] == "softmax");

  // The model's own graph, in whole numbers, beside the library, number for number.
  const ProcessResult verified =
      run_process({MOBILITH_PROGRAM, "verify", tree.string(), "--weights", model.string()});
  INFO(verified.err);
  CHECK(verified.code == 0);
  CHECK(verified.out.find("agrees") != std::string::npos);
  const ProcessResult floats =
      run_process({MOBILITH_PROGRAM, "verify", tree.string(), "--weights", "synthetic"});
  CHECK(floats.code == 1);
  CHECK(floats.err.find("expected the int8 model") != std::string::npos);

  // A library of the model file has the same weights and kernels.
  const std::filesystem::path other = folder / "other";
  const ProcessResult again =
      generate({"--weights", model.string(), "--name", "net", "--out", other.string()});
  INFO(again.err);
  REQUIRE(again.code == 0);
  const json second = json::parse(read_text(other / "share" / "net" / "manifest.json"));
  CHECK(second["variants"][0]["kernels"] == manifest["variants"][0]["kernels"]);
  CHECK(second["weights"] == manifest["weights"]);
}

TEST_CASE("Without pictures made-up ones are taken, and that is said") {
  const TemporaryFolder folder;
  const ProcessResult made =
      generate(small_v1() + std::vector<std::string>{"--dtype", "int8", "--requantise", "integer", "--output",
                                                     "logits", "--out", (folder / "tree").string(),
                                                     "--format", "json"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  CHECK(made.err.find("no pictures (--calibrate)") != std::string::npos);
  CHECK(made.err.find("assumed is -1..1 (--pixels") != std::string::npos);
  const json said = json::parse(made.out);
  CHECK(said["calibration"]["made_up"] == true);
  CHECK(said["calibration"]["model_sha256"].get<std::string>().size() == 64);
  const json manifest = json::parse(read_text(folder / "tree" / "share" / "net" / "manifest.json"));
  CHECK(manifest["configuration"]["requantise"] == "integer");
  CHECK(manifest["output"]["kind"] == "linear");
  CHECK(read_text(folder / "tree" / "include" / "net.h").find("#define NET_CLASSES") != std::string::npos);
}

TEST_CASE("--reduce-range gives weights of 7 bits, which AVX2 multiplies by pairs and VNNI as others") {
  const TemporaryFolder folder;
  const auto made = [&](const char* name, const std::string& cpu, std::vector<std::string> more) {
    const std::filesystem::path tree = folder / name;
    const ProcessResult result =
        generate(small_v1() +
                 std::vector<std::string>{"--dtype", "int8", "--cpu", cpu, "--out", tree.string()} + more);
    INFO(result.err);
    REQUIRE(result.code == 0);
    CHECK((result.err.find("--reduce-range: weights of 7 bits are less exact, and no faster") !=
           std::string::npos) == (cpu == "znver4"));
    json manifest = json::parse(read_text(tree / "share" / "net" / "manifest.json"));
    CHECK(manifest["calibration"].value("reduce_range", false) == !more.empty());
    int pairs = 0;
    for (const json& kernel : manifest["variants"][0]["kernels"])
      pairs += kernel["shape"].value("reduced_range", false);
    return std::pair{pairs, manifest["weights"]["bytes"].get<int64_t>()};
  };
  const std::filesystem::path model = folder / "reduced.tflite";
  const auto [none, wide] = made("wide", "haswell", {});
  const auto [pairs, narrow] =
      made("narrow", "haswell", {"--reduce-range", "--quantised-model", model.string()});
  CHECK(none == 0);
  CHECK(pairs >= 8);
  CHECK(narrow < 0.7 * wide);  // bytes in place of numbers of 16 bits
  CHECK(made("vnni", "znver4", {"--reduce-range"}).first == 0);
  const ProcessResult verified =
      run_process({MOBILITH_PROGRAM, "verify", (folder / "narrow").string(), "--weights", model.string()});
  INFO(verified.err);
  CHECK(verified.code == 0);
}

TEST_CASE("Several outputs, images among them, are an int8 library's, too") {
  const TemporaryFolder folder;
  const std::filesystem::path tree = folder / "tree", model = folder / "net.tflite";
  const ProcessResult made = generate(
      small_v1() + std::vector<std::string>{"--dtype", "int8", "--outputs", "separable_3,head", "--out",
                                            tree.string(), "--quantised-model", model.string()});
  INFO(made.err);
  REQUIRE(made.code == 0);
  const json manifest = json::parse(read_text(tree / "share" / "net" / "manifest.json"));
  CHECK(manifest["ports"]["outputs"].size() == 2);
  CHECK(manifest["calibration"]["outputs"].size() == 2);
  CHECK(!manifest["calibration"]["outputs"][0].contains("same_top"));
  // Of the classifier, whichever output is made last.
  CHECK(read_text(tree / "include" / "net.h").find("#define NET_CLASSES 10\n") != std::string::npos);
  const ProcessResult verified =
      run_process({MOBILITH_PROGRAM, "verify", tree.string(), "--weights", model.string()});
  INFO(verified.err);
  CHECK(verified.code == 0);
}

TEST_CASE("What --calibrate can't use is one line that names option and file") {
  const TemporaryFolder folder;
  const std::filesystem::path arrays = folder / "arrays", empty = folder / "empty", tree = folder / "tree";
  std::filesystem::create_directory(arrays), std::filesystem::create_directory(empty);
  write_text(arrays / "a.npy", wave(48, 0));
  const std::string given = arrays.string(), out = tree.string();
  const std::vector<std::string> int8{"--dtype", "int8", "--out", out};
  const auto refused = [&](std::vector<std::string> words, const std::string& why) {
    const ProcessResult result = generate(words);
    INFO(result.err);
    CHECK((result.code == 1 || result.code == 2));
    CHECK(result.err.find(why) != std::string::npos);
    CHECK(result.err.find('\n') == result.err.size() - 1);
    CHECK(!std::filesystem::exists(tree));
  };
  using Words = std::vector<std::string>;
  refused(net() + Words{"--out", out, "--calibrate", given}, "--calibrate: goes with --dtype int8");
  refused(net() + Words{"--out", out, "--reduce-range"}, "--reduce-range: goes with --dtype int8");
  refused(net() + Words{"--out", out, "--quantised-model", "x.tflite"}, "--quantised-model: goes with");
  refused(net() + int8 + Words{"--calibrate", (folder / "no").string()}, "--calibrate: expected a folder");
  refused(net() + int8 + Words{"--calibrate", empty.string()}, "no .png, .jpg, .jpeg, .npy file here");
  refused(net(64) + int8 + Words{"--calibrate", given}, "a.npy: an array of 48x48x3; expected 64x64x3");
  refused(net() + int8 + Words{"--calibrate", given, "--mean", "0,0,0"}, "--mean: expected --mean and --std");
  refused(net() + int8 + Words{"--calibrate", given, "--mean", "0,0", "--std", "1,1,1"},
          "--mean: 2 numbers for 3 channels");
  refused(net() + int8 + Words{"--calibrate", given, "--mean", "0,0,0", "--std", "1,0,1"},
          "--std: expected numbers above 0");
  refused(net() + int8 + Words{"--calibrate", given, "--pixels", "1..0"},
          "--pixels: expected a first number below");
  // A dry run refuses what would be refused, without calibrating.
  const ProcessResult dry = generate(net() + int8 + Words{"--calibrate", given, "--dry-run"});
  CHECK(dry.code == 0);
  CHECK(dry.out.empty());
  refused(net() + Words{"--dtype", "int4", "--out", out}, "--dtype: expected");
  for (const char* command : {"describe", "autotune"}) {
    const ProcessResult other =
        run_process(Words{MOBILITH_PROGRAM, command} +
                    Words{"--net", "mobilenet_v2", "--weights", "synthetic", "--dtype", "int8"});
    CHECK(other.code == 2);
    CHECK(other.err.find("--dtype: int8 of a float model is what 'generate' makes") != std::string::npos);
  }
  write_text(arrays / "b.npy", "no array");
  refused(net() + int8 + Words{"--calibrate", given}, "b.npy: no file of NumPy");
  write_text(arrays / "b.npy", wave(48, 0).substr(0, 128) + std::string(48 * 48 * 3 * 4, '\xff'));
  refused(net() + int8 + Words{"--calibrate", given}, "b.npy: holds");
  std::string huge = wave(48, 0).substr(0, 128);
  for (int i = 0; i < 48 * 48 * 3; i++) huge.append("\xff\xff\x7f\x7f", 4);  // the largest float
  write_text(arrays / "b.npy", huge);
  refused(net() + int8 + Words{"--calibrate", given}, "b.npy: holds 3.40282e+38; expected numbers from");
}

TEST_CASE("A pipe, a folder or a link to nothing among the pictures is refused, and waited for by nobody") {
  const TemporaryFolder folder;
  const std::filesystem::path pictures = folder / "pictures";
  for (const char* name : {"a.png", "a.JPG", "a.npy"})
    for (const char* kind : {"pipe", "folder", "link", "loop"}) {
      std::filesystem::remove_all(pictures), std::filesystem::create_directory(pictures);
      const std::filesystem::path file = pictures / name;
      const std::string what = kind;
      if (what == "pipe") REQUIRE(mkfifo(file.c_str(), 0600) == 0);
      if (what == "folder") std::filesystem::create_directory(file);
      if (what == "link") std::filesystem::create_symlink("nowhere", file);
      if (what == "loop") std::filesystem::create_symlink(name, file);
      std::vector<std::string> words{"timeout", "20", MOBILITH_PROGRAM, "generate"};
      for (const std::string& word : net()) words.push_back(word);
      for (const char* word : {"--dtype", "int8", "--dry-run", "--out"}) words.push_back(word);
      words.insert(words.end(), {(folder / "tree").string(), "--calibrate", pictures.string()});
      const ProcessResult result = run_process(words);
      INFO(name << ", a " << kind << ": " << result.err);
      CHECK(result.code == 2);
      CHECK(result.err.starts_with("mobilith: --calibrate: " + file.string() + ": "));
      CHECK(result.err.find(what == "loop"   ? "Too many levels"
                            : what == "link" ? "is a link to no file"
                                             : "is no regular file") != std::string::npos);
      CHECK(result.err.find('\n') == result.err.size() - 1);
    }
}

}  // namespace test_calibrate

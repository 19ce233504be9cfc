// mobilith verify: a tree beside the model file that it was made of.
#include <nlohmann/json.hpp>

#include "cli/errors.h"
#include "cli/model_files.h"
#include "package/png.h"

namespace test_verify {

using namespace mobilith::testing;
using mobilith::package::png;
using mobilith::package::PngColour;
using nlohmann::json;

namespace {

// A file of each format and its tree, made once.
struct Made {
  explicit Made(const std::string& file) : model(folder / file), tree(folder / "tree") {
    write_model(model);
    generate_net(model, tree, {"--no-check"});
  }
  TemporaryFolder folder;
  std::string model, tree;
};

const Made& made(const std::string& file) {
  static std::map<std::string, std::unique_ptr<Made>> all;
  if (!all[file]) all[file] = std::make_unique<Made>(file);
  return *all[file];
}

json verified(const std::string& tree, const std::string& model, const std::vector<std::string>& more = {}) {
  std::vector<std::string> call{"verify", tree, "--weights", model, "--format", "json"};
  call.insert(call.end(), more.begin(), more.end());
  const ProcessResult result = run_mobilith(call);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return json::parse(result.out);
}

void copy_tree(const std::string& from, const std::filesystem::path& to) {
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

// One bit of the archive's packed weights.
void change_weight(const std::filesystem::path& tree) {
  const std::filesystem::path path = tree / "lib/libnet.a";
  std::string bytes = read_text(path);
  // A bias of the head: five of its ten, which the formula makes, as little-endian floats.
  const json manifest = json::parse(read_text(tree / "share/net/manifest.json"));
  const size_t size = manifest["weights"]["bytes"];
  REQUIRE(bytes.size() > size);
  // Weights are by far the largest part: the middle of the archive is among them.
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_text(path, bytes);
}

// The manifest says of this file what it is now.
void take_hash(const std::string& tree, const std::string& file) {
  const std::string path = tree + "/share/net/manifest.json";
  json manifest = json::parse(read_text(path));
  manifest["files"][file] = run_process({"sha256sum", tree + "/" + file}).out.substr(0, 64);
  write_text(path, manifest.dump());
}

}  // namespace

TEST_CASE("a right tree agrees with its model file, whatever its format") {
  for (const char* file : {"model.tflite", "model.onnx", "model.h5", "model.keras"}) {
    INFO(file);
    const json found = verified(made(file).tree, made(file).model);
    CHECK(found["agrees"] == true);
    CHECK(holds(found["compared_with"], "its own graph"));
    REQUIRE(found["inputs"].size() == 1);
    const json& outputs = found["inputs"][0]["outputs"];
    REQUIRE(outputs.size() == 2);  // the recognised blocks, and this CPU's code
    for (const json& output : outputs) {
      CHECK(output["output"] == "head");
      CHECK(output["compared_with"] == "the file's graph");
      CHECK(output["agrees"] == true);
      CHECK(output["relative"] < 1e-5);
      REQUIRE(output["top_found"].size() == 5);
      CHECK(output["top_found"][0]["class"] == output["top_expected"][0]["class"]);
      CHECK(output["top_found"][0]["value"] >= output["top_found"][1]["value"]);
    }
    CHECK(outputs[0]["by"] == "recognised blocks");
    CHECK(holds(outputs[1]["by"], "CPU "));
    CHECK(found["blocks"][0]["blocks"] == 15);
  }
}

TEST_CASE("the text has each output's difference, its bound and the first five side by side") {
  const Made& of = made("model.tflite");
  const ProcessResult result = run_mobilith({"verify", of.tree, "--weights", of.model});
  INFO(result.out << result.err);
  REQUIRE(result.code == 0);
  CHECK(result.err.empty());
  for (const char* part : {"its own graph in double (TFLite)", "difference", "1e-03", "agrees", "class ",
                           "file's graph", "library", "\nchecked for "})
    CHECK(holds(result.out, part));
  CHECK(!holds(result.out, "DIFFERS"));
}

TEST_CASE("pictures of a folder are compared, a broken one is named, and labels name the classes") {
  const TemporaryFolder folder;
  write_text(folder / "pictures/a.png", png(40, 30, PngColour::rgb, "\x10\xe0\x50"));
  write_text(folder / "pictures/B.PNG", png(8, 8, PngColour::grey, "\xff"));
  write_text(folder / "pictures/notes.txt", "no picture");
  std::string names;
  for (int i = 0; i < 10; i++) names += "name " + std::to_string(i) + "\n";
  write_text(folder / "labels.txt", names);
  const Made& of = made("model.onnx");
  const std::string pictures = folder / "pictures", labels = folder / "labels.txt";
  const json found = verified(of.tree, of.model, {"--images", pictures, "--labels", labels});
  REQUIRE(found["inputs"].size() == 3);
  CHECK(holds(found["inputs"][1]["input"], "B.PNG"));
  CHECK(holds(found["inputs"][2]["input"], "a.png"));
  for (size_t i : {1u, 2u}) {
    REQUIRE(found["inputs"][i]["outputs"].size() == 1);
    const json& output = found["inputs"][i]["outputs"][0];
    CHECK(output["agrees"] == true);
    CHECK(output["largest_value"] > 0);
    CHECK(holds(output["top_found"][0]["label"], "name "));
  }
  CHECK(found["pixels"]["low"] == -1);
  CHECK(found["pixels"]["high"] == 1);
  const json bytes = verified(of.tree, of.model, {"--images", pictures, "--pixels", "0..255"});
  CHECK(bytes["pixels"]["high"] == 255);
  CHECK(bytes["inputs"][2]["outputs"][0]["top_found"] != found["inputs"][2]["outputs"][0]["top_found"]);

  write_text(folder / "pictures/broken.jpg", "no picture");
  const ProcessResult broken = run_mobilith({"verify", of.tree, "--weights", of.model, "--images", pictures});
  CHECK(broken.code == 1);
  CHECK(holds(broken.err, "broken.jpg: not a readable JPEG or PNG"));
  CHECK(lines(broken.err) == 1);
  CHECK(holds(broken.out, "a.png"));
}

TEST_CASE("another end and inner blocks are compared with the recognised blocks") {
  const Made& of = made("model.tflite");
  for (const auto& [more, outputs] :
       std::vector<std::pair<std::vector<std::string>, std::vector<std::string>>>{
           {{"--output", "logits"}, {"head"}},
           {{"--outputs", "separable_5,head"}, {"separable_5", "head"}}}) {
    const TemporaryFolder folder;
    generate_net(of.model, folder / "tree", more);
    const json found = verified(folder / "tree", of.model);
    const json& compared = found["inputs"][0]["outputs"];
    REQUIRE(compared.size() == 1 + outputs.size());
    CHECK(compared[0]["by"] == "recognised blocks");
    CHECK(compared[0]["compared_with"] == "the file's graph");
    for (size_t i = 0; i < outputs.size(); i++) {
      CHECK(compared[i + 1]["output"] == outputs[i]);
      CHECK(compared[i + 1]["compared_with"] == "its blocks in double");
    }
  }
}

TEST_CASE("weights without a graph, weights in a file and a formula's are compared, too") {
  const TemporaryFolder folder;
  const auto tree = [&](const char* name) { return (folder / name).string(); };
  generate_net("synthetic", tree("formula"),
               {"--net", "mobilenet_v2", "--alpha", "0.35", "--resolution", "32x48", "--outputs",
                "inverted_residual_3"});
  const json found = verified(tree("formula"), "synthetic");
  CHECK(holds(found["compared_with"], "holds no graph"));
  CHECK(found["inputs"][0]["outputs"][0]["compared_with"] == "its blocks in double");
  generate_net(made("model.onnx").model, tree("beside"), {"--weights-file"});
  CHECK(verified(tree("beside"), made("model.onnx").model)["agrees"] == true);
  std::string bytes = read_text(folder / "beside/share/net/net.weights");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_text(folder / "beside/share/net/net.weights", bytes);
  check_refused({"verify", tree("beside"), "--weights", made("model.onnx").model}, 1, {tree("beside")});
}

TEST_CASE(
    "a weight that was changed in the library, and a model file that was changed, are refused in one line") {
  const Made& of = made("model.tflite");
  const TemporaryFolder folder;
  const std::string tree = folder / "tree", model = folder / "model.tflite";
  copy_tree(of.tree, tree);
  change_weight(tree);
  check_refused({"verify", tree, "--weights", of.model}, 1, {tree, "net", "SHA-256"});
  std::string bytes = read_text(of.model);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_text(model, bytes);
  check_refused({"verify", of.tree, "--weights", model}, 1,
                {model + " is not the file that net in " + of.tree + " was made of", "SHA-256",
                 json::parse(read_text(std::filesystem::path(of.tree) /
                                       "share/net/manifest.json"))["inputs"]["weights_sha256"]});
}

TEST_CASE("a library that computes something else differs, and the output and the input are named") {
  // The library of another model, behind the manifest of this one.
  const Made& of = made("model.tflite");
  const TemporaryFolder folder;
  const std::string tree = folder / "tree", other = folder / "other";
  generate_net("synthetic", other,
               {"--net", "mobilenet_v1", "--alpha", "0.25", "--resolution", "32", "--classes", "10",
                "--output", "logits"});
  copy_tree(of.tree, tree);
  std::filesystem::copy_file(other + "/lib/libnet.a", tree + "/lib/libnet.a",
                             std::filesystem::copy_options::overwrite_existing);
  json manifest = json::parse(read_text(tree + "/share/net/manifest.json"));
  manifest["weights"] = json::parse(read_text(other + "/share/net/manifest.json"))["weights"];
  write_text(tree + "/share/net/manifest.json", manifest.dump());
  take_hash(tree, "lib/libnet.a");
  const ProcessResult result = run_mobilith({"verify", tree, "--weights", of.model});
  INFO(result.out << result.err);
  CHECK(result.code == 1);
  CHECK(lines(result.err) == 1);
  for (const char* part :
       {"output 'head'", "differs from the file's graph", "1e-03", "the self-check's input"})
    CHECK(holds(result.err, part));
  CHECK(holds(result.err, of.model));
  CHECK(holds(result.out, "DIFFERS from the file's graph"));
}

TEST_CASE("what is no tree, a tree for another machine, and wrong options are refused") {
  const Made& of = made("model.tflite");
  const TemporaryFolder folder;
  check_refused({"verify", folder.path(), "--weights", of.model}, 1, {"no generated library here"});
  check_refused({"verify", folder / "none", "--weights", of.model}, 1, {"no such folder"});
  check_refused({"verify", of.tree, "--images", "."}, 2, {"--images: needs --weights"});
  check_refused({"verify", "--weights", of.model}, 2, {"DIR: missing"});
  check_refused({"verify", of.tree, "--weights", of.model, "--images", folder.path()}, 2,
                {"--images", "no .png, .jpg, .jpeg file here"});
  check_refused({"verify", of.tree, "--weights", of.model, "--images", of.tree, "--pixels", "1..0"}, 2,
                {"--pixels"});
  check_refused({"verify", of.tree, "--weights", of.model, "--labels", folder / "none"}, 2, {"--labels"});
  check_refused({"verify", of.tree, "--weights", of.model, "--name", "nat"}, 1, {"no library 'nat'"});
  generate_net(of.model, folder / "arm", {"--target", "aarch64-linux-gnu", "--outputs", "separable_1"});
  check_refused({"verify", folder / "arm", "--weights", of.model}, 1,
                {"code for aarch64-linux-gnu; this machine is x86_64-linux-gnu"});
  copy_tree(of.tree, folder / "odd");
  const std::string manifest = folder / "odd/share/net/manifest.json";
  for (const char* text : {"", "[]", "{}", "{\"configuration\": 3}", "nonsense"}) {
    write_text(manifest, text);
    check_refused({"verify", folder / "odd", "--weights", of.model}, 1, {"manifest.json"});
  }
}

TEST_CASE("the help and the completion of verify have its options") {
  const ProcessResult help = run_mobilith({"verify", "--help"});
  CHECK(help.code == 0);
  for (const char* option : {"--weights", "--images", "--pixels", "--labels", "--format"})
    CHECK(holds(help.out, option));
  CHECK(holds(run_mobilith({"_complete", "ver"}).out, "verify\n"));
  CHECK(holds(run_mobilith({"_complete", "verify", "x", "--im"}).out, "--images\n"));
}

TEST_CASE("code that crashes is one line that names the code and the input") {
  const Made& of = made("model.tflite");
  const TemporaryFolder folder;
  const std::string tree = folder / "tree", archive = tree + "/lib/libnet.a";
  copy_tree(of.tree, tree);
  std::string bytes = read_text(archive);
  const size_t text = bytes.find(
                          "\x7f"
                          "ELF") +
                      64;  // the first section, behind the header
  for (size_t i = 0; i < 0x2000; i += 2) bytes.replace(text + i, 2, "\x0f\x0b");  // ud2
  write_text(archive, bytes);
  take_hash(tree, "lib/libnet.a");
  check_refused({"verify", tree, "--weights", of.model}, 1,
                {tree + ": the code for ", "crashed on the self-check's input"});
}

}  // namespace test_verify

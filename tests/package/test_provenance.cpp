// What a tree says of where it comes from, and whether it still is what it was.
#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "faults/generating.h"
#include "skip.h"

namespace test_provenance {

using namespace mobilith::faults;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

std::string sha256_of(const fs::path& file) { return run_process({"sha256sum", file}).out.substr(0, 64); }

ProcessResult verify(const fs::path& tree, const std::vector<std::string>& more = {}) {
  std::vector<std::string> words{MOBILITH_PROGRAM, "verify", tree};
  words.insert(words.end(), more.begin(), more.end());
  return run_process(words);
}

struct Tree {
  TemporaryFolder folder;
  fs::path path = folder / "tree";
  explicit Tree(const std::string& name = "net") { must_generate(name, path); }
  json parsed(const std::string& file) const { return json::parse(read_text(path / file)); }
};

int check_spdx(const std::string& schema, const fs::path& sbom) {
  const ProcessResult result =
      run_process({"python3", "-B", MOBILITH_SOURCE "/tests/package/spdx.py", schema, sbom});
  INFO(result.out << result.err);
  CHECK(result.code == 0);
  return result.code;
}

}  // namespace

TEST_CASE("the manifest has the hash of each file of the tree but itself, and what made it") {
  const Tree tree;
  const json manifest = tree.parsed("share/net/manifest.json");
  size_t files = 0;
  for (const std::string& file : files_below(tree.path)) {
    if (file == "share/net/manifest.json") continue;
    INFO(file);
    REQUIRE(manifest["files"].contains(file));
    CHECK(manifest["files"][file] == sha256_of(tree.path / file));
    files++;
  }
  CHECK(manifest["files"].size() == files);
  for (const char* tool : {"mobilith", "Halide", "LLVM"}) CHECK(manifest["made_with"].contains(tool));
  CHECK(manifest["made_with"]["LLVM"].get<std::string>().starts_with("22."));
}

TEST_CASE("the SPDX document lists the files, with their hashes, and is sound") {
  const Tree tree;
  const fs::path sbom = tree.path / "share/net/sbom.spdx.json";
  const json document = tree.parsed("share/net/sbom.spdx.json");
  CHECK(document["spdxVersion"] == "SPDX-2.3");
  CHECK(document["files"].size() == files_below(tree.path).size() - 2);  // but itself and the manifest
  for (const json& file : document["files"])
    for (const json& sum : file["checksums"]) {
      const fs::path path = tree.path / file["fileName"].get<std::string>();
      const std::string program = sum["algorithm"] == "SHA1" ? "sha1sum" : "sha256sum",
                        hash = sum["checksumValue"];
      INFO(path);
      CHECK(run_process({program, path}).out.substr(0, hash.size()) == hash);
    }
  check_spdx("", sbom);
}

TEST_CASE("the SPDX document's time is what the build's caller says, and else no time of a clock") {
  const TemporaryFolder folder;
  for (const auto& [epoch, time] : {std::pair{"0", "1970-01-01T00:00:00Z"},
                                    {"1700000000", "2023-11-14T22:13:20Z"},
                                    {"x", "1970-01-01T00:00:00Z"}}) {
    const fs::path out = folder / epoch;
    REQUIRE(run_process(call_for("net", out), {std::string("SOURCE_DATE_EPOCH=") + epoch}).code == 0);
    CHECK(json::parse(read_text(out / "share/net/sbom.spdx.json"))["creationInfo"]["created"] == time);
  }
}

TEST_CASE("the SPDX document is one by the standard's own schema", "[.schema]") {
  const char* schema = std::getenv("MOBILITH_SPDX_SCHEMA");
  if (!schema || !*schema || run_process({"python3", "-c", "import jsonschema"}).code != 0)
    return skip("this needs $MOBILITH_SPDX_SCHEMA, spdx-schema.json of SPDX 2.3, and Python's jsonschema");
  const Tree tree;
  check_spdx(schema, tree.path / "share/net/sbom.spdx.json");
}

TEST_CASE("verify compares every file with its hash, and names the one that differs or is missing") {
  const Tree tree;
  const ProcessResult sound = verify(tree.path);
  CHECK(sound.code == 0);
  CHECK(json::parse(verify(tree.path, {"--format", "json"}).out)["agrees"] == true);
  for (const std::string& file : files_below(tree.path)) {
    if (file == "share/net/manifest.json") continue;
    const std::string bytes = read_text(tree.path / file);
    std::string changed = bytes;
    changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
    write_text(tree.path / file, changed);
    for (const std::vector<std::string>& more : {std::vector<std::string>{}, {"--weights", "synthetic"}}) {
      const ProcessResult result = verify(tree.path, more);
      INFO(file << ": " << result.err);
      CHECK(result.code == 1);
      CHECK(result.err.find(file) != std::string::npos);
      CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
    }
    fs::remove(tree.path / file);
    CHECK(verify(tree.path).err.find(file + ": is missing") != std::string::npos);
    write_text(tree.path / file, bytes);
  }
  CHECK(verify(tree.path).code == 0);
}

TEST_CASE("a pipe in the place of a tree's file is refused, and waited for by nobody") {
  const Tree tree;
  for (const char* file : {"include/net.h", "share/net/manifest.json"}) {
    fs::remove(tree.path / file);
    REQUIRE(mkfifo((tree.path / file).c_str(), 0600) == 0);
    const ProcessResult result = run_process({"timeout", "20", MOBILITH_PROGRAM, "verify", tree.path});
    INFO(file << ": " << result.err);
    CHECK(result.code == 1);
    CHECK(result.err.starts_with("mobilith: " + (tree.path / file).string() + ": is "));
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  }
}

TEST_CASE("libraries of one tree share files, which may be as any of their manifests says") {
  const Tree tree;
  must_generate("another", tree.path);
  json manifest = tree.parsed("share/net/manifest.json");
  manifest["files"]["include/mobilith.h"] = std::string(64, '0');  // as of an older generator
  write_text(tree.path / "share/net/manifest.json", manifest.dump());
  for (const char* name : {"net", "another"}) CHECK(verify(tree.path, {"--name", name}).code == 0);
  write_text(tree.path / "include/mobilith.h", "changed");
  for (const char* name : {"net", "another"}) CHECK(verify(tree.path, {"--name", name}).code == 1);
}

TEST_CASE("hashes that can't be used are refused") {
  const Tree tree;
  const json sound = tree.parsed("share/net/manifest.json");
  for (const json& files :
       {json(), json::object(), json{{"../victim", "0"}}, json{{"/etc/passwd", "0"}}, json{{"lib/x", 1}}}) {
    json manifest = sound;
    manifest["files"] = files;
    write_text(tree.path / "share/net/manifest.json", manifest.dump());
    const ProcessResult result = verify(tree.path);
    INFO(result.err);
    CHECK(result.code == 1);
    CHECK(result.err.find("files: expected") != std::string::npos);
  }
}

}  // namespace test_provenance

// generate's self-check, from outside.
#include <nlohmann/json.hpp>
#include <set>

#include "cli/errors.h"
#include "text/sha256.h"

namespace test_check_command {

using nlohmann::json;

namespace {

std::vector<std::string> small(const std::filesystem::path& out, const std::vector<std::string>& more = {}) {
  std::vector<std::string> call{MOBILITH_PROGRAM, "generate", "--net",     "mobilenet_v1", "--alpha", "0.25",
                                "--resolution",   "32",       "--weights", "synthetic",    "--name",  "net",
                                "--out",          out};
  call.insert(call.end(), more.begin(), more.end());
  return call;
}

// The manifest's "check" of a tree generated so; `printed` receives standard output.
json check_of(const std::vector<std::string>& more, std::string* printed = nullptr) {
  const TemporaryFolder folder;
  const ProcessResult result = run_process(small(folder / "tree", more));
  INFO(result.err);
  REQUIRE(result.code == 0);
  if (printed) *printed = result.out;
  return json::parse(read_text(folder / "tree/share/net/manifest.json"))["check"];
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// The cache's entry of another key with this one's in its place: [bitcode][key][SHA-256 of both].
std::string as_entry_of(const std::string& key, const std::string& entry) {
  constexpr size_t digest_length = 64;
  const std::string signed_part = entry.substr(0, entry.size() - 2 * digest_length) + key;
  return signed_part + mobilith::sha256(signed_part);
}

}  // namespace

TEST_CASE("generate checks what it made, and the manifest and the output say what was found") {
  std::string printed;
  const json found = check_of({}, &printed);
  REQUIRE(found.size() == 1);
  CHECK(found[0]["blocks"] == 15);
  CHECK(found[0]["largest_difference"] > 0);
  CHECK(found[0]["largest_difference"] < 1e-5);
  CHECK(holds(printed, "\nchecked for " + found[0]["cpu"].get<std::string>() + ": every block within "));
  CHECK(holds(printed, found[0]["block"].get<std::string>()));
  check_of({"--format", "json"}, &printed);
  CHECK(json::parse(printed)["check"] == found);
}

TEST_CASE("--no-check leaves the check out") {
  std::string printed;
  const json found = check_of({"--no-check"}, &printed);
  REQUIRE(found.size() == 1);
  CHECK(found[0]["skipped"] == "--no-check");
  CHECK(found[0].size() == 2);
  CHECK(holds(printed, "\nnot checked for " + found[0]["cpu"].get<std::string>() + ": --no-check\n"));
}

TEST_CASE("a library that this machine can't run is generated unchecked, and it says so") {
  for (const char* target : {"aarch64-linux-gnu", "x86_64-windows-gnu", "wasm32-wasi"}) {
    std::string printed;
    const json found = check_of({"--target", target}, &printed);
    REQUIRE(found.size() == 1);
    const std::string reason = "code for " + std::string(target) + "; this machine is x86_64-linux-gnu";
    CHECK(found[0]["skipped"] == reason);
    CHECK(holds(printed, "\nnot checked for " + found[0]["cpu"].get<std::string>() + ": " + reason + "\n"));
  }
}

TEST_CASE("a kernel that is not the network's is refused, and nothing is written") {
  // A cache that holds, in place of the head that ends in a softmax, the one that does not.
  const TemporaryFolder folder;
  const std::filesystem::path cache = folder / "cache";
  const std::vector<std::string> environment{"MOBILITH_CACHE=" + cache.string()};
  REQUIRE(run_process(small(folder / "logits", {"--output", "logits"}), environment).code == 0);
  std::set<std::string> before;
  for (const std::string& entry : files_below(cache)) before.insert(entry);
  const std::vector<std::string> call = small(folder / "tree", {"--output", "probabilities"});
  REQUIRE(run_process(call, environment).code == 0);
  std::vector<std::string> softmax, linear;
  for (const std::string& entry : files_below(cache))
    if (before.count(entry) == 0) softmax.push_back(entry);
  REQUIRE(softmax.size() == 1);
  std::filesystem::remove_all(cache);
  REQUIRE(run_process(call, environment).code == 0);
  for (const std::string& entry : files_below(cache)) before.erase(entry);
  REQUIRE(before.size() == 1);

  REQUIRE(run_process(small(folder / "logits", {"--output", "logits"}), environment).code == 0);
  write_text(cache / softmax[0], as_entry_of(softmax[0], read_text(cache / *before.begin())));
  std::filesystem::remove_all(folder / "tree");
  const ProcessResult result = run_process(call, environment);
  INFO(result.err);
  CHECK(result.code == 1);
  CHECK(result.out.empty());
  CHECK(result.err.starts_with("mobilith: self-check: head (kernel head_"));
  CHECK(holds(result.err, "differs from the reference by"));
  CHECK(holds(result.err, "; nothing was written\n"));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  CHECK(!std::filesystem::exists(folder / "tree"));

  std::vector<std::string> unchecked = call;
  unchecked.emplace_back("--no-check");
  CHECK(run_process(unchecked, environment).code == 0);
}

}  // namespace test_check_command

// The last line that `generate` prints is a command: it links where it is pasted, whatever the folder is
// called.
#include "catch.h"
#include "process.h"

namespace test_link_line {

namespace fs = std::filesystem;

namespace {

const char* const app =
    "#include <net.h>\n#include <stdio.h>\n"
    "int main(void) { return puts(mobilith_model_describe(&net)->name) < 0; }\n";

// Generates below a folder, as its user would from inside it, and returns the command after "link it:".
std::string link_line(const fs::path& folder, const std::string& out, const std::vector<std::string>& more) {
  std::vector<std::string> call{"env",          "-C",      folder, MOBILITH_PROGRAM, "generate", "--net",
                                "mobilenet_v1", "--alpha", "0.25", "--resolution",   "32",       "--weights",
                                "synthetic",    "--name",  "net",  "--out=" + out};
  call.insert(call.end(), more.begin(), more.end());
  const ProcessResult result = run_process(call);
  INFO(result.err);
  REQUIRE(result.code == 0);
  const size_t at = result.out.find("link it:");
  REQUIRE(at != std::string::npos);
  return result.out.substr(at + 8);
}

void check_links(const std::string& out, const std::vector<std::string>& more = {}) {
  const TemporaryFolder folder;
  const std::string line = link_line(folder.path(), out, more);
  write_text(folder / "app.c", app);
  const ProcessResult linked = run_process({"env", "-C", folder.path(), "sh", "-c", line}, {"CC=cc"});
  INFO(line << linked.err);
  REQUIRE(linked.code == 0);
  CHECK(run_process({folder / "a.out"}).out == "net\n");
}

}  // namespace

TEST_CASE("the printed command links in a folder of any name") {
  for (const char* out : {"a b/c d", "it's", "$HOME", "Bäume; exit 3", "-x", "a`b`c\\d", "*"}) {
    INFO(out);
    check_links(out);
  }
}

TEST_CASE("the printed command links other trees: the runtime bundled, or as sources") {
  check_links("a b", {"--bundle-runtime"});
  check_links("a b", {"--target", "x86_64-linux-musl", "--cpu", "x86-64-v2"});
}

TEST_CASE("words that need no quotes have none") {
  const TemporaryFolder folder;
  CHECK(
      link_line(folder.path(), "some/tree-1.0", {}) ==
      "  cc app.c -Isome/tree-1.0/include some/tree-1.0/lib/libnet.a some/tree-1.0/lib/libmobilith_runtime.a "
      "-lpthread\n");
}

}  // namespace test_link_line

#include "targets/wasm_page.h"

#include <cstdint>

#include "catch.h"

namespace mobilith::targets {

namespace {

std::string base64(const std::string& bytes) {
  const char* letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t three = 0;
    for (size_t k = 0; k < 3; k++)
      three = three << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (size_t k = 0; k < 4; k++) text += i + k > bytes.size() ? '=' : letters[three >> (18 - 6 * k) & 63];
  }
  return text;
}

void replace_in_page(std::string& text, const std::string& word, const std::string& by) {
  const size_t at = text.find("\"" + word + "\"") != text.npos ? text.find("\"" + word + "\"") + 1
                                                               : text.find(word + ".map");
  REQUIRE(at != text.npos);
  text.replace(at, word.size(), by);
}

}  // namespace

std::string run_in_page(const std::string& module, const TemporaryFolder& folder) {
  std::string page = read_text(MOBILITH_SOURCE "/tests/targets/wasi_page.html");
  replace_in_page(page, "MODULE", base64(module));
  replace_in_page(page, "ARGUMENTS", "[\"runner\", \"1\"]");
  write_text(folder / "page.html", page);
  const ProcessResult result = run_process(
      {"chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
       "--disable-background-networking", "--disable-component-update", "--disable-sync",
       "--disable-dev-shm-usage", "--user-data-dir=" + (folder / "profile").string(), "--dump-dom",
       "file://" + (folder / "page.html").string()},
      {"HOME=" + folder.path().string()});
  INFO(result.err);
  REQUIRE(result.code == 0);
  const size_t begin = result.out.find("<pre id=\"out\">"), end = result.out.find("</pre>");
  REQUIRE(begin < end);
  return result.out.substr(begin + 14, end - begin - 14);
}

}  // namespace mobilith::targets

// What makes a program hard to take over, as readelf sees it.
#pragma once

#include <string>
#include <vector>

#include "runpath.h"

// Built under AddressSanitizer, UBSan or ThreadSanitizer: such a build is not hardened (Hardening.cmake).
inline bool is_sanitized(const std::filesystem::path& program) {
  const ProcessResult result = run_process({"readelf", "-W", "--dyn-syms", program}, {"LC_ALL=C"});
  if (result.code != 0) throw std::runtime_error("readelf: " + result.err);
  for (const char* prefix : {" __asan_", " __ubsan_", " __tsan_"})
    if (result.out.find(prefix) != std::string::npos) return true;
  return false;
}

// What the program lacks of: full RELRO, PIE, a stack that is not executable, FORTIFY, stack protectors.
inline std::vector<std::string> missing_protections(const std::filesystem::path& program) {
  const auto readelf = [&](const char* what) {
    const ProcessResult result = run_process({"readelf", "-W", what, program}, {"LC_ALL=C"});
    if (result.code != 0) throw std::runtime_error("readelf: " + result.err);
    return result.out;
  };
  const std::string header = readelf("-h"), segments = readelf("-l"), dynamic = readelf("-d"),
                    symbols = readelf("--dyn-syms");
  const auto line_with = [](const std::string& text, const std::string& word) {
    const size_t at = text.find(word);
    return at == text.npos ? "" : text.substr(at, text.find('\n', at) - at);
  };
  std::vector<std::string> missing;
  const auto need = [&](bool there, const char* what) {
    if (!there) missing.emplace_back(what);
  };
  need(!line_with(segments, "GNU_RELRO").empty(), "RELRO");
  need(line_with(dynamic, "(FLAGS_1)").find("NOW") != std::string::npos, "full RELRO (BIND_NOW)");
  need(header.find("Type:                              DYN") != std::string::npos &&
           line_with(dynamic, "(FLAGS_1)").find("PIE") != std::string::npos,
       "PIE");
  const std::string stack = line_with(segments, "GNU_STACK");
  need(!stack.empty() && stack.find("RWE") == std::string::npos, "a stack without code");
  need(symbols.find("__stack_chk_fail") != std::string::npos, "stack protectors");
  need(symbols.find("_chk@") != std::string::npos, "FORTIFY");
  return missing;
}

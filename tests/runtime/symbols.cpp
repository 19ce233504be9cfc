#include "runtime/symbols.h"

#include <regex>
#include <sstream>
#include <stdexcept>

#include "process.h"

std::set<std::string> runtime_symbols(const std::string& platform) {
  std::istringstream lines(read_text(MOBILITH_TEST_DATA "/runtime_symbols.txt"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    if (!(words >> word) || word != platform + ":") continue;
    std::set<std::string> names;
    while (words >> word) names.insert(word);
    return names;
  }
  throw std::out_of_range("runtime_symbols.txt has no line for " + platform);
}

std::set<std::string> runtime_functions() {
  const std::regex declaration(R"((mobilith_\w+)\()");
  std::set<std::string> names;
  for (const char* path : {"/runtime/include/mobilith.h", "/tests/data/mobilith_0_1_0.h"}) {
    const std::string header =
        std::regex_replace(read_text(MOBILITH_SOURCE + std::string(path)), std::regex(R"(/\*[^]*?\*/)"), "");
    for (std::sregex_iterator i(header.begin(), header.end(), declaration), end; i != end; ++i)
      names.insert((*i)[1]);
  }
  return names;
}

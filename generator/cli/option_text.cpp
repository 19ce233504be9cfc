#include "cli/option_text.h"

namespace mobilith {

std::vector<OptionText> option_texts(const Synopsis& synopsis) {
  const options::options_description all = all_options(synopsis);
  std::vector<OptionText> texts;
  for (const auto& option : all.options()) {
    OptionText text{option->long_name(), "", "", option->description()};
    if (option->semantic()->max_tokens() > 0) {
      // The library gives both in one: "N (=1)".
      text.placeholder = option->semantic()->name();
      const size_t otherwise = text.placeholder.find(" (=");
      if (otherwise != std::string::npos) {
        text.otherwise = text.placeholder.substr(otherwise + 3, text.placeholder.size() - otherwise - 4);
        text.placeholder.resize(otherwise);
      }
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace mobilith

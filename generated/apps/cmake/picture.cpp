#include "picture.h"

#include <fstream>
#include <limits>
#include <stdexcept>

namespace {

// A word of a PPM's header, after white space and comments.
std::string word(std::istream& file) {
  std::string text;
  while (file >> text && text[0] == '#') file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  return text;
}

}  // namespace

Input read_picture(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + ": can't be opened");
  for (const std::string& expected : {std::string("P6"), std::to_string(MY_NET_INPUT_WIDTH),
                                      std::to_string(MY_NET_INPUT_HEIGHT), std::string("255")})
    if (const std::string found = word(file); found != expected)
      throw std::runtime_error(path + ": expected a binary PPM (P6) of " +
                               std::to_string(MY_NET_INPUT_WIDTH) + " x " +
                               std::to_string(MY_NET_INPUT_HEIGHT) + " pixels, 8 bits a channel");
  file.get();  // the one white space before the pixels
  std::array<char, MY_NET_INPUT_FLOATS> pixels;
  if (!file.read(pixels.data(), pixels.size())) throw std::runtime_error(path + ": cut short");
  Input input;
  for (size_t i = 0; i < input.size(); i++) input[i] = static_cast<unsigned char>(pixels[i]) / 127.5f - 1;
  return input;
}

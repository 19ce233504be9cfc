#include "formats/onnx_external.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "text/sha256.h"

namespace mobilith::file {

namespace {

constexpr const char* keys[] = {"location", "offset", "length", "checksum"};

std::map<std::string, std::string> entries_of(const onnx::Tensor& tensor, const std::string& place) {
  std::map<std::string, std::string> entries;
  for (const onnx::Entry& entry : tensor.external_data()) {
    if (std::ranges::find(keys, entry.key()) == std::end(keys))
      throw Error(
          fmt::format("{}: external_data's {} is not known; expected location, offset, length and "
                      "checksum",
                      place, quoted(entry.key())));
    if (!entries.emplace(entry.key(), entry.value()).second)
      throw Error(fmt::format("{}: external_data has its {} twice", place, entry.key()));
  }
  return entries;
}

std::optional<int64_t> number_of(const std::map<std::string, std::string>& entries, const std::string& key,
                                 const std::string& place) {
  const auto found = entries.find(key);
  if (found == entries.end()) return {};
  const std::string& text = found->second;
  int64_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0)
    throw Error(
        fmt::format("{}: external_data's {} is {}; expected a number of bytes", place, key, quoted(text)));
  return number;
}

// As ONNX wants it: below the model's folder.
void expect_below(const std::string& name, const std::string& place) {
  bool below =
      !name.empty() && name.front() != '/' && name.find_first_of(std::string("\\:\0", 3)) == name.npos;
  for (size_t begin = 0; below && begin <= name.size();) {
    const size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = std::string_view(name).substr(begin, end - begin);
    below = !part.empty() && part != "." && part != "..";
    begin = end + 1;
  }
  if (!below)
    throw Error(
        fmt::format("{}: its data are in file {}; expected one in the model's folder", place, quoted(name)));
}

}  // namespace

ExternalData::File& ExternalData::file(const std::string& name, const std::string& place) {
  const auto found = files_.find(name);
  if (found != files_.end()) return found->second;
  expect_below(name, place);
  if (!request_.beside)
    throw Error(
        fmt::format("{}: its data are in file {} beside the model, which is not here", place, quoted(name)));
  File file{std::make_shared<const std::string>(request_.beside(name, room_))};
  if (file.bytes->size() > room_) throw Error("its files with data are over 1 GB");
  room_ -= file.bytes->size();
  return files_.emplace(name, std::move(file)).first->second;
}

Bytes ExternalData::bytes_of(const onnx::Tensor& tensor, int64_t size, const std::string& place) {
  const std::map<std::string, std::string> entries = entries_of(tensor, place);
  const auto location = entries.find("location");
  if (location == entries.end()) throw Error(place + ": external_data does not say the file");
  const std::string& name = location->second;
  const int64_t begin = number_of(entries, "offset", place).value_or(0),
                length = number_of(entries, "length", place).value_or(size);
  if (length != size)
    throw Error(fmt::format("{}: {} bytes in file {}, expected {}", place, length, quoted(name), size));
  File& from = file(name, place);
  const auto all = static_cast<int64_t>(from.bytes->size());
  if (begin > all || length > all - begin)
    throw Error(fmt::format("{}: bytes {} to {} of file {}, which has {}", place, begin,
                            uint64_t(begin) + uint64_t(length), quoted(name), all));
  const auto checksum = entries.find("checksum");
  if (checksum != entries.end() && from.sha1.empty()) from.sha1 = sha1(*from.bytes);
  if (checksum != entries.end() && checksum->second != from.sha1)
    throw Error(fmt::format("{}: file {} has not the SHA-1 that the model says", place, quoted(name)));
  if (length > 0) {
    // The first that ends behind `begin` starts before the end: it must be the same bytes.
    auto other = from.taken.upper_bound(begin);
    if (other != from.taken.begin() && std::prev(other)->second.first > begin) --other;
    if (other != from.taken.end() && other->first < begin + length) {
      if (other->first != begin || other->second.first != begin + length)
        throw Error(fmt::format("{}: its data in file {} are partly those of {}", place, quoted(name),
                                other->second.second));
    } else {
      from.taken.emplace(begin, std::pair{begin + length, place});
    }
  }
  return {from.bytes, std::string_view(*from.bytes).substr(size_t(begin), size_t(length))};
}

}  // namespace mobilith::file

// torch.save's old form, before PyTorch 1.6: pickles of a magic number, a version, facts of the machine, the
// object and the storages' keys; then, in the keys' order, each storage: its size in 8 bytes and its numbers.
#include <fmt/format.h>

#include <cstring>
#include <map>

#include "graph/file_error.h"
#include "state_dicts/checkpoint.h"
#include "state_dicts/containers.h"

namespace mobilith::file {

namespace {

using pickle::Pickle;

constexpr std::string_view magic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);
constexpr int64_t version = 1001;

Pickle next_pickle(std::string_view& rest) {
  Pickle pickle = pickle::read_pickle(rest);
  rest.remove_prefix(pickle.end);
  return pickle;
}

void expect_little_endian(const Pickle& facts) {
  for (const auto& [key, value] : facts.expect<pickle::Dict>(facts.root, "the machine's facts").items) {
    const auto* name = facts.find<std::string>(key);
    if (name && *name == "little_endian" && !facts.expect<bool>(value, "little_endian"))
      throw Error("its numbers are stored in big-endian order");
  }
}

uint64_t size_at(std::string_view rest) {
  uint64_t size = 0;
  std::memcpy(&size, rest.data(), sizeof size);
  return size;
}

// Cuts the storages off the file's rest.
std::map<std::string, std::string_view> raw_storages(std::string_view rest, const Pickle& object,
                                                     const Pickle& keys) {
  std::map<std::string, std::string_view> raw;
  for (const pickle::Id id : keys.expect<pickle::List>(keys.root, "the storages' keys").items) {
    const std::string& key = keys.expect<std::string>(id, "a storage's key");
    const auto found = object.storages.find(key);
    if (found == object.storages.end())
      throw Error(fmt::format("storage {}: belongs to no tensor", quoted(key)));
    const auto width = uint64_t(width_of(found->second.type));
    if (rest.size() < 8) throw Error("cut short between its storages");
    const uint64_t size = size_at(rest);
    rest.remove_prefix(8);
    if (size != uint64_t(found->second.size))
      throw Error(
          fmt::format("storage {}: has {} numbers, expected {}", quoted(key), size, found->second.size));
    if (size > rest.size() / width) throw Error(fmt::format("storage {}: is cut short", quoted(key)));
    if (!raw.emplace(key, rest.substr(0, size * width)).second)
      throw Error(fmt::format("storage {}: is stored twice", quoted(key)));
    rest.remove_prefix(size * width);
  }
  if (!rest.empty()) throw Error(fmt::format("{} bytes follow the last storage", rest.size()));
  return raw;
}

}  // namespace

// Also a pickle of something else, so that it is refused as one.
bool is_torch_pickles(const std::string& bytes) {
  return bytes.size() > 2 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5;
}

StateDict read_torch_pickles(const std::shared_ptr<const std::string>& bytes) {
  std::string_view rest = *bytes;
  const Pickle first = next_pickle(rest);
  const auto* number = first.find<pickle::Bytes>(first.root);
  if (!number || number->bytes != magic) throw Error("a pickle that torch.save has not written");
  const Pickle second = next_pickle(rest);
  if (const auto found = second.expect<int64_t>(second.root, "the form's version"); found != version)
    throw Error(fmt::format("torch.save's old form in version {}, expected {}", found, version));
  expect_little_endian(next_pickle(rest));
  const Pickle object = next_pickle(rest);
  const Pickle keys = next_pickle(rest);
  const auto raw = raw_storages(rest, object, keys);
  return unwrap(object, [&](const std::string& key) {
    const auto found = raw.find(key);
    if (found == raw.end()) throw Error(fmt::format("storage {}: is missing", quoted(key)));
    return Storage{bytes, found->second};
  });
}

}  // namespace mobilith::file

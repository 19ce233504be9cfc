#include "formats/tensor_bundle.h"

#include <fmt/format.h>

#include "formats/crc32c.h"
#include "formats/protobuf_survey.h"
#include "formats/sorted_table.h"
#include "formats/tensorflow_file.h"
#include "graph/value.h"

namespace mobilith::file {

namespace {

constexpr size_t most = size_t(1) << 30;
constexpr int most_shards = 1000;

std::shared_ptr<const std::string> read(const std::string& name, size_t room, const ReadRequest& request) {
  if (!request.beside) throw Error("its variables are in files beside it, which are not here");
  const auto bytes = std::make_shared<const std::string>(request.beside(name, room));
  if (bytes->size() > room) throw Error("more than 1 GB of variables");
  return bytes;
}

[[noreturn]] void damaged(const std::string& place) {
  throw Error(place + ": its checksum does not fit what it holds; the file is damaged");
}

template <class Message>
Message parsed(std::string_view bytes, const std::string& place) {
  Message message;
  if (bytes.size() > size_t(1) << 16 || !message.ParseFromArray(bytes.data(), int(bytes.size())))
    throw Error(place + " is damaged");
  expect_known_fields(message);
  return message;
}

std::string entry_of(const std::string& key) { return "the checkpoint's entry " + quoted(key); }

}  // namespace

TensorBundle::TensorBundle(const std::string& prefix, const ReadRequest& request)
    : index_(read(prefix + ".index", most, request)), entries_(read_sorted_table(*index_)) {
  const auto first = entries_.find("");
  if (first == entries_.end()) throw Error("a checkpoint's index without a header");
  const auto header = parsed<tensorflow::BundleHeader>(first->second, "the checkpoint's header");
  entries_.erase(first);
  if (header.endianness() != 0) throw Error("a checkpoint of a big-endian machine");
  if (header.version().min_consumer() > 1) throw Error("a checkpoint of a version that is not known");
  const int count = header.num_shards();
  if (count < 1 || count > most_shards) throw Error(fmt::format("a checkpoint in {} files", count));
  size_t room = most;
  for (int i = 0; i < count; ++i) {
    shards_.push_back(read(fmt::format("{}.data-{:05}-of-{:05}", prefix, i, count), room, request));
    room -= shards_.back()->size();
  }
  for (const auto& [key, value] : entries_) {
    const auto entry = parsed<tensorflow::BundleEntry>(value, entry_of(key));
    if (entry.shard_id() < 0 || entry.shard_id() >= count || entry.offset() < 0 || entry.size() < 0 ||
        entry.offset() > int64_t(shards_[entry.shard_id()]->size()) ||
        entry.size() > int64_t(shards_[entry.shard_id()]->size()) - entry.offset())
      throw Error(fmt::format("{} is outside of the file of its numbers; is that cut?", entry_of(key)));
  }
}

tensorflow::BundleEntry TensorBundle::entry(const std::string& key) const {
  const auto found = entries_.find(key);
  if (found == entries_.end()) throw Error(fmt::format("the checkpoint has no {}", quoted(key)));
  auto entry = parsed<tensorflow::BundleEntry>(found->second, entry_of(key));
  if (entry.slices_size())
    throw Error(entry_of(key) + " is stored in slices (a partitioned variable), which are not read");
  if (entry.shape().unknown_rank()) throw Error(entry_of(key) + " has no shape");
  return entry;
}

std::string_view TensorBundle::bytes_of(const tensorflow::BundleEntry& entry) const {
  return std::string_view(*shards_[entry.shard_id()]).substr(size_t(entry.offset()), size_t(entry.size()));
}

Tensor TensorBundle::tensor(const std::string& key) const {
  const tensorflow::BundleEntry from = entry(key);
  const std::string place = entry_of(key);
  Tensor tensor{
      .name = key, .type = tensorflow_type(from.dtype(), place), .shape = extents_of(from.shape(), place)};
  const int64_t expected = elements(*tensor.shape, place) * width_of(tensor.type);
  if (from.size() != expected)
    throw Error(fmt::format("{}: {} bytes for {} of {}", place, from.size(), text_of(*tensor.shape),
                            name_of(tensor.type)));
  if (masked_crc32c(bytes_of(from)) != from.crc32c()) damaged(place);
  tensor.constant = Bytes{shards_[from.shard_id()], bytes_of(from)};
  return tensor;
}

// Its length as a varint, the checksum of the length as four bytes, and the word. The entry's checksum is of
// the length as four bytes and of all behind it (TensorFlow, tensor_bundle.cc, WriteStringTensor).
std::string TensorBundle::word(const std::string& key) const {
  const tensorflow::BundleEntry from = entry(key);
  const std::string place = entry_of(key);
  if (from.dtype() != tensorflow::DT_STRING || from.shape().dim_size()) throw Error(place + " is no word");
  std::string_view bytes = bytes_of(from);
  uint32_t size = 0;
  for (int shift = 0;; shift += 7) {
    if (bytes.empty() || shift > 21) damaged(place);
    const auto byte = uint8_t(bytes.front());
    bytes.remove_prefix(1);
    size |= uint32_t(byte & 127) << shift;
    if (byte < 128) break;
  }
  if (bytes.size() < 4 || bytes.size() - 4 != size) damaged(place);
  std::string checked;
  for (int shift = 0; shift < 32; shift += 8) checked += char(size >> shift);
  checked += bytes;
  if (masked_crc32c(checked) != from.crc32c()) damaged(place);
  return std::string(bytes.substr(4));
}

size_t TensorBundle::bytes() const {
  size_t all = 0;
  for (const auto& shard : shards_) all += shard->size();
  return all;
}

}  // namespace mobilith::file

// Checkpoints of TensorFlow: what is read of them, and what is refused.
#include "catch.h"
#include "formats/checkpoint_writer.h"
#include "formats/saved_models.h"
#include "formats/sorted_table.h"
#include "formats/tensor_bundle.h"
#include "graph/file_error.h"
#include "graph/value.h"

namespace test_checkpoints {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;

namespace {

std::string why_not(const std::function<void()>& read) {
  try {
    read();
  } catch (const file::Error& error) {
    return error.what();
  }
  return "";
}

std::string refusal_of_table(const std::string& bytes) {
  return why_not([&] { file::read_sorted_table(bytes); });
}

// Two tensors of two numbers each, in two files.
struct Checkpoint {
  tensorflow::BundleHeader header{};
  tensorflow::BundleEntry first{}, second{};
  std::string numbers[2];

  Checkpoint() {
    header.set_num_shards(2);
    for (int i = 0; i < 2; ++i) {
      const float values[] = {float(i), 2.5f};
      numbers[i] = "before" + std::string(reinterpret_cast<const char*>(values), sizeof values);
      tensorflow::BundleEntry& entry = i ? second : first;
      entry.set_dtype(tensorflow::DT_FLOAT), entry.mutable_shape()->add_dim()->set_size(2);
      entry.set_shard_id(i), entry.set_offset(6), entry.set_size(8);
      entry.set_crc32c(file::masked_crc32c(numbers[i].substr(6)));
    }
  }
  file::TensorBundle read() const {
    return {"p", beside({{"p.index", table({{"", header.SerializeAsString()},
                                            {"a", first.SerializeAsString()},
                                            {"b", second.SerializeAsString()}})},
                         {"p.data-00000-of-00002", numbers[0]},
                         {"p.data-00001-of-00002", numbers[1]}})};
  }
};

// What is said of the tensor "a" after a change.
std::string refusal_of(const std::function<void(Checkpoint&)>& change) {
  Checkpoint checkpoint;
  change(checkpoint);
  return why_not([&] { checkpoint.read().tensor("a"); });
}

}  // namespace

TEST_CASE("the checksum is CRC-32C, masked") {
  // Of "123456789" it is 0xe3069283 (RFC 3720's polynomial), and masked as LevelDB does.
  const uint32_t crc = 0xe3069283;
  CHECK(file::masked_crc32c("123456789") == (crc >> 15 | crc << 17) + 0xa282ead8u);
}

TEST_CASE("a table gives its entries, whose keys share beginnings, of all its blocks") {
  TableWriter writer;
  const std::string first =
      writer.block(TableWriter::entry({"", "header"}) + TableWriter::entry({"ab", "1"}) +
                   TableWriter::entry({"abc", ""}, 2));
  const std::string second = writer.block(TableWriter::entry({"b", "22"}));
  const std::string bytes = writer.finish({first, second});
  const auto entries = file::read_sorted_table(bytes);
  CHECK(entries ==
        std::map<std::string, std::string_view>{{"", "header"}, {"ab", "1"}, {"abc", ""}, {"b", "22"}});
}

TEST_CASE("a table that is damaged, compressed or larger in memory than in its file is refused") {
  CHECK_THAT(refusal_of_table(table({{"b", ""}, {"a", ""}})), Contains("whose keys do not ascend"));
  CHECK_THAT(refusal_of_table(table({{"a", ""}, {"a", ""}})), Contains("whose keys do not ascend"));
  CHECK_THAT(refusal_of_table(table({{std::string(5000, 'a'), ""}})),
             Contains("a key that is cut or too long"));
  TableWriter compressed;
  compressed.type = 1;
  CHECK_THAT(refusal_of_table(compressed.finish({compressed.block("")})), Contains("compressed by Snappy"));
  TableWriter unknown;
  unknown.type = 7;
  CHECK_THAT(refusal_of_table(unknown.finish({unknown.block("")})), Contains("in a way that is not known"));
  TableWriter twice;
  const std::string place = twice.block(TableWriter::entry({"a", std::string(1000, 'x')}));
  CHECK_THAT(refusal_of_table(twice.finish({place, place})), Contains("whose blocks overlap"));
  TableWriter outside;
  CHECK_THAT(refusal_of_table(outside.finish({varint(1) + varint(uint64_t(1) << 63)})),
             Contains("with a block outside of it"));
  TableWriter keys;
  std::string many;
  std::string key(4096, 'a');
  for (int i = 0; i < 20000; ++i) {
    key[4093] = char(i >> 14), key[4094] = char(i >> 7 & 127), key[4095] = char(i & 127);
    many += TableWriter::entry({key, ""}, i ? 4093 : 0);
  }
  CHECK_THAT(refusal_of_table(keys.finish({keys.block(many)})), Contains("more than 64 MB of keys"));
}

TEST_CASE("tensors are read from several files, from their places there") {
  const Checkpoint checkpoint;
  const file::TensorBundle bundle = checkpoint.read();
  CHECK(file::value_of(bundle.tensor("a")).numbers == std::vector<double>{0, 2.5});
  CHECK(file::value_of(bundle.tensor("b")).numbers == std::vector<double>{1, 2.5});
  CHECK(bundle.bytes() == 28);
  CHECK_THAT(why_not([&] { bundle.tensor("c"); }), Contains("the checkpoint has no 'c'"));
}

TEST_CASE("tensors that are not where or what the index says are refused") {
  CHECK(refusal_of([](auto&) {}) == "");
  CHECK_THAT(refusal_of([](auto& c) { c.first.set_crc32c(1); }), Contains("its checksum does not fit"));
  CHECK_THAT(refusal_of([](auto& c) { c.first.set_shard_id(2); }), Contains("is outside of the file"));
  CHECK_THAT(refusal_of([](auto& c) { c.first.set_offset(-1); }), Contains("is outside of the file"));
  CHECK_THAT(refusal_of([](auto& c) { c.second.set_offset(7); }), Contains("'b' is outside of the file"));
  CHECK_THAT(refusal_of([](auto& c) { c.first.set_size(INT64_MAX); }), Contains("is outside of the file"));
  CHECK_THAT(refusal_of([](auto& c) { c.first.set_size(4); }), Contains("4 bytes for 2 of f32"));
  CHECK_THAT(refusal_of([](auto& c) { c.first.mutable_shape()->mutable_dim(0)->set_size(-1); }),
             Contains("'a'"));
  CHECK_THAT(refusal_of([](auto& c) { c.first.set_dtype(tensorflow::DT_STRING); }),
             Contains("elements of DT_STRING"));
  CHECK_THAT(refusal_of([](auto& c) { c.first.add_slices("x"); }), Contains("a partitioned variable"));
  CHECK_THAT(refusal_of([](auto& c) { c.header.set_endianness(1); }), Contains("a big-endian machine"));
  CHECK_THAT(refusal_of([](auto& c) { c.header.set_num_shards(0); }), Contains("in 0 files"));
  CHECK_THAT(refusal_of([](auto& c) { c.header.set_num_shards(1 << 30); }), Contains("in 1073741824 files"));
  CHECK_THAT(refusal_of([](auto& c) { c.header.mutable_version()->set_min_consumer(2); }),
             Contains("a version that is not known"));
}

}  // namespace test_checkpoints

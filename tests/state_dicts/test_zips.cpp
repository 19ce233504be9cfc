// Zip files around a pickle that are not as torch.save makes them.
#include <zip.h>

#include "catch.h"
#include "state_dicts/fixtures.h"

namespace test_zips {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;

namespace {

struct Member {
  std::string name, bytes;
  bool compressed = false;
};

std::string zip_of(const std::vector<Member>& members) {
  zip_source_t* source = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  zip_source_keep(source);
  zip_t* zip = zip_open_from_source(source, ZIP_TRUNCATE, nullptr);
  for (const Member& member : members) {
    const auto at = zip_file_add(zip, member.name.c_str(),
                                 zip_source_buffer(zip, member.bytes.data(), member.bytes.size(), 0), 0);
    zip_set_file_compression(zip, zip_uint64_t(at), member.compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
  }
  REQUIRE(zip_close(zip) == 0);
  zip_stat_t status;
  REQUIRE(zip_source_stat(source, &status) == 0);
  std::string bytes(status.size, '\0');
  REQUIRE(zip_source_open(source) == 0);
  REQUIRE(zip_source_read(source, bytes.data(), bytes.size()) == zip_int64_t(bytes.size()));
  zip_source_close(source);
  zip_source_free(source);
  return bytes;
}

const std::string object =
    pickle("}" + text("w") + tensor(storage("FloatStorage", "0", 4), 0, {4}, {1}) + "s");
const std::string four(16, '\0');

std::string refusal_of(const std::vector<Member>& members) { return refusal(zip_of(members)); }

}  // namespace

TEST_CASE("a zip file made by hand is read") {
  CHECK(refusal_of({{"a/data.pkl", object}, {"a/data/0", four}, {"a/version", "3\n"}}) == "");
}

TEST_CASE("members that torch.save would not make are refused by name") {
  CHECK_THAT(refusal_of({{"a/data.pkl", object}}), Contains("no member 'a/data/0'"));
  CHECK_THAT(refusal_of({{"a/data.pkl", object}, {"a/data/0", four}, {"a/data/1", four}}),
             Contains("'a/data/1'"));
  CHECK_THAT(refusal_of({{"a/data.pkl", object}, {"a/data/0", four}, {"b/x", four}}), Contains("'b/x'"));
  CHECK_THAT(refusal_of({{"a/data.pkl", object}, {"a/data/0", four}, {"a/code/net.py", ""}}),
             Contains("a TorchScript archive"));
  CHECK_THAT(refusal_of({{"a/data.pkl", object}, {"b/data.pkl", object}}),
             Contains("two members 'data.pkl'"));
  CHECK_THAT(refusal_of({{"a/data.pkl", object}, {"a/data/0", four}, {"a/byteorder", "big"}}),
             Contains("in the order 'big'"));
  CHECK_THAT(refusal_of({{"a/data.pkl", object + "N."}, {"a/data/0", four}}),
             Contains("ends before its member"));
  CHECK_THAT(refusal_of({{"a/data.pkl", object}, {"a/data/0", four + four}}),
             Contains("tensor 'w': its storage has 32 bytes, expected 4 numbers of f32"));
}

TEST_CASE("a zip bomb is refused before it is unpacked") {
  const std::string much(50 << 20, '\0');
  CHECK_THAT(refusal_of({{"a/data.pkl", object}, {"a/data/0", much, true}}),
             Contains("'a/data/0': is compressed"));
  CHECK_THAT(refusal_of({{"a/data.pkl", much, true}}), Contains("'a/data.pkl': is compressed"));
}

TEST_CASE("two zip files behind each other, or bytes around one, are refused: programs read different ones") {
  const std::string one = zip_of({{"a/data.pkl", object}, {"a/data/0", four}});
  const std::string other = zip_of({{"a/data.pkl", object}, {"a/data/0", std::string(16, '\x11')}});
  CHECK(refusal(one) == "");
  CHECK_THAT(refusal(one + other), Contains("does not begin where its directory says it does"));
  CHECK_THAT(refusal(one + std::string("\n")), Contains("has more behind its end"));
  CHECK_THAT(refusal(one.substr(0, one.size() - 8)), Contains("its end is missing"));
}

TEST_CASE("a damaged member is refused") {
  std::string bytes = zip_of({{"a/data.pkl", object}, {"a/data/0", std::string(16, '\x11')}});
  bytes[bytes.find(std::string(16, '\x11'))] ^= 1;
  CHECK_THAT(refusal(bytes), Contains("'a/data/0': is damaged"));
}

}  // namespace test_zips

// safetensors files that are damaged or hostile.
#include "catch.h"
#include "state_dicts/fixtures.h"

namespace test_safetensors {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;

namespace {

std::string file_of(const std::string& header, const std::string& data = std::string(16, '\0')) {
  return little_endian(header.size(), 8) + header + data;
}

std::string one(const std::string& type, const std::string& shape, const std::string& offsets) {
  return file_of(R"({"w":{"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets +
                 "}}");
}

}  // namespace

TEST_CASE("a safetensors file made by hand is read") {
  CHECK(refusal(one("F32", "[2,2]", "[0,16]")) == "");
  CHECK(refusal(one("F64", "[2]", "[0,16]")) == "");
}

TEST_CASE("safetensors whose sizes and offsets lie are refused with the tensor's name") {
  CHECK_THAT(refusal(one("F32", "[2,3]", "[0,16]")),
             Contains("tensor 'w': has a shape of more numbers") ||
                 Contains("tensor 'w': has 16 bytes, expected 6 numbers"));
  CHECK_THAT(refusal(one("F32", "[4]", "[4,20]")), Contains("tensor 'w': lies outside the file"));
  CHECK_THAT(refusal(one("F32", "[4]", "[16,0]")), Contains("lies outside"));
  CHECK_THAT(refusal(one("F32", "[4]", "[0,99999999999999999999]")), Contains("'data_offsets' is no list"));
  CHECK_THAT(refusal(one("F32", "[-4]", "[0,16]")), Contains("'shape' is no list of whole numbers"));
  CHECK_THAT(refusal(one("F32", "[4611686018427387903,4611686018427387903]", "[0,16]")),
             Contains("more numbers"));
  CHECK_THAT(refusal(one("F32", "[3]", "[0,12]")), Contains("bytes follow the last tensor"));
  CHECK_THAT(refusal(one("F32", "[3]", "[4,16]")), Contains("tensor 'w': does not begin where"));
  CHECK_THAT(refusal(one("C64", "[2]", "[0,16]")), Contains("has the type 'C64', which is not read"));
}

TEST_CASE("a header that is cut, nested, doubled or not JSON is refused") {
  CHECK_THAT(refusal(little_endian(1000, 8) + "{\"w\":1}"), Contains("cut short in its header"));
  CHECK_THAT(refusal(file_of("{\"w\"")), Contains("its header is not JSON"));
  CHECK_THAT(refusal(file_of("{\"w\":" + std::string(100000, '[') + "}")), Contains("nested too deeply"));
  CHECK_THAT(refusal(file_of(R"({"w":{},"w":{}})")), Contains("the header has 'w' twice"));
  CHECK_THAT(refusal(file_of(R"({"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16],"more":1}})")),
             Contains("and nothing else"));
  CHECK_THAT(refusal(file_of("{}", "")), Contains("holds no tensors"));
}

TEST_CASE("metadata of safetensors is named as left out, but for who wrote it") {
  const std::string w = R"("w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]})";
  CHECK(read(file_of(R"({"__metadata__":{"format":"pt"},)" + w + "}")).left_out.empty());
  CHECK(read(file_of(R"({"__metadata__":{"license":"MIT"},)" + w + "}")).left_out ==
        std::vector<std::string>{"__metadata__"});
}

}  // namespace test_safetensors

// State dicts that are cut or damaged: tensors, or one line that says why not; never a crash.
#include "catch.h"
#include "state_dicts/fixtures.h"

namespace test_damage {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

const std::vector<std::string> names{
    "zip.pth",      "old.pth",          "protocol_4.pth", "old_protocol_4.pth",
    "training.pth", "old_training.pth", "lightning.ckpt", "plain.safetensors"};

bool survives(const std::string& bytes) {
  try {
    for (const file::NamedTensor& tensor : read(bytes).tensors)
      if (int64_t(values(tensor).size()) < 0) return false;
    return true;
  } catch (const file::Error& error) {
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
    return false;
  }
}

}  // namespace

TEST_CASE("a state dict cut anywhere is refused") {
  for (const std::string& name : names) {
    INFO(name);
    const std::string bytes = fixture(name);
    REQUIRE(survives(bytes));
    for (size_t size = 0; size < bytes.size(); size += 3) CHECK(!survives(bytes.substr(0, size)));
  }
}

TEST_CASE("a state dict with damaged bytes is refused or is another one") {
  uint32_t random = 1;
  const auto next = [&](uint32_t below) {
    random = random * 1664525 + 1013904223;
    return (random >> 8) % below;
  };
  int read_still = 0, refused = 0;
  for (const std::string& name : names)
    for (int k = 0; k < 2000; ++k) {
      std::string bytes = fixture(name);
      for (uint32_t flips = 1 + next(3); flips > 0; --flips)
        bytes[next(uint32_t(bytes.size()))] = next(2) ? char(next(256)) : char(next(2) ? 0xff : 0x7f);
      ++(survives(bytes) ? read_still : refused);
    }
  // Else nothing was tried.
  CHECK(read_still > 100);
  CHECK(refused > 100);
}

}  // namespace test_damage

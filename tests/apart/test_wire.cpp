// What goes between the two processes: it arrives as it was, and what can't be is refused.
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "apart/graph_wire.h"
#include "catch.h"
#include "formats/cases.h"
#include "process.h"
#include "state_dicts/written_dicts.h"
#include "weights_file/keras_file.h"

namespace test_wire {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

// A file that is written, then read.
class Tape {
 public:
  Tape() : file_(fileno(std::tmpfile())) {}
  std::string sent(HeldByFile& content, std::string_view model) {
    rewind();
    REQUIRE(ftruncate(file_, 0) == 0);
    Channel channel(file_, 0);
    Sender send(channel, model);
    send(content);
    channel.flush();
    std::string bytes(size_t(lseek(file_, 0, SEEK_END)), '\0');
    REQUIRE(pread(file_, bytes.data(), bytes.size(), 0) == ssize_t(bytes.size()));
    return bytes;
  }
  HeldByFile received(const std::string& bytes, const std::shared_ptr<const std::string>& model,
                      uint64_t most = uint64_t{1} << 30) {
    rewind();
    REQUIRE(ftruncate(file_, 0) == 0);
    REQUIRE(pwrite(file_, bytes.data(), bytes.size(), 0) == ssize_t(bytes.size()));
    Channel channel(file_, most);
    Receiver receive(channel, model);
    HeldByFile content;
    receive(content);
    return content;
  }

 private:
  void rewind() { REQUIRE(lseek(file_, 0, SEEK_SET) == 0); }
  int file_;
};

HeldByFile held(const std::shared_ptr<const std::string>& model) {
  ModelFiles files("model", false, model, {});
  try {
    return read_held(files, {});
  } catch (const WeightsError&) {  // open extents
    return read_held(files, {.height = 4, .width = 4});
  }
}

std::vector<FormatCase> all_files() {
  auto files = tflite_cases();
  for (auto& one : onnx_cases()) files.push_back(one);
  for (auto& one : tensorflow_cases()) files.push_back(one);
  const TemporaryFolder folder;
  for (const Layout layout : {Layout::hdf5_model, Layout::keras3_weights, Layout::keras_zip}) {
    KerasFile({"mobilenet_v1", 0.25, 1, 32, 32, 5}).write(layout, folder / "model");
    files.push_back({"Keras", read_text(folder / "model")});
  }
  const auto storage = std::make_shared<const std::string>(64, 'x');
  file::StateDict dict;
  for (const char* name : {"a", "b"})
    dict.tensors.push_back({name, file::ElementType::f32, {2, 2}, {storage, *storage}, 4, {1, 2}});
  dict.tensors.back().offset = 0, dict.tensors.back().shape = {16}, dict.tensors.back().strides = {1};
  files.push_back({"PyTorch", pickle_of(dict)});
  dict.tensors.erase(dict.tensors.begin());
  files.push_back({"safetensors", safetensors_of(dict)});
  return files;
}

}  // namespace

TEST_CASE("the content of a file of any format arrives as it was, and the file's own bytes are not sent") {
  Tape tape;
  size_t small = 0;
  for (const FormatCase& one : all_files()) {
    INFO(one.name);
    const auto model = std::make_shared<const std::string>(one.bytes);
    HeldByFile content = held(model);
    // Without the file all bytes are sent.
    const std::string whole = tape.sent(content, {});
    HeldByFile arrived = tape.received(whole, std::make_shared<const std::string>());
    CHECK((tape.sent(arrived, {}) == whole));
    const std::string places = tape.sent(content, *model);
    if (places.size() < whole.size()) small++;
    arrived = tape.received(places, model);
    CHECK((tape.sent(arrived, {}) == whole));
  }
  CHECK(small > 20);
}

TEST_CASE("damaged answers are a content that can be, or refused") {
  Tape tape;
  uint32_t random = 1;
  const auto next = [&](uint32_t below) {
    random = random * 1664525 + 1013904223;
    return (random >> 8) % below;
  };
  int taken = 0, refused = 0;
  for (const FormatCase& one : all_files()) {
    if (one.bytes.size() > 20000) continue;
    const auto model = std::make_shared<const std::string>(one.bytes);
    HeldByFile content = held(model);
    const std::string bytes = tape.sent(content, *model);
    for (int k = 0; k < 60; k++) {
      std::string damaged = bytes;
      for (uint32_t flips = 1 + next(3); flips > 0; flips--)
        damaged[next(uint32_t(damaged.size()))] = next(2) ? char(next(256)) : char(0xff);
      if (next(4) == 0) damaged.resize(next(uint32_t(damaged.size())));
      try {
        HeldByFile arrived = tape.received(damaged, model, 1 << 20);
        tape.sent(arrived, {});
        taken++;
        weights_of({"model", "", std::move(arrived)}, {.as_f32 = true});
      } catch (const BadAnswer&) {
        refused++;
      } catch (const WeightsError& error) {
        CHECK(std::string(error.what()).find('\n') == std::string::npos);
      }
    }
  }
  CHECK(taken > 100);
  CHECK(refused > 100);
}

}  // namespace test_wire

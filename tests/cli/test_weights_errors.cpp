// Weights files that can't be used: exit 1 (2 for a contradiction with an option), one line, nothing written.
// The good file that is spoiled here has the layout of a real one (keras_file.h).
#include <algorithm>
#include <cmath>
#include <functional>

#include "cli/errors.h"
#include "nightly.h"
#include "weights_file/keras_file.h"

namespace test_weights_errors {

using mobilith::Configuration;
using mobilith::testing::KerasFile;
using mobilith::testing::Layout;

namespace {

const Configuration small{"mobilenet_v2", 0.35, 1, 32, 32, 5};

void check_file(const std::filesystem::path& file, const std::vector<std::string>& words, int code = 1,
                const std::vector<std::string>& added = {}) {
  const TemporaryFolder folder;
  std::vector<std::string> call{"generate", "--weights", file, "--out", folder / "tree"};
  call.insert(call.end(), added.begin(), added.end());
  check_refused(call, code, words);
  CHECK(!std::filesystem::exists(folder / "tree"));
}

// A good file with one change.
void check_spoiled(const std::function<void(KerasFile&)>& spoil, const std::vector<std::string>& words) {
  for (Layout layout :
       {Layout::hdf5_model, Layout::hdf5_weights, Layout::keras3_weights, Layout::keras_zip}) {
    const TemporaryFolder folder;
    KerasFile file(small);
    spoil(file);
    file.write(layout, folder / "weights");
    check_file(folder / "weights", words, 1, {"--resolution", "32"});
  }
}

}  // namespace

TEST_CASE("the weights file is missing") {
  check_file("/nonexistent/weights.h5", {"--weights", "/nonexistent/weights.h5", "No such file"});
}

TEST_CASE("the weights file is a folder") {
  const TemporaryFolder folder;
  check_file(folder.path(), {"--weights", folder.path().string(), "folder"});
}

TEST_CASE("the weights file is empty") {
  const TemporaryFolder folder;
  write_text(folder / "empty.h5", "");
  check_file(folder / "empty.h5", {"--weights", "empty.h5", "is empty"});
}

TEST_CASE("the weights file is not HDF5") {
  const TemporaryFolder folder;
  write_text(folder / "text.h5", "this is no HDF5 file, whatever its name says");
  check_file(folder / "text.h5", {"--weights", "text.h5", "of no kind that is read"});
}

TEST_CASE("the weights file is cut short, anywhere") {
  for (Layout layout : {Layout::hdf5_model, Layout::keras3_weights, Layout::keras_zip}) {
    const TemporaryFolder folder;
    KerasFile(small).write(layout, folder / "whole");
    const std::string whole = read_text(folder / "whole");
    for (double share : {0.001, 0.1, 0.5, 0.9, 0.999}) {
      write_text(folder / "cut",
                 whole.substr(0, static_cast<size_t>(share * static_cast<double>(whole.size()))));
      check_file(folder / "cut", {"cut"});
    }
  }
}

TEST_CASE("bytes overwritten with noise never crash the reader") {
  const TemporaryFolder folder;
  for (Layout layout : {Layout::hdf5_model, Layout::keras_zip}) {
    KerasFile(small).write(layout, folder / "whole");
    const std::string whole = read_text(folder / "whole");
    uint32_t random = 1;
    const int rounds = mobilith::testing::nightly() ? 40 : 10;
    for (int round = 0; round < rounds; round++) {
      std::string noisy = whole;
      for (int i = 0; i < 20; i++) {
        random = random * 1664525u + 1013904223u;
        // Structures gather at the beginning of an HDF5 file, a zip's directory at its end.
        const size_t range = i % 2 == 0 ? std::min<size_t>(noisy.size(), 8192) : noisy.size();
        noisy[layout == Layout::keras_zip && i % 2 == 0 ? noisy.size() - 1 - (random >> 4) % range
                                                        : (random >> 4) % range] =
            static_cast<char>(random >> 11);
      }
      write_text(folder / "noisy", noisy);
      const ProcessResult result = run_process({MOBILITH_PROGRAM, "describe", "--weights", folder / "noisy"});
      INFO("round " << round << ": " << result.err);
      CHECK((result.code == 0 || result.code == 1 || result.code == 2));
    }
  }
}

TEST_CASE("a layer is missing") {
  check_spoiled([](KerasFile& f) { f.erase("block_3_depthwise"); }, {"block_3_depthwise", "missing"});
}

TEST_CASE("a tensor has a wrong shape: both are named") {
  check_spoiled(
      [](KerasFile& f) {
        f.tensor("block_3_project_BN", "beta").shape = {7},
                                       f.tensor("block_3_project_BN", "beta").values.resize(7);
      },
      {"block_3_project_BN/beta", "(7)", "(16)"});
}

TEST_CASE("a tensor holds NaN") {
  check_spoiled([](KerasFile& f) { f.tensor("Conv_1", "kernel").values[123] = NAN; },
                {"Conv_1/kernel", "nan", "123"});
}

TEST_CASE("a variance is negative") {
  check_spoiled([](KerasFile& f) { f.tensor("bn_Conv1", "moving_variance").values[2] = -1; },
                {"bn_Conv1/moving_variance", "-1"});
}

TEST_CASE("it is for another alpha, network, resolution, classes than asked: both are named") {
  const TemporaryFolder folder;
  KerasFile(small).write(Layout::hdf5_model, folder / "w.h5");
  check_file(folder / "w.h5", {"--alpha", "0.5", "0.35"}, 2, {"--alpha", "0.5"});
  check_file(folder / "w.h5", {"--net", "mobilenet_v1", "mobilenet_v2"}, 2, {"--net", "mobilenet_v1"});
  check_file(folder / "w.h5", {"--resolution", "64x64", "32x32"}, 2, {"--resolution", "64"});
  check_file(folder / "w.h5", {"--classes", "6", "5"}, 2, {"--classes", "6"});
}

TEST_CASE("it has a layer that would be left out") {
  const TemporaryFolder folder;
  KerasFile file(small);
  file.extra_layer = "Cropping2D";
  file.write(Layout::hdf5_model, folder / "w.h5");
  check_file(folder / "w.h5", {"Cropping2D"});
}

TEST_CASE("its classifier ends in a function that no kernel computes") {
  const TemporaryFolder folder;
  KerasFile file(small);
  file.activation = "tanh";
  file.write(Layout::keras_zip, folder / "w.keras");
  check_file(folder / "w.keras", {"predictions", "tanh", "softmax"});
}

TEST_CASE("it is no MobileNet, or has no classifier") {
  const TemporaryFolder folder;
  KerasFile other(small);
  for (int i = 1; i <= 16; i++)
    for (const char* part : {"expand", "depthwise", "project"})
      other.erase("block_" + std::to_string(i) + "_" + part);
  other.write(Layout::hdf5_weights, folder / "other.h5");
  check_file(folder / "other.h5", {"not a MobileNet"});
  KerasFile topless(small);
  topless.erase("predictions");
  topless.write(Layout::hdf5_weights, folder / "topless.h5");
  check_file(folder / "topless.h5", {"classifier"});
}

}  // namespace test_weights_errors

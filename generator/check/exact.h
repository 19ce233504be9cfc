// The self-check of quantised networks: every number of every block, against what the file's own operations
// give.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "check/library_run.h"
#include "networks/network.h"
#include "weights/weights.h"

namespace mobilith::check {

// A block's output that differs, and the first place where it does; of a library's output its caller's.
struct ExactDifference {
  size_t block = 0;
  bool output = false;  // what the caller is given of it
  int64_t differing = 0, of = 0;
  int y = 0, x = 0, channel = 0;
  double found = 0, expected = 0;
};

// An image of the network's type, (y, x, c), made by a formula; each `number` gives another one.
std::vector<double> formula_image(const Network&, uint64_t number = 0);

// The same image as bytes are, rounded: of a picture's values.
std::vector<double> as_image(const Network&, std::vector<double> values);

// What the library's outputs are for an image, in their order, each dense; nothing where this machine's CPU
// can't run CPU `variant`'s kernels. frame: what the library is given, where it takes frames; the image is
// then the one that it makes of it.
std::optional<std::vector<std::vector<double>>> exact_outputs(const LibraryRun&, size_t variant,
                                                              const Network&,
                                                              const std::vector<double>& image,
                                                              const std::vector<uint8_t>& frame = {});

// One run of CPU `variant`'s kernels on that image. expected: Weights::block_outputs(). What differs first,
// and nothing where nothing does; nothing at all where this machine's CPU can't run them. done: after each
// block. given: what is written over a block's output once it has been compared; nothing: it stays.
struct ExactResult {
  bool ran = false;
  std::optional<ExactDifference> difference;
};
ExactResult compare_exactly(const CompiledLibrary&, const LibraryRun&, size_t variant, const Network&,
                            const std::vector<double>& image,
                            const std::vector<std::vector<double>>& expected,
                            const std::function<void(size_t step)>& done, int threads = 1,
                            const std::vector<uint8_t>& frame = {},
                            const std::vector<std::vector<double>>& given = {});

// What the file's own graph gives of an image, by block: as it is, and with noise in the place of what blocks
// give each other, so that channels that a network's own numbers leave at an end of their range are heard,
// too. The noise of each pixel has another strength; outputs, and what a softmax reads, keep their numbers.
struct ExactNumbers {
  std::vector<std::vector<double>> plain, noisy,
      given;  // given: what readers get in the noisy run; or nothing
};
ExactNumbers exact_numbers(const Network&, const Weights&, const std::vector<double>& image);

// compare_exactly() with both; the second run where nothing differs in the first.
ExactResult compare_twice(const CompiledLibrary&, const LibraryRun&, size_t variant, const Network&,
                          const std::vector<double>& image, const ExactNumbers& expected,
                          const std::function<void(size_t step)>& done,
                          const std::vector<uint8_t>& frame = {});

}  // namespace mobilith::check

// A library's own kernels on one input, here.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/loaded_library.h"
#include "bench/port_buffers.h"
#include "package/compile_library.h"

namespace mobilith::check {

// What each block wrote, in order: (y, x, c), without the padding between pixels. Of a block whose output the
// library gives, what its caller gets.
using BlockOutputs = std::vector<std::vector<float>>;

// A compiled library in this process.
class LibraryRun {
 public:
  explicit LibraryRun(const CompiledLibrary&);  // throws LoadError
  const mobilith_model& model() const { return *library_.model(); }

  // The same of ports of any type. fill: puts the inputs into their buffers; visit: after each block, with
  // what it wrote; look: at the outputs in the end. False: this machine's CPU can't run them.
  bool run_raw(size_t variant, const std::function<void(PortBuffers&)>& fill,
               const std::function<void(size_t block, const mobilith_profile&)>& visit,
               const std::function<void(const PortBuffers&)>& look, int threads = 1) const;

  // One run of CPU `variant`'s kernels (an index into CompiledLibrary::cpus) on one thread, whatever
  // $MOBILITH_CPU says; nothing where this machine's CPU can't run them. done: after each block, on this
  // thread. Throws LoadError where the runtime reports a failure.
  std::optional<BlockOutputs> run(size_t variant, const std::vector<float>& input,
                                  const std::function<void(size_t block)>& done) const;
  // The same of an input of bytes: a frame. The first output is the image that its kernel makes.
  std::optional<BlockOutputs> run(size_t variant, const std::vector<uint8_t>& frame,
                                  const std::function<void(size_t step)>& done) const;

  // Of a frame, its first step's output alone, dense and of this type.
  std::optional<std::vector<double>> image_of(size_t variant, const std::vector<uint8_t>& frame,
                                              ElementType) const;

 private:
  std::optional<BlockOutputs> run(size_t variant, const void* input, size_t bytes,
                                  const std::function<void(size_t step)>& done) const;

  LoadedLibrary library_;
  std::vector<float> weights_;  // of a library whose weights are in a file: that file
  const float* aligned_weights_ = nullptr;
  size_t weights_bytes_;
};

}  // namespace mobilith::check

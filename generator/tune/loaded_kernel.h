// A compiled kernel, loaded and ready to run.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "bench/loaded_library.h"
#include "layout/channels.h"
#include "networks/network.h"
#include "tune/team.h"

namespace mobilith::tune {

struct FreeDeleter {
  void operator()(void* memory) const;
};
// 64-byte aligned.
using Floats = std::unique_ptr<float[], FreeDeleter>;

class LoadedKernel {
 public:
  // The network that the archive computes for the machine, on the workers' threads, who must outlive this;
  // null: on the caller's alone. Throws LoadError.
  LoadedKernel(const std::filesystem::path& archive, const Network&, const Machine&, team* workers = nullptr);

  // The reference's input (reference::formula_input(), formula_bytes(), formula_frame()), as the kernel wants
  // it; bytes are filled up to whole floats.
  float* input() { return input_.get(); }
  size_t input_floats() const { return input_floats_; }
  double seconds();  // of its network's last kernel, or the frame's where it has one, in one run, now
  // The largest difference of the last run's output from `expected` (dense), as a share of the largest value.
  // Infinite where the padding is not zero, or a value is not finite. Of quantised networks, 1 where any byte
  // differs; with a frame by more than rounding.
  double difference(const std::vector<float>& expected) const;
  void corrupt_output();  // makes the last output wrong, for tests
  const mobilith_model* model() const { return library_.model(); }

 private:
  struct SessionDeleter {
    void operator()(mobilith_session* session) const { mobilith_session_destroy(session); }
  };

  struct Timing {
    double seconds = 0;
    std::optional<ElementType> image{};  // what a frame's kernel makes; nothing: it is another kernel
  };

  double byte_difference(const std::vector<float>& expected) const;

  LoadedLibrary library_;
  std::optional<Channels> bytes_;  // of a quantised output
  size_t input_bytes_, output_bytes_, input_floats_, output_floats_;
  Floats input_, output_;
  std::unique_ptr<Timing> timing_;  // where the session's profile writes: *this may move
  std::unique_ptr<mobilith_session, SessionDeleter> session_;
};

}  // namespace mobilith::tune

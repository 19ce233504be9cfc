// The kernel that makes an image of a frame, alone.
#pragma once

#include <string>
#include <vector>

#include "bench/loaded_library.h"
#include "networks/network.h"
#include "reference/frame.h"
#include "targets/target.h"

namespace mobilith::property {

// A frame's bytes with what lies between rows, as in a camera's buffer.
struct PaddedFrame {
  std::vector<uint8_t> bytes;
  int64_t row_bytes = 0, chroma_offset = 0, chroma_row_bytes = 0;
  reference::FrameBytes view() const { return {bytes.data(), row_bytes, chroma_offset, chroma_row_bytes}; }
};

// A library of the kernel alone, whose output is the image.
std::string frame_archive(const Frame&, const Shape& image, ElementType, const CpuTarget&,
                          const std::string& name);

class FrameKernel {
 public:
  FrameKernel(const Frame&, const Shape& image, ElementType, const CpuTarget&);
  // The image, (y, x, c). Memory before and behind the frame's bytes is unreadable. Throws
  // std::runtime_error with the runtime's message.
  std::vector<double> run(const PaddedFrame&, const reference::Region& = {}, int threads = 1) const;
  // The best of `runs` runs on one thread.
  double seconds(const PaddedFrame&, int runs) const;
  const mobilith_model* model() const { return library_.model(); }

 private:
  ElementType type_;
  LoadedLibrary library_;
};

}  // namespace mobilith::property

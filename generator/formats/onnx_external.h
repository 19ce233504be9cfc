// Numbers of ONNX tensors that lie in other files (ONNX's ExternalData.md): PyTorch's exporter writes all
// but the smallest so.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "formats/onnx_file.h"
#include "formats/read_graph.h"

namespace mobilith::file {

class ExternalData {
 public:
  // request: for its files beside, each of which is read once. It must outlive this object.
  explicit ExternalData(const ReadRequest& request) : request_(request) {}

  // The `size` bytes of the tensor, which has data_location EXTERNAL; they own their file. place: for
  // messages. Throws Error for a place that is not in the model's folder or not in the file, a length other
  // than `size`, a checksum that does not fit, keys that are not known or there twice, numbers in the message
  // as well, files of over 1 GB together, and bytes that are partly another tensor's.
  Bytes bytes_of(const onnx::Tensor&, int64_t size, const std::string& place);

 private:
  struct File {
    std::shared_ptr<const std::string> bytes{};
    std::string sha1{};                                          // empty: not asked for yet
    std::map<int64_t, std::pair<int64_t, std::string>> taken{};  // begin: end, place
  };

  File& file(const std::string& name, const std::string& place);

  const ReadRequest& request_;
  std::map<std::string, File> files_{};
  size_t room_ = size_t{1} << 30;
};

}  // namespace mobilith::file

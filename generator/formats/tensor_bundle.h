// A checkpoint of TensorFlow (its tensor_bundle.proto): an index of tensors, and files with their numbers.
#pragma once

#include <mobilith_tensorflow.pb.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "formats/read_graph.h"

namespace mobilith::file {

class TensorBundle {
 public:
  // prefix: "variables/variables"; the index is `prefix`.index beside the file that is read, the numbers are
  // in `prefix`.data-00000-of-00001 and so on. Throws Error for files that are not there, damaged, together
  // over 1 GB, or shorter than the index says.
  TensorBundle(const std::string& prefix, const ReadRequest&);

  // The tensor of a key; its bytes are the file's. Throws Error where there is none, where its checksum does
  // not fit, and for one that is stored in slices.
  Tensor tensor(const std::string& key) const;
  // The bytes of one word, as entries hold them that are no numbers. Throws Error as tensor() does.
  std::string word(const std::string& key) const;
  // Of all files with numbers.
  size_t bytes() const;

 private:
  tensorflow::BundleEntry entry(const std::string& key) const;
  std::string_view bytes_of(const tensorflow::BundleEntry&) const;

  std::shared_ptr<const std::string> index_;
  std::vector<std::shared_ptr<const std::string>> shards_{};
  std::map<std::string, std::string_view> entries_;
};

}  // namespace mobilith::file

// Reading float datasets of an HDF5 file, from disk or from memory, without trusting it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mobilith {

struct Hdf5Dataset {
  std::string path;  // "/model_weights/conv1/conv1/kernel:0"
  std::vector<int> shape;
  std::string group_name;  // the attribute `name` of the group that holds it, where there is one
};

// Not thread-safe (HDF5 is not). Throws WeightsError, which names `label`.
class Hdf5File {
 public:
  static Hdf5File open(const std::string& path);
  static Hdf5File from_memory(std::string bytes, const std::string& label);
  Hdf5File(Hdf5File&&) noexcept;
  ~Hdf5File();

  // Every dataset of floats with at most four dimensions, in order of creation or name. Links out of the
  // file, soft links and folders more than 32 deep are passed over.
  std::vector<Hdf5Dataset> datasets() const;
  // The dataset's values as float, row-major.
  std::vector<float> read(const Hdf5Dataset&) const;
  // A text attribute of the root; nothing where it is missing.
  std::optional<std::string> root_text(const std::string& attribute) const;

 private:
  struct Impl;
  explicit Hdf5File(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mobilith

// Reading datasets of an HDF5 file in memory, without trusting it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mobilith {

struct Hdf5Dataset {
  std::string path;        // "/model_weights/conv1/conv1/kernel:0"
  std::vector<int> shape;  // empty: a scalar, or an extent that no tensor of a network has
  std::string group_name;  // the attribute `name` of the group that holds it, where there is one
  bool f32 = false;        // of 32-bit floats
  std::string unreadable;  // why read() would refuse it; empty: it would not
};

// Not thread-safe (HDF5 is not). Throws WeightsError, which names `label`.
class Hdf5File {
 public:
  // bytes: copied.
  static Hdf5File from_memory(const std::string& bytes, const std::string& label);
  Hdf5File(Hdf5File&&) noexcept;
  ~Hdf5File();

  // Every dataset, in order of creation or name. Throws WeightsError for links to other places or files, a
  // second name of one object, groups more than 32 deep, more than 20000 objects, more than 2^28 numbers in
  // all, and an object that can't be opened.
  std::vector<Hdf5Dataset> datasets() const;
  // The paths of all groups below the root. Throws as datasets() does.
  std::vector<std::string> groups() const;
  // The dataset's values as float, row-major. Throws WeightsError where `unreadable` is not empty.
  std::vector<float> read(const Hdf5Dataset&) const;
  // A text attribute of the root; nothing where it is missing.
  std::optional<std::string> root_text(const std::string& attribute) const;

 private:
  struct Impl;
  explicit Hdf5File(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mobilith

// What tests of Keras's files share.
#pragma once

#include <hdf5.h>

#include <filesystem>
#include <functional>
#include <string>

#include "catch.h"
#include "weights/weights.h"

namespace mobilith::testing::keras_files {

inline const Configuration small{"mobilenet_v1", 0.25, 1, 32, 32, 5};

// Why the file is refused; empty: it is not.
inline std::string refusal(const std::filesystem::path& file) {
  try {
    open_weights(file);
  } catch (const WeightsError& error) {
    return error.what();
  }
  return "";
}

// Edits an HDF5 file in its place.
inline void change(const std::filesystem::path& path, const std::function<void(hid_t)>& edit) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  REQUIRE(file >= 0);
  edit(file);
  H5Fclose(file);
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace mobilith::testing::keras_files

#include "weights_file/hdf5_tree.h"

#include <hdf5.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "weights/synthetic.h"

namespace mobilith::testing {

namespace {

using nlohmann::json;

// IEEE's half: 1 sign, 5 exponent, 10 mantissa bits.
hid_t half_type() {
  const hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(type, 15, 10, 5, 0, 10);
  H5Tset_size(type, 2);
  H5Tset_ebias(type, 15);
  return type;
}

// HDF5 would cut digits off. Not for infinities.
double rounded_to_half(double value) {
  const double unit = std::ldexp(1.0, std::max(value == 0 ? 0 : std::ilogb(value), -14) - 10);
  return std::nearbyint(value / unit) * unit;
}

// A copy for the caller to close.
hid_t stored_type(const std::string& name) {
  const std::map<std::string, hid_t> types{{"float32", H5T_IEEE_F32LE}, {"float64", H5T_IEEE_F64LE},
                                           {"int8", H5T_STD_I8LE},      {"uint8", H5T_STD_U8LE},
                                           {"int32", H5T_STD_I32LE},    {"uint32", H5T_STD_U32LE},
                                           {"int64", H5T_STD_I64LE},    {"uint16", H5T_STD_U16LE}};
  if (name == "float16") return half_type();
  const auto type = types.find(name);
  if (type == types.end()) throw std::runtime_error("no HDF5 type for " + name);
  return H5Tcopy(type->second);
}

hid_t extent(const std::vector<hsize_t>& sizes) {
  return sizes.empty() ? H5Screate(H5S_SCALAR)
                       : H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr);
}

void write_attribute(hid_t group, const std::string& name, const json& attribute) {
  const std::string kind = attribute[0];
  const json& value = attribute[1];
  const bool numbers = kind == "float64";
  std::vector<std::string> texts;
  if (kind.ends_with(" json"))
    texts = {value.dump()};
  else if (value.is_array())
    texts = value.get<std::vector<std::string>>();
  else
    texts = {value.get<std::string>()};
  const bool list = value.is_array() && !kind.ends_with(" json");
  const hid_t type = H5Tcopy(numbers ? H5T_IEEE_F64LE : H5T_C_S1),
              space = extent(list ? std::vector<hsize_t>{texts.size()} : std::vector<hsize_t>{});
  if (!numbers) {
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, kind.starts_with("utf8") ? H5T_CSET_UTF8 : H5T_CSET_ASCII);
  }
  const hid_t written = H5Acreate2(group, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT);
  if (written < 0) throw std::runtime_error("can't write the attribute " + name);
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  if (!numbers && !pointers.empty()) H5Awrite(written, type, pointers.data());
  H5Aclose(written), H5Sclose(space), H5Tclose(type);
}

void write_dataset(hid_t group, const std::string& name, const json& dataset, const FormulaRules& rules) {
  const auto sizes = dataset[2].get<std::vector<hsize_t>>();
  size_t count = 1;
  for (hsize_t size : sizes) count *= size;
  const std::string type_name = dataset[3];
  std::vector<double> values = dataset[0].is_null() ? dataset[1].get<std::vector<double>>()
                                                    : formula_values(dataset[0], rules.at(dataset[1]), count);
  if (values.size() != count) throw std::runtime_error("values of another number: " + name);
  for (double& value : values)
    if (type_name == "float16")
      value = rounded_to_half(value);
    else if (!type_name.starts_with("float"))
      value = std::floor(value);
  const hid_t type = stored_type(type_name), space = extent(sizes),
              written = H5Dcreate2(group, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  if (written < 0) throw std::runtime_error("can't write the dataset " + name);
  H5Dwrite(written, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Dclose(written), H5Sclose(space), H5Tclose(type);
}

void write_group(hid_t group, const json& tree, const FormulaRules& rules) {
  for (const auto& [name, item] : tree.items()) {
    if (name == "@") {
      for (const auto& [attribute, value] : item.items()) write_attribute(group, attribute, value);
    } else if (item.is_array()) {
      write_dataset(group, name, item, rules);
    } else {
      const hid_t inner = H5Gcreate2(group, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
      write_group(inner, item, rules);
      H5Gclose(inner);
    }
  }
}

}  // namespace

std::vector<double> formula_values(const std::string& key, const std::pair<double, double>& range,
                                   size_t count) {
  std::vector<double> values(count);
  const auto [low, high] = range;
  const SyntheticNumbers numbers(key);
  for (size_t i = 0; i < count; i++) values[i] = low + (high - low) * numbers[i];
  return values;
}

void write_hdf5_tree(const std::filesystem::path& path, const json& tree, const FormulaRules& rules) {
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  if (file < 0) throw std::runtime_error("can't write " + path.string());
  write_group(file, tree, rules);
  if (H5Fclose(file) < 0) throw std::runtime_error("can't write " + path.string());
}

}  // namespace mobilith::testing

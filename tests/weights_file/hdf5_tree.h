// HDF5 files written from JSON, with values by formula: what Keras wrote, without what fills the space.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mobilith::testing {

// rule -> lowest and highest value
using FormulaRules = std::map<std::string, std::pair<double, double>>;

// Value number i of the tensor called `key` is low + (high - low) r(key, i), r as in
// tests/data/golden/README.md; of whole-numbered types the largest whole number below it.
std::vector<double> formula_values(const std::string& key, const std::pair<double, double>& range,
                                   size_t count);

// tree: groups are objects; their attributes are in "@", each [type, value] with type "utf8", "ascii" (value:
// a text or a list of texts), "utf8 json" or "ascii json" (a text which is `value` in JSON) or "float64" (an
// empty list, which is how h5py writes one). Datasets are lists: key and rule of the values, shape, NumPy's
// name of the type. Throws std::runtime_error.
void write_hdf5_tree(const std::filesystem::path&, const nlohmann::json& tree, const FormulaRules&);

}  // namespace mobilith::testing

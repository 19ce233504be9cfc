#include "models/keras_changes.h"

#include <zip.h>

#include <numeric>
#include <stdexcept>

#include "process.h"

namespace mobilith::testing {

namespace {

using nlohmann::json;

json member(zip_t* archive, const char* name) {
  zip_stat_t status;
  if (zip_stat(archive, name, 0, &status) != 0) throw std::runtime_error(std::string("no member ") + name);
  std::string bytes(status.size, '\0');
  zip_file_t* file = zip_fopen(archive, name, 0);
  const zip_int64_t read = file ? zip_fread(file, bytes.data(), bytes.size()) : -1;
  if (file) zip_fclose(file);
  if (read != static_cast<zip_int64_t>(bytes.size()))
    throw std::runtime_error(std::string("can't read ") + name);
  return json::parse(bytes);
}

// Keras does not compress them.
void write_zip(const std::filesystem::path& path, const std::vector<std::filesystem::path>& members) {
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  if (!archive) throw std::runtime_error("can't write " + path.string());
  for (const auto& file : members) {
    const zip_int64_t index =
        zip_file_add(archive, file.filename().c_str(), zip_source_file(archive, file.c_str(), 0, -1), 0);
    zip_set_file_compression(archive, index, ZIP_CM_STORE, 0);
  }
  if (zip_close(archive) != 0) throw std::runtime_error("can't write " + path.string());
}

// Most changes leave the tensors as they are: a file of them is written once, not a hundred times.
const std::string& hdf5_bytes(const json& tree, const FormulaRules& rules) {
  static std::map<std::string, std::string> known;
  if (known.size() > 20) known.clear();
  std::string& bytes = known[tree.dump()];
  if (bytes.empty()) {
    const TemporaryFolder folder;
    write_hdf5_tree(folder / "tree.h5", tree, rules);
    bytes = read_text(folder / "tree.h5");
  }
  return bytes;
}

ChangedModel changed_model(const json& row) {
  const std::string must = row["must"];
  return {row["network"],
          row["what"],
          must == "answer"   ? Must::answer
          : must == "refuse" ? Must::refuse
                             : Must::either,
          row["names"],
          row["resolution"],
          row["weights"],
          row["inputs"],
          row["answers"],
          row["patch"]};
}

}  // namespace

int ChangedModel::letters() const { return std::accumulate(what.begin(), what.end(), 0); }

std::vector<float> ChangedModel::formula_input() const {
  size_t count = 1;
  for (int side : inputs.front()) count *= side;
  const std::vector<double> values = formula_values("input", {-1.0, 1.0}, count);
  return {values.begin(), values.end()};
}

const ChangedModel& KerasChanges::find(const std::string& network, const std::string& what) const {
  for (const ChangedModel& model : models)
    if (model.network == network && model.what == what) return model;
  throw std::runtime_error("no model '" + network + ": " + what + "'");
}

json KerasChanges::saved(const ChangedModel& model) const {
  return networks.at(model.network).patch(model.patch);
}

void KerasChanges::write(const json& saved, const FileKind& kind, const std::filesystem::path& path) const {
  if (std::string(kind.member) != "config") return write_hdf5_tree(path, saved.at(kind.member), rules);
  const TemporaryFolder folder;
  const std::string config = saved.at("config").dump();
  const bool keras2 = config.find("\"batch_input_shape\"") != std::string::npos;
  write_text(
      folder / "metadata.json",
      json{{"keras_version", keras2 ? "2.21.0" : "3.15.1"}, {"date_saved", "2026-01-01@00:00:00"}}.dump());
  write_text(folder / "config.json", config);
  write_text(folder / "model.weights.h5",
             hdf5_bytes(saved.at(saved.contains("keras") ? "keras" : "weights"), rules));
  write_zip(path, {folder / "metadata.json", folder / "config.json", folder / "model.weights.h5"});
}

KerasChanges read_keras_changes(const std::filesystem::path& path) {
  zip_t* archive = zip_open(path.c_str(), ZIP_RDONLY, nullptr);
  if (!archive) throw std::runtime_error("can't open " + path.string());
  const json rules = member(archive, "rules.json"), changes = member(archive, "changes.json");
  KerasChanges read;
  read.networks = member(archive, "networks.json");
  zip_discard(archive);
  for (const auto& [rule, range] : rules.items()) read.rules[rule] = {range[0], range[1]};
  for (const json& row : changes) read.models.push_back(changed_model(row));
  return read;
}

}  // namespace mobilith::testing

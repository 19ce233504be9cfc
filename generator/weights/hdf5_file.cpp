#include "weights/hdf5_file.h"

#include <fmt/format.h>
#include <hdf5.h>

#include <cstring>
#include <utility>

#include "weights/weights.h"

namespace mobilith {

namespace {

// An HDF5 identifier with the function that closes it.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  operator hid_t() const { return id_; }
  bool valid() const { return id_ >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

constexpr int deepest = 32;
constexpr hsize_t most_values = hsize_t{1} << 28;  // 1 GB: no layer of these networks comes near
constexpr size_t longest_text = size_t{64} << 20;

// The text attribute of an object, of fixed or variable length.
std::optional<std::string> text_attribute(hid_t object, const char* name) {
  if (H5Aexists(object, name) <= 0) return std::nullopt;
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
  if (!attribute.valid()) return std::nullopt;
  const Handle type(H5Aget_type(attribute), H5Tclose), space(H5Aget_space(attribute), H5Sclose);
  if (!type.valid() || H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1)
    return std::nullopt;
  if (H5Tis_variable_str(type) > 0) {
    const Handle memory(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(memory, H5T_VARIABLE);
    H5Tset_cset(memory, H5Tget_cset(type));
    char* text = nullptr;
    if (H5Aread(attribute, memory, &text) < 0 || !text) return std::nullopt;
    std::string copy(text, strnlen(text, longest_text));
    H5free_memory(text);
    return copy;
  }
  const size_t size = H5Tget_size(type);
  if (size > longest_text) return std::nullopt;
  std::string text(size, '\0');
  if (H5Aread(attribute, type, text.data()) < 0) return std::nullopt;
  return text.substr(0, text.find('\0'));
}

struct Walk {
  std::vector<Hdf5Dataset> found;
  std::string prefix, group_name;
  int depth = 0;
};

void add_dataset(hid_t dataset, const std::string& path, Walk& walk) {
  const Handle type(H5Dget_type(dataset), H5Tclose), space(H5Dget_space(dataset), H5Sclose);
  if (!type.valid() || !space.valid() || H5Tget_class(type) != H5T_FLOAT) return;
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 1 || rank > 4) return;
  hsize_t extents[4];
  H5Sget_simple_extent_dims(space, extents, nullptr);
  Hdf5Dataset row{path, {}, walk.group_name};
  hsize_t values = 1;
  for (int i = 0; i < rank; i++) {
    if (extents[i] == 0 || extents[i] > most_values || (values *= extents[i]) > most_values) return;
    row.shape.push_back(static_cast<int>(extents[i]));
  }
  walk.found.push_back(std::move(row));
}

herr_t visit(hid_t group, const char* name, const H5L_info_t* link, void* context) {
  auto& walk = *static_cast<Walk*>(context);
  if (link->type != H5L_TYPE_HARD || walk.depth >= deepest) return 0;
  const Handle object(H5Oopen(group, name, H5P_DEFAULT), H5Oclose);
  if (!object.valid()) return 0;
  const H5I_type_t kind = H5Iget_type(object);
  const std::string path = walk.prefix + "/" + name;
  if (kind == H5I_DATASET) add_dataset(object, path, walk);
  if (kind != H5I_GROUP) return 0;
  const Walk outer{{}, walk.prefix, walk.group_name, walk.depth};
  walk.prefix = path;
  walk.group_name = text_attribute(object, "name").value_or("");
  walk.depth++;
  H5Literate(object, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, visit, context);
  walk.prefix = outer.prefix, walk.group_name = outer.group_name, walk.depth = outer.depth;
  return 0;
}

}  // namespace

struct Hdf5File::Impl {
  std::string label;
  std::string bytes;  // where the file is in memory
  Handle file;
};

Hdf5File::Hdf5File(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Hdf5File::Hdf5File(Hdf5File&&) noexcept = default;
Hdf5File::~Hdf5File() = default;

Hdf5File Hdf5File::open(const std::string& path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // errors are ours to word
  Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file.valid()) throw WeightsError(fmt::format("{}: a damaged HDF5 file, or one cut short", path));
  return Hdf5File(std::make_unique<Impl>(Impl{path, {}, std::move(file)}));
}

Hdf5File Hdf5File::from_memory(std::string bytes, const std::string& label) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  auto impl = std::make_unique<Impl>(Impl{label, std::move(bytes), Handle(-1, H5Fclose)});
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fapl_core(access, 64 << 10, false);
  H5Pset_file_image(access, impl->bytes.data(), impl->bytes.size());
  Handle file(H5Fopen("weights-in-memory", H5F_ACC_RDONLY, access), H5Fclose);
  if (!file.valid()) throw WeightsError(fmt::format("{}: a damaged HDF5 file, or one cut short", label));
  return Hdf5File(std::make_unique<Impl>(Impl{label, std::move(impl->bytes), std::move(file)}));
}

std::vector<Hdf5Dataset> Hdf5File::datasets() const {
  Walk walk;
  H5Literate(impl_->file, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, visit, &walk);
  return std::move(walk.found);
}

std::vector<float> Hdf5File::read(const Hdf5Dataset& row) const {
  const Handle dataset(H5Dopen2(impl_->file, row.path.c_str(), H5P_DEFAULT), H5Dclose);
  size_t count = 1;
  for (int extent : row.shape) count *= static_cast<size_t>(extent);
  std::vector<float> values(count);
  if (!dataset.valid() ||
      H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
    throw WeightsError(
        fmt::format("{}: {}: can't be read; the file is damaged or cut short", impl_->label, row.path));
  return values;
}

std::optional<std::string> Hdf5File::root_text(const std::string& attribute) const {
  const Handle root(H5Oopen(impl_->file, "/", H5P_DEFAULT), H5Oclose);
  return root.valid() ? text_attribute(root, attribute.c_str()) : std::nullopt;
}

}  // namespace mobilith

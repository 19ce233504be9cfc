#include "weights/hdf5_file.h"

#include <fmt/format.h>
#include <hdf5.h>

#include <cstring>
#include <set>
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
constexpr hsize_t most_values = hsize_t{1} << 28;  // of all datasets, 1 GB: no network here comes near
constexpr size_t most_objects = 20'000;            // a layer has some five, its optimiser's state ten
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
  std::vector<std::string> groups;
  std::string prefix, group_name;
  std::string fault;  // what ends the walk
  int depth = 0;
  std::set<haddr_t> seen{};  // places in the file
  hsize_t values = 0;
};

// Whether the file has all of the dataset. HDF5 makes up what is not there: zeros, which would be taken for
// weights.
bool is_stored(hid_t dataset, hid_t properties) {
  if (H5Pget_layout(properties) != H5D_CHUNKED) {
    H5D_space_status_t status = H5D_SPACE_STATUS_NOT_ALLOCATED;
    return H5Dget_space_status(dataset, &status) >= 0 && status == H5D_SPACE_STATUS_ALLOCATED;
  }
  const Handle space(H5Dget_space(dataset), H5Sclose);
  hsize_t extents[H5S_MAX_RANK], chunk[H5S_MAX_RANK], stored = 0, all = 1;
  const int rank = H5Sget_simple_extent_dims(space, extents, nullptr);
  if (rank < 1 || H5Pget_chunk(properties, H5S_MAX_RANK, chunk) != rank) return false;
  // Of more than most_values there is no answer to give: the shape is refused.
  for (int i = 0; i < rank && all <= most_values; i++)
    all = chunk[i] == 0 ? 0 : all * ((extents[i] + chunk[i] - 1) / chunk[i]);
  return H5Dget_num_chunks(dataset, space, &stored) >= 0 && stored == all;
}

// Only data that lies in the file itself, packed with filters that are at hand, is read.
std::string why_unreadable(hid_t dataset) {
  const Handle type(H5Dget_type(dataset), H5Tclose), properties(H5Dget_create_plist(dataset), H5Pclose);
  if (!type.valid() || !properties.valid()) return "can't be opened";
  if (H5Tget_class(type) != H5T_FLOAT) return "holds no floating-point numbers";
  const H5D_layout_t layout = H5Pget_layout(properties);
  if (layout != H5D_CONTIGUOUS && layout != H5D_COMPACT && layout != H5D_CHUNKED)
    return "is put together from other datasets (virtual), expected data of its own";
  if (H5Pget_external_count(properties) != 0) return "lies in another file (external storage)";
  for (int i = 0; i < H5Pget_nfilters(properties); i++) {
    unsigned flags = 0, config = 0;
    size_t values = 0;
    char name[64] = "";
    const H5Z_filter_t filter = H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &values, nullptr,
                                               sizeof name, name, &config);
    if (filter < 0 || H5Zfilter_avail(filter) <= 0)
      return fmt::format(
          "is compressed with '{}' (filter {}), which can't be read here; save it without, or with gzip",
          name, static_cast<int>(filter));
  }
  if (!is_stored(dataset, properties))
    return "was never wholly written: the file has no place for all of its numbers";
  return "";
}

void add_dataset(hid_t dataset, const std::string& path, Walk& walk) {
  Hdf5Dataset row{path, {}, walk.group_name, false, why_unreadable(dataset)};
  const Handle type(H5Dget_type(dataset), H5Tclose);
  row.f32 = type.valid() && H5Tget_class(type) == H5T_FLOAT && H5Tget_size(type) == sizeof(float);
  const Handle space(H5Dget_space(dataset), H5Sclose);
  const int rank = space.valid() ? H5Sget_simple_extent_ndims(space) : -1;
  if (rank >= 1 && rank <= 4) {
    hsize_t extents[4];
    H5Sget_simple_extent_dims(space, extents, nullptr);
    hsize_t values = 1;
    for (int i = 0; i < rank && values > 0; i++) {
      values = extents[i] > most_values || values * extents[i] > most_values ? 0 : values * extents[i];
      row.shape.push_back(static_cast<int>(extents[i]));
    }
    if (values == 0) row.shape.clear();
  }
  if (row.shape.empty() && row.unreadable.empty())
    row.unreadable = fmt::format("has {} dimensions or an extent that no layer's weights have", rank);
  hsize_t values = row.unreadable.empty() ? 1 : 0;
  for (const int extent : row.shape) values *= static_cast<hsize_t>(extent);
  walk.values += values;
  walk.found.push_back(std::move(row));
}

herr_t visit(hid_t group, const char* name, const H5L_info_t* link, void* context) {
  auto& walk = *static_cast<Walk*>(context);
  const std::string path = walk.prefix + "/" + name;
  const auto stop = [&](const char* why) {
    walk.fault = fmt::format("'{}' {}", path, why);
    return -1;
  };
  if (link->type != H5L_TYPE_HARD) return stop("is a link to another place, expected a group or a dataset");
  if (walk.depth >= deepest) return stop("lies too deep: over 32 groups");
  // A loop, or one folder seen by many ways: no writer makes either, and the ways can be 2^32.
  if (!walk.seen.insert(link->u.address).second) return stop("is another name of what the file has already");
  if (walk.seen.size() > most_objects) return stop("is one object too many: over 20000");
  const Handle object(H5Oopen(group, name, H5P_DEFAULT), H5Oclose);
  if (!object.valid()) return stop("can't be opened: the file is damaged or cut short");
  const H5I_type_t kind = H5Iget_type(object);
  if (kind == H5I_DATASET) add_dataset(object, path, walk);
  if (walk.values > most_values) return stop("is too much: all datasets together have over 2^28 numbers");
  if (kind != H5I_GROUP) return 0;
  walk.groups.push_back(path);
  const std::string prefix = std::exchange(walk.prefix, path),
                    group_name = std::exchange(walk.group_name, text_attribute(object, "name").value_or(""));
  walk.depth++;
  const herr_t result = H5Literate(object, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, visit, context);
  walk.depth--;
  walk.prefix = prefix, walk.group_name = group_name;
  if (result < 0 && walk.fault.empty()) return stop("can't be listed: the file is damaged or cut short");
  return result;
}

}  // namespace

struct Hdf5File::Impl {
  std::string label;
  Handle file;
};

Hdf5File::Hdf5File(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Hdf5File::Hdf5File(Hdf5File&&) noexcept = default;
Hdf5File::~Hdf5File() = default;

Hdf5File Hdf5File::from_memory(const std::string& bytes, const std::string& label) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // errors are ours to word
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fapl_core(access, 64 << 10, false);
  H5Pset_file_image(access, const_cast<char*>(bytes.data()), bytes.size());  // copies
  Handle file(H5Fopen("weights-in-memory", H5F_ACC_RDONLY, access), H5Fclose);
  if (file.valid()) return Hdf5File(std::make_unique<Impl>(Impl{label, std::move(file)}));
  // Superblocks from version 2 on say at byte 11 whether a writer has the file open.
  const bool writing = bytes.size() > 11 && bytes[8] >= 2 && bytes[8] <= 3 && (bytes[11] & 1);
  throw WeightsError(
      writing ? fmt::format("{}: a program has the HDF5 file open for writing, or died while it had", label)
              : fmt::format("{}: a damaged HDF5 file, or one cut short", label));
}

namespace {

Walk walk_of(hid_t file, const std::string& label) {
  Walk walk;
  const herr_t result = H5Literate(file, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, visit, &walk);
  if (!walk.fault.empty()) throw WeightsError(fmt::format("{}: {}", label, walk.fault));
  if (result < 0) throw WeightsError(fmt::format("{}: a damaged HDF5 file, or one cut short", label));
  return walk;
}

}  // namespace

std::vector<Hdf5Dataset> Hdf5File::datasets() const { return walk_of(impl_->file, impl_->label).found; }
std::vector<std::string> Hdf5File::groups() const { return walk_of(impl_->file, impl_->label).groups; }

std::vector<float> Hdf5File::read(const Hdf5Dataset& row) const {
  if (!row.unreadable.empty())
    throw WeightsError(fmt::format("{}: {} {}", impl_->label, row.path, row.unreadable));
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

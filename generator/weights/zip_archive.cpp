#include "weights/zip_archive.h"

#include <fmt/format.h>
#include <zip.h>

#include <set>

#include "models/model_error.h"
#include "state_dicts/zip_extent.h"

namespace mobilith {

namespace {

// How much members may be inflated to: weights hardly are at all, settings some ten times.
constexpr uint64_t most_inflated = 16, least_room = uint64_t{16} << 20;

}  // namespace

ZipArchive::ZipArchive(const std::string& bytes, const std::string& label)
    : label_(label), archive_(nullptr), left_(least_room + most_inflated * bytes.size()) {
  if (const std::string fault = file::zip_extent_fault(bytes); !fault.empty())
    throw WeightsError(fmt::format("{}: a damaged zip file (.keras): it {}", label_, fault));
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (source) archive_ = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (!archive_ && source) zip_source_free(source);
  const std::string why = archive_ ? "" : zip_error_strerror(&error);
  zip_error_fini(&error);
  if (!archive_)
    throw WeightsError(fmt::format("{}: a damaged zip file (.keras), or one cut short ({})", label_, why));
  // Of two members of one name Python reads the last, libzip the first: nobody can say which is the model's.
  std::set<std::string> names;
  for (std::string& name : members())
    if (const auto [place, first] = names.insert(std::move(name)); !first) {
      zip_discard(archive_);
      throw WeightsError(fmt::format("{}: the zip file has two members '{}'", label_, *place));
    }
}

ZipArchive::~ZipArchive() { zip_discard(archive_); }

std::vector<std::string> ZipArchive::members() const {
  std::vector<std::string> names;
  for (zip_int64_t i = 0; i < zip_get_num_entries(archive_, 0); i++)
    if (const char* name = zip_get_name(archive_, static_cast<zip_uint64_t>(i), 0)) names.emplace_back(name);
  return names;
}

std::string ZipArchive::read(const std::string& member) const {
  zip_stat_t status;
  if (zip_stat(archive_, member.c_str(), 0, &status) != 0 || !(status.valid & ZIP_STAT_SIZE))
    throw WeightsError(fmt::format("{}: not a .keras file: '{}' is missing from it", label_, member));
  if (status.size > left_)
    throw WeightsError(
        fmt::format("{}: '{}' would be {} times as large as all of the file or more: no model "
                    "is compressed so well",
                    label_, member, most_inflated));
  left_ -= status.size;
  zip_file_t* file = zip_fopen(archive_, member.c_str(), 0);
  if (!file) throw WeightsError(fmt::format("{}: '{}': {}", label_, member, zip_strerror(archive_)));
  // Grown as bytes come: the size in the directory is the file's claim.
  std::string bytes;
  char block[1 << 16];
  zip_int64_t got = 0;
  while ((got = zip_fread(file, block, sizeof block)) > 0 && bytes.size() <= status.size)
    bytes.append(block, static_cast<size_t>(got));
  const bool whole = zip_fclose(file) == 0 && got == 0 && bytes.size() == status.size;
  if (!whole) throw WeightsError(fmt::format("{}: '{}' is damaged", label_, member));
  return bytes;
}

}  // namespace mobilith

#include "weights/zip_archive.h"

#include <fmt/format.h>
#include <zip.h>

#include "weights/weights.h"

namespace mobilith {

ZipArchive::ZipArchive(const std::string& path) : path_(path), archive_(nullptr) {
  int code = 0;
  archive_ = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (archive_) return;
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  const std::string why = zip_error_strerror(&error);
  zip_error_fini(&error);
  throw WeightsError(fmt::format("{}: a damaged .keras file, or one cut short ({})", path, why));
}

ZipArchive::~ZipArchive() { zip_discard(archive_); }

std::string ZipArchive::read(const std::string& member) const {
  zip_stat_t status;
  if (zip_stat(archive_, member.c_str(), 0, &status) != 0 || !(status.valid & ZIP_STAT_SIZE))
    throw WeightsError(fmt::format("{}: not a .keras file: '{}' is missing from it", path_, member));
  if (status.size > zip_uint64_t{4} << 30)
    throw WeightsError(fmt::format("{}: '{}' is over 4 GB", path_, member));
  zip_file_t* file = zip_fopen(archive_, member.c_str(), 0);
  if (!file) throw WeightsError(fmt::format("{}: '{}': {}", path_, member, zip_strerror(archive_)));
  // Grown as bytes come: the size in the directory is the file's claim.
  std::string bytes;
  char block[1 << 16];
  zip_int64_t got = 0;
  while ((got = zip_fread(file, block, sizeof block)) > 0 && bytes.size() <= status.size)
    bytes.append(block, static_cast<size_t>(got));
  const bool whole = zip_fclose(file) == 0 && got == 0 && bytes.size() == status.size;
  if (!whole) throw WeightsError(fmt::format("{}: '{}' is damaged", path_, member));
  return bytes;
}

}  // namespace mobilith

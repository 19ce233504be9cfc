#include "state_dicts/zip_members.h"

#include <fmt/format.h>
#include <zip.h>

#include "graph/file_error.h"

namespace mobilith::file {

ZipMembers::ZipMembers(const std::string& bytes) : left_(bytes.size()) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (source) archive_ = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (!archive_ && source) zip_source_free(source);
  const std::string why = archive_ ? "" : zip_error_strerror(&error);
  zip_error_fini(&error);
  if (!archive_) throw Error(fmt::format("a damaged zip file, or one cut short ({})", why));
  const zip_int64_t count = zip_get_num_entries(archive_, 0);
  for (zip_int64_t i = 0; i < count; i++) {
    const char* name = zip_get_name(archive_, zip_uint64_t(i), 0);
    if (!name) continue;
    const std::string text(name);
    if (text.ends_with("/")) continue;
    if (!names_.emplace(text, uint64_t(i)).second) {
      zip_discard(archive_);
      throw Error(fmt::format("the zip file has two members {}", quoted(text)));
    }
  }
}

ZipMembers::~ZipMembers() { zip_discard(archive_); }

std::string ZipMembers::read(const std::string& name) {
  const auto found = names_.find(name);
  if (found == names_.end()) throw Error(fmt::format("the zip file has no member {}", quoted(name)));
  zip_stat_t status;
  if (zip_stat_index(archive_, found->second, 0, &status) != 0 || !(status.valid & ZIP_STAT_SIZE) ||
      !(status.valid & ZIP_STAT_COMP_METHOD))
    throw Error(fmt::format("member {}: {}", quoted(name), zip_strerror(archive_)));
  if (status.comp_method != ZIP_CM_STORE)
    throw Error(fmt::format("member {}: is compressed; torch.save stores as it is", quoted(name)));
  if (status.size > left_) throw Error("the zip file's members are larger than the file");
  left_ -= status.size;
  zip_file_t* file = zip_fopen_index(archive_, found->second, 0);
  if (!file) throw Error(fmt::format("member {}: {}", quoted(name), zip_strerror(archive_)));
  std::string bytes(status.size, '\0');
  uint64_t got = 0;
  zip_int64_t step = 1;
  while (got < status.size && (step = zip_fread(file, bytes.data() + got, status.size - got)) > 0)
    got += uint64_t(step);
  // One more, so that the checksum is looked at.
  char end = 0;
  const bool whole = got == status.size && zip_fread(file, &end, 1) == 0;
  if (zip_fclose(file) != 0 || !whole) throw Error(fmt::format("member {}: is damaged", quoted(name)));
  return bytes;
}

}  // namespace mobilith::file

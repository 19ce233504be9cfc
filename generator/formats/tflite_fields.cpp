// Fields that mobilith_tflite.fbs does not know.
#include <fmt/format.h>

#include "formats/tflite_file.h"
#include "graph/file_error.h"

namespace mobilith::file {

namespace {

constexpr int64_t first_field = 2;  // of a vtable's 16-bit words, after its size and the table's

}  // namespace

// Fields that are known are numbered from 0, as in the file; a table's vtable says where each is, 0: not
// there.
void expect_known_fields(const uint8_t* table, const flatbuffers::TypeTable& type, const std::string& place) {
  using flatbuffers::ReadScalar;
  const uint8_t* vtable = table - ReadScalar<flatbuffers::soffset_t>(table);
  const int64_t fields = ReadScalar<flatbuffers::voffset_t>(vtable) / 2 - first_field;
  for (int64_t i = 0; i < fields; ++i) {
    const auto offset = ReadScalar<flatbuffers::voffset_t>(vtable + 2 * (first_field + i));
    if (offset == 0) continue;
    if (i >= int64_t(type.num_elems))
      throw Error(
          fmt::format("{} has a field {} that is not known; is the file newer than Mobilith?", place, i));
    const flatbuffers::TypeCode code = type.type_codes[i];
    if (code.base_type != flatbuffers::ET_SEQUENCE) continue;
    const flatbuffers::TypeTable& inner = *type.type_refs[code.sequence_ref]();
    const uint8_t* at = table + offset + ReadScalar<flatbuffers::uoffset_t>(table + offset);
    if (inner.num_elems == 0) continue;  // refused, or read later
    if (!code.is_repeating) {
      expect_known_fields(at, inner, place);
      continue;
    }
    const auto count = ReadScalar<flatbuffers::uoffset_t>(at);
    for (flatbuffers::uoffset_t k = 0; k < count; ++k) {
      const uint8_t* entry = at + 4 + 4 * size_t(k);
      expect_known_fields(entry + ReadScalar<flatbuffers::uoffset_t>(entry), inner, place);
    }
  }
}

}  // namespace mobilith::file

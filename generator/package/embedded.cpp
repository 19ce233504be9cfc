#include "package/embedded.h"

extern "C" {
extern const char mobilith_embedded_archive[], mobilith_embedded_archive_end[];
extern const char mobilith_embedded_header[], mobilith_embedded_header_end[];
}

namespace mobilith::embedded {

std::string_view runtime_archive() { return {mobilith_embedded_archive, mobilith_embedded_archive_end}; }
std::string_view runtime_header() { return {mobilith_embedded_header, mobilith_embedded_header_end}; }

}  // namespace mobilith::embedded

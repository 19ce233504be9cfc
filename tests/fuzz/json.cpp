// JSON of others, as manifests are read: within its bounds, and as the plain parser reads it.
#include <cstdlib>
#include <string>

#include "fuzz/harness.h"
#include "text/bounded_json.h"
#include "text/printable.h"

using namespace mobilith;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  if (!is_printable(printable(text))) std::abort();
  try {
    const nlohmann::json json = parse_json_within(text, {.names_once = true, .printable = true});
    if (nlohmann::json::parse(json.dump()) != json) std::abort();
  } catch (const JsonFault& fault) {
    if (std::string(fault.what()).find('\n') != std::string::npos) std::abort();
  }
  return 0;
}

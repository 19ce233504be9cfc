// Model files of every format, by their bytes: read, and a network looked for in them. HDF5 and zip files go
// through a child, as `mobilith generate` reads all: libhdf5 is known to crash on damaged ones.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "apart/open_apart.h"
#include "fuzz/harness.h"
#include "graph/file_error.h"

using namespace mobilith;

namespace {

// Zeros for what ONNX's tensors may name (corpus/model/external_data.onnx); there is no other file.
std::string file_beside(const std::string& name, size_t most) {
  if (!name.ends_with(".data")) throw file::Error("no file " + file::quoted(name) + " beside it");
  return std::string(std::min(most, size_t{128} << 10), '\0');
}

// One line, or the harness has found something.
void expect_one_line(const std::string& message) {
  if (message.empty() || message.find('\n') != message.npos) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const auto text = std::make_shared<const std::string>(reinterpret_cast<const char*>(bytes), size);
  ModelFiles files("model", false, text, file_beside);
  // Of two sizes one is asked for its own numbers: those of quantised files.
  const ReadOptions options{.as_f32 = size % 2 == 0, .height = 32, .width = 32};
  try {
    const bool apart = text->starts_with("\x89HDF") || text->starts_with("PK");
    const ChildWork work{[&](ModelFiles& own) { return read_held(own, options); }, [](const HeldByFile&) {}};
    HeldByFile content =
        apart ? read_apart(files, work, {.bytes = size_t{1} << 30, .seconds = 2}) : read_held(files, options);
    weights_of({files.path(), files.hash(), std::move(content)}, options);
  } catch (const FieldError& error) {
    expect_one_line(error.what());
  } catch (const file::Error& error) {
    expect_one_line(error.what());
  }
  return 0;
}

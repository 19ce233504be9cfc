// SavedModels whose files are cut or damaged: a graph, or one line that says why not; never a crash.
#include "catch.h"
#include "formats/saved_models.h"
#include "graph/file_error.h"

namespace test_saved_model_damage {

using namespace mobilith;
using namespace mobilith::testing;

TEST_CASE("a SavedModel with damaged bytes is refused or is another one") {
  uint32_t random = 1;
  const auto next = [&](size_t below) {
    random = random * 1664525 + 1013904223;
    return size_t(random >> 8) % below;
  };
  int read_still = 0, refused = 0;
  for (const auto& [name, files] : saved_models())
    for (const auto& [part, whole] : files)
      for (int k = 0; k < 60; ++k) {
        SavedModelFiles damaged = files;
        std::string& bytes = damaged[part];
        for (size_t flips = 1 + next(3); flips > 0; --flips)
          bytes[next(bytes.size())] = next(2) ? char(next(256)) : char(next(2) ? 0xff : 0x7f);
        if (k % 6 == 0) bytes.resize(next(bytes.size()));
        const std::string why = refusal(damaged);
        CHECK(why.find('\n') == std::string::npos);
        ++(why.empty() ? read_still : refused);
      }
  // Else nothing was tried.
  CHECK(read_still > 100);
  CHECK(refused > 100);
}

}  // namespace test_saved_model_damage

// Files of weights, given in memory and by path: the runtime takes the file that its library was generated
// with, and refuses all others by status.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "fuzz/harness.h"
#include "mobilith_weights.h"
#include "runtime/model.h"
#include "runtime/session.h"

using namespace mobilith::handmade;

namespace {

// The hand-made model with its weights in a file of so many bytes.
mobilith_model model_with(size_t bytes, uint64_t checksum) {
  mobilith_model m = model();
  m.weights = nullptr, m.weights_bytes = bytes, m.weights_checksum = checksum;
  return m;
}

mobilith_status run(const mobilith_model& m, const mobilith_options& options, float* output) {
  const float input[floats] = {1, -2, 3, 0.5f};
  mobilith_session* session = nullptr;
  const mobilith_status status = mobilith_session_create(&m, &options, &session);
  if (status != MOBILITH_OK) return session ? std::abort(), status : status;
  if (mobilith_run(session, input, sizeof input, output, floats * sizeof(float)) != MOBILITH_OK) std::abort();
  mobilith_session_destroy(session);
  return status;
}

// Of exactly these bytes: what is read behind them is found. By path, the same.
mobilith_status try_both(const mobilith_model& m, const uint8_t* bytes, size_t size) {
  static const int file = memfd_create("weights", 0);
  if (file < 0 || ftruncate(file, 0) != 0 || pwrite(file, bytes, size, 0) != ssize_t(size)) std::abort();
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  void* copy = nullptr;
  if (posix_memalign(&copy, 64, size) != 0) std::abort();
  std::memcpy(copy, bytes, size);
  mobilith_options in_memory = with_threads(1), in_file = in_memory;
  in_memory.weights = copy, in_memory.weights_bytes = size;
  in_file.weights_file = path.c_str();
  float first[floats] = {}, second[floats] = {};
  const mobilith_status status = run(m, in_memory, first);
  if (run(m, in_file, second) != status || std::memcmp(first, second, sizeof first) != 0) std::abort();
  free(copy);
  return status;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size == 0) return 0;  // no file can be mapped of it
  mobilith_weights_header header{};
  std::memcpy(&header, bytes, std::min(size, sizeof header));
  // The library whose file it claims to be, and one whose it is not. The step that reads weights takes the
  // first 16 bytes.
  if (header.bytes >= 16 && header.bytes % 32 == 0)
    if (try_both(model_with(header.bytes, header.checksum), bytes, size) == MOBILITH_OK &&
        (size != sizeof header + header.bytes ||
         mobilith_weights_checksum(bytes + sizeof header, header.bytes) != header.checksum))
      std::abort();
  if (try_both(model_with(64, ~header.checksum), bytes, size) != MOBILITH_WRONG_WEIGHTS) std::abort();
  return 0;
}

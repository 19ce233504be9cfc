// A library whose weights are in a file, and bytes of such files in memory.
#pragma once

#include <cstdlib>
#include <cstring>

#include "bench/loaded_library.h"
#include "catch.h"
#include "targets/golden_target.h"

namespace mobilith::targets {

// A library in this process, and its file.
struct Library {
  TemporaryFolder folder;
  nlohmann::json golden;
  LoadedLibrary loaded;
  std::filesystem::path file;
  std::string bytes;

  explicit Library(const std::string& cpus = "x86-64-v2", const std::string& golden_file = small_goldens[0])
      : golden(generate_golden(golden_file, {"--weights-file", "--cpu", cpus}, folder / "tree")),
        loaded(LoadedLibrary::from_tree(folder / "tree")),
        file(folder / "tree/share/golden_model/golden_model.weights"),
        bytes(read_text(file)) {}

  mobilith_status create(mobilith_options options) const {
    mobilith_session* session = reinterpret_cast<mobilith_session*>(1);
    const mobilith_status status = mobilith_session_create(loaded.model(), &options, &session);
    CHECK((session != nullptr) == (status == MOBILITH_OK));
    mobilith_session_destroy(session);
    return status;
  }

  mobilith_status with_file(const std::filesystem::path& path) const {
    mobilith_options options;
    mobilith_options_init(&options);
    options.weights_file = path.c_str();
    return create(options);
  }

  mobilith_status with_file_of(const std::string& contents) const {
    write_text(folder / "other", contents);
    return with_file(folder / "other");
  }

  mobilith_status with_memory(const void* memory, size_t count) const {
    mobilith_options options;
    mobilith_options_init(&options);
    options.weights = memory;
    options.weights_bytes = count;
    return create(options);
  }
};

// A copy at a 64-byte boundary, plus `offset` bytes.
class Aligned {
 public:
  explicit Aligned(const std::string& bytes, size_t offset = 0)
      : memory_(std::aligned_alloc(64, (bytes.size() + offset + 127) / 64 * 64)), offset_(offset) {
    std::memcpy(data(), bytes.data(), bytes.size());
  }
  ~Aligned() { std::free(memory_); }
  Aligned(const Aligned&) = delete;
  char* data() const { return static_cast<char*>(memory_) + offset_; }

 private:
  void* memory_;
  size_t offset_;
};

}  // namespace mobilith::targets

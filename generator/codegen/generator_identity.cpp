#include "codegen/generator_identity.h"

#include <elf.h>
#include <fmt/format.h>
#include <link.h>

#include <cstring>
#include <optional>

#include "process/files.h"
#include "text/sha256.h"

namespace mobilith {

namespace {

constexpr size_t note_alignment = 4;

size_t aligned(size_t bytes) { return (bytes + note_alignment - 1) / note_alignment * note_alignment; }

// The build id in a segment of notes, in hex, or "".
std::string build_id_in(const char* notes, size_t bytes) {
  ElfW(Nhdr) note;
  for (size_t at = 0; at + sizeof note <= bytes;) {
    std::memcpy(&note, notes + at, sizeof note);
    const size_t name = at + sizeof note, contents = name + aligned(note.n_namesz);
    if (contents + note.n_descsz > bytes) return "";
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof ELF_NOTE_GNU &&
        std::memcmp(notes + name, ELF_NOTE_GNU, sizeof ELF_NOTE_GNU) == 0) {
      std::string hex;
      for (size_t i = 0; i < note.n_descsz; i++)
        hex += fmt::format("{:02x}", static_cast<unsigned char>(notes[contents + i]));
      return hex;
    }
    at = contents + aligned(note.n_descsz);
  }
  return "";
}

// The first object that is visited is the program.
int visit_program(dl_phdr_info* program, size_t, void* found) {
  std::string& id = *static_cast<std::string*>(found);
  for (int i = 0; i < program->dlpi_phnum && id.empty(); i++)
    if (const ElfW(Phdr) & segment = program->dlpi_phdr[i]; segment.p_type == PT_NOTE)
      id = build_id_in(reinterpret_cast<const char*>(program->dlpi_addr + segment.p_vaddr), segment.p_memsz);
  return 1;
}

std::string find_identity() {
  std::string id;
  dl_iterate_phdr(visit_program, &id);
  if (!id.empty()) return id;
  const std::optional<std::string> program = read_bytes("/proc/self/exe");
  return program ? sha256(*program) : "";
}

}  // namespace

const std::string& generator_identity() {
  static const std::string identity = find_identity();
  return identity;
}

}  // namespace mobilith

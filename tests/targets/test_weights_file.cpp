// Weights beside the library: the right file is mapped and shared, every other file is a status.
#include <algorithm>
#include <random>
#include <sstream>

#include "catch.h"
#include "runtime/large_pages.h"
#include "skip.h"
#include "targets/evidence.h"
#include "targets/golden_target.h"
#include "targets/weights_library.h"
#include "targets/x86_cpus.h"

namespace test_weights_file {

using namespace mobilith;
using namespace mobilith::targets;

namespace {

const Library& library() {
  static const Library made;
  return made;
}

// Lines of this process's memory map that name the file.
Words mappings_of(const std::filesystem::path& file) {
  std::istringstream lines(read_text("/proc/self/maps"));
  Words found;
  for (std::string line; std::getline(lines, line);)
    if (line.ends_with(file.string())) found.push_back(line);
  return found;
}

}  // namespace

TEST_CASE("with its file beside it, a library gives Keras's outputs", "[golden]") {
  Evidence evidence("x86_64-linux-gnu", "run here", small_networks + " with --weights-file");
  for (const std::string& name : small_goldens) {
    INFO(name);
    const TemporaryFolder folder;
    const nlohmann::json golden =
        generate_golden(name, {"--weights-file", "--cpu", "x86-64-v2"}, folder / "tree");
    golden::build_runner({"cc"}, folder / "tree", folder / "runner");
    const std::string file = folder / "tree/share/golden_model/golden_model.weights";
    const ProcessResult result = run_process({folder / "runner", "2", file});
    INFO(result.err);
    REQUIRE(result.code == 0);
    golden::check_against_keras(golden, golden::parse_run(result.out));
    const ProcessResult unnamed = run_process({folder / "runner", "1"});
    CHECK(unnamed.code == 1);
    CHECK(unnamed.err.starts_with("status 8: "));  // MOBILITH_NO_WEIGHTS
  }
  evidence.passed();
}

TEST_CASE("one file serves all CPUs of a library", "[golden]") {
  const TemporaryFolder folder;
  const nlohmann::json golden =
      generate_golden(small_goldens[0], {"--weights-file", "--cpu", "x86-64-v2,x86-64-v3"}, folder / "tree");
  golden::build_runner({"cc"}, folder / "tree", folder / "runner");
  const std::string file = folder / "tree/share/golden_model/golden_model.weights";
  for (const char* cpu : {"x86-64-v2", "x86-64-v3"}) {
    const ProcessResult result =
        run_process({folder / "runner", "1", file}, {"MOBILITH_CPU=" + std::string(cpu)});
    if (!cpu_runs(cpu)) {
      CHECK(result.err.starts_with("status 4: "));  // MOBILITH_UNSUPPORTED_CPU
      skip("this CPU lacks what " + std::string(cpu) + " has");
      continue;
    }
    REQUIRE(result.code == 0);
    golden::check_against_keras(golden, golden::parse_run(result.out));
  }
}

TEST_CASE("sessions map the file read-only and shared, and let it go", "[status]") {
  const Library& l = library();
  mobilith_options options;
  mobilith_options_init(&options);
  options.weights_file = l.file.c_str();
  mobilith_session* sessions[2];
  for (mobilith_session*& session : sessions)
    REQUIRE(mobilith_session_create(l.loaded.model(), &options, &session) == MOBILITH_OK);
  for (const std::string& line : mappings_of(l.file)) {
    INFO(line);
    CHECK(line.find(" r--s ") != std::string::npos);
  }
  CHECK(!mappings_of(l.file).empty());
  for (mobilith_session* session : sessions) mobilith_session_destroy(session);
  CHECK(mappings_of(l.file).empty());
}

TEST_CASE("no weights: unnamed, missing, a folder, empty", "[status]") {
  const Library& l = library();
  CHECK(mobilith_session_create(l.loaded.model(), nullptr, nullptr) == MOBILITH_INVALID_ARGUMENT);
  mobilith_session* session = nullptr;
  CHECK(mobilith_session_create(l.loaded.model(), nullptr, &session) == MOBILITH_NO_WEIGHTS);
  CHECK(l.with_file(l.folder / "missing") == MOBILITH_NO_WEIGHTS);
  CHECK(l.with_file("") == MOBILITH_NO_WEIGHTS);
  CHECK(l.with_file(l.folder.path()) == MOBILITH_NO_WEIGHTS);
  CHECK(l.with_file("/dev/null") == MOBILITH_NO_WEIGHTS);
  CHECK(l.with_file_of("") == MOBILITH_NO_WEIGHTS);
}

TEST_CASE("wrong weights: another library's, cut, grown, foreign; each bit of the header counts",
          "[status]") {
  const Library& l = library();
  CHECK(l.with_file_of(l.bytes) == MOBILITH_OK);
  const Library other("x86-64-v2", small_goldens[1]);
  CHECK(l.with_file(other.file) == MOBILITH_WRONG_WEIGHTS);
  CHECK(other.with_file(l.file) == MOBILITH_WRONG_WEIGHTS);
  for (size_t size : {size_t{1}, size_t{63}, size_t{64}, size_t{65}, l.bytes.size() / 2, l.bytes.size() - 64,
                      l.bytes.size() - 1})
    CHECK(l.with_file_of(l.bytes.substr(0, size)) == MOBILITH_WRONG_WEIGHTS);
  for (size_t more : {1, 64, 4096})
    CHECK(l.with_file_of(l.bytes + std::string(more, '\0')) == MOBILITH_WRONG_WEIGHTS);
  CHECK(l.with_file_of("\x7f"
                       "ELF, as it were") == MOBILITH_WRONG_WEIGHTS);
  CHECK(l.with_file_of(std::string(l.bytes.size(), '\0')) == MOBILITH_WRONG_WEIGHTS);
  CHECK(l.with_file(MOBILITH_PROGRAM) == MOBILITH_WRONG_WEIGHTS);

  const Aligned memory(l.bytes);
  for (size_t bit = 0; bit < 64 * 8; bit++) {
    INFO("bit " << bit);
    memory.data()[bit / 8] ^= static_cast<char>(1 << bit % 8);
    CHECK(l.with_memory(memory.data(), l.bytes.size()) == MOBILITH_WRONG_WEIGHTS);
    memory.data()[bit / 8] ^= static_cast<char>(1 << bit % 8);
  }
  CHECK(l.with_memory(memory.data(), l.bytes.size()) == MOBILITH_OK);
}

TEST_CASE("weights in memory: used where they lie; misaligned ones are an invalid argument", "[status]") {
  const Library& l = library();
  const Aligned memory(l.bytes);
  CHECK(l.with_memory(memory.data(), l.bytes.size()) == MOBILITH_OK);
  CHECK(l.with_memory(memory.data(), l.bytes.size() - 1) == MOBILITH_WRONG_WEIGHTS);
  CHECK(l.with_memory(memory.data(), 0) == MOBILITH_WRONG_WEIGHTS);
  CHECK(l.with_memory(memory.data(), 63) == MOBILITH_WRONG_WEIGHTS);
  for (size_t offset : {1, 4, 32, 63})
    CHECK(l.with_memory(Aligned(l.bytes, offset).data(), l.bytes.size()) == MOBILITH_INVALID_ARGUMENT);

  // Same bits as from the file.
  const mobilith_model_info& info = *mobilith_model_describe(l.loaded.model());
  const std::vector<float> input(info.input_bytes / sizeof(float), 0.5f);
  std::vector<float> from_file(info.classes), from_memory(info.classes);
  mobilith_options options;
  mobilith_options_init(&options);
  for (std::vector<float>* output : {&from_file, &from_memory}) {
    if (output == &from_file) options.weights_file = l.file.c_str();
    if (output == &from_memory) options.weights = memory.data(), options.weights_bytes = l.bytes.size();
    mobilith_session* session = nullptr;
    REQUIRE(mobilith_session_create(l.loaded.model(), &options, &session) == MOBILITH_OK);
    CHECK(mobilith_run(session, input.data(), info.input_bytes, output->data(), info.output_bytes) ==
          MOBILITH_OK);
    mobilith_session_destroy(session);
  }
  CHECK(from_file == from_memory);
}

TEST_CASE("large pages: each CPU's kernels give the same bits, and the file is let go", "[status]") {
  if (!handmade::kernel_has_large_pages()) return skip("this kernel has no transparent huge pages");
  const Library l("x86-64-v2,x86-64-v3", small_goldens[1]);
  for (const char* cpu : {"x86-64-v2", "x86-64-v3"}) {
    if (!cpu_runs(cpu)) {
      skip("this CPU lacks what " + std::string(cpu) + " has");
      continue;
    }
    setenv("MOBILITH_CPU", cpu, 1);
    const mobilith_model_info& info = *mobilith_model_describe(l.loaded.model());
    CHECK(info.cpu == std::string(cpu));
    const std::vector<float> input(info.input_bytes / sizeof(float), 0.5f);
    std::vector<float> outputs[2];
    for (const int large : {0, 1}) {
      mobilith_options options;
      mobilith_options_init(&options);
      options.weights_file = l.file.c_str();
      options.large_pages = large;
      mobilith_session* session = nullptr;
      REQUIRE(mobilith_session_create(l.loaded.model(), &options, &session) == MOBILITH_OK);
      CHECK(mappings_of(l.file).empty() == (large == 1));
      outputs[large].resize(info.classes);
      CHECK(mobilith_run(session, input.data(), info.input_bytes, outputs[large].data(), info.output_bytes) ==
            MOBILITH_OK);
      mobilith_session_destroy(session);
    }
    unsetenv("MOBILITH_CPU");
    CHECK(outputs[0] == outputs[1]);
    CHECK(outputs[0][0] != 0);
  }
}

TEST_CASE("damage of any kind is found: 400 random mutations, of the file and in memory", "[fuzz]") {
  const Library& l = library();
  std::mt19937 random(20240607);
  auto below = [&](size_t count) { return std::uniform_int_distribution<size_t>(0, count - 1)(random); };
  for (int round = 0; round < 400; round++) {
    std::string bytes = l.bytes;
    switch (below(6)) {
      case 0:  // one bit
        bytes[below(bytes.size())] ^= static_cast<char>(1 << below(8));
        break;
      case 1:  // some bytes
        for (size_t i = 0, n = 1 + below(16); i < n; i++)
          bytes[below(bytes.size())] = static_cast<char>(below(256));
        break;
      case 2:  // cut
        bytes.resize(below(bytes.size()));
        break;
      case 3:  // a part of it moved over another
        bytes.replace(below(bytes.size() - 4096), 4096, bytes.substr(below(bytes.size() - 4096), 4096));
        break;
      case 4: {  // two words swapped, of one of the checksum's chains
        char *first = &bytes[64 + below(bytes.size() / 128) * 32], *second = &bytes[bytes.size() - 32];
        std::swap_ranges(first, first + 8, second);
        break;
      }
      default:  // a page of zeros
        bytes.replace(below(bytes.size() - 4096), 4096, 4096, '\0');
    }
    if (bytes == l.bytes) continue;
    INFO("round " << round << ", " << bytes.size() << " bytes");
    if (round % 4 == 0)
      CHECK(l.with_file_of(bytes) == (bytes.empty() ? MOBILITH_NO_WEIGHTS : MOBILITH_WRONG_WEIGHTS));
    else
      CHECK(l.with_memory(Aligned(bytes).data(), bytes.size()) == MOBILITH_WRONG_WEIGHTS);
  }
  CHECK(l.with_file(l.file) == MOBILITH_OK);
}

TEST_CASE("bench finds the file in the tree, and says in one line what is wrong with it", "[bench]") {
  const Library l("host");
  const Words bench{MOBILITH_PROGRAM, "bench", l.folder / "tree", "--seconds", "0.1", "--format", "json"};
  const ProcessResult measured = run_process(bench);
  INFO(measured.err);
  REQUIRE(measured.code == 0);
  CHECK(nlohmann::json::parse(measured.out)["seconds"]["min"] > 0);
  const std::string whole = l.bytes;
  for (const std::string& bytes :
       {whole.substr(0, whole.size() / 2), std::string("no weights"), std::string()}) {
    write_text(l.file, bytes);
    const ProcessResult refused = run_process(bench);
    INFO(refused.err);
    CHECK(refused.code == 1);
    CHECK(std::count(refused.err.begin(), refused.err.end(), '\n') == 1);
    CHECK(refused.err.find("weights") != std::string::npos);
  }
  std::filesystem::remove(l.file);
  CHECK(run_process(bench).code == 1);
}

}  // namespace test_weights_file

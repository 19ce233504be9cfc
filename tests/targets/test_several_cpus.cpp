// One library for three x86 levels: forced, chosen, refused; what is shared; what the choice costs.
#include <algorithm>
#include <set>
#include <sstream>

#include "catch.h"
#include "targets/evidence.h"
#include "targets/golden_target.h"
#include "targets/x86_cpus.h"

namespace test_several_cpus {

using namespace mobilith;
using namespace mobilith::targets;

namespace {

const std::string server_levels = "x86-64-v3,x86-64-v4,sapphirerapids",
                  common_levels = "x86-64-v2,x86-64-v3,x86-64-v4", avx2_kinds = "x86-64-v3,znver3";

Words names_in(std::string list) {
  std::replace(list.begin(), list.end(), ',', ' ');
  std::istringstream words(list);
  Words names;
  for (std::string name; words >> name;) names.push_back(name);
  return names;
}

struct Library {
  TemporaryFolder folder;
  nlohmann::json golden, manifest;
  std::string runner;
  explicit Library(const std::string& cpus, const std::string& file = small_goldens[0])
      : golden(generate_golden(file, {"--cpu", cpus}, folder / "tree")),
        manifest(nlohmann::json::parse(read_text(folder / "tree/share/golden_model/manifest.json"))),
        runner(folder / "runner") {
    golden::build_runner({"cc"}, folder / "tree", runner);
  }
};

Words forced(const std::string& cpu) { return {"MOBILITH_CPU=" + cpu}; }

void check_unsupported(const ProcessResult& result) {
  INFO(result.err);
  CHECK(result.code == 1);
  CHECK(result.err.find("status 4: ") != std::string::npos);
}

// The level named gives Keras's outputs, and is what describe names; refused where the CPU lacks it.
void check_forced(const Library& library, const std::string& cpu) {
  INFO("MOBILITH_CPU=" << cpu);
  if (cpu_runs(cpu))
    CHECK(check_run(library.golden, {library.runner}, 1, forced(cpu)).cpu == cpu);
  else
    check_unsupported(run_process({library.runner, "1"}, forced(cpu)));
}

std::string best_here(const Words& cpus) {
  auto has = [&](const std::string& cpu) {
    return std::count(cpus.begin(), cpus.end(), cpu) > 0 &&
           (cpu == "sapphirerapids" ? cpu_is_sapphirerapids() : cpu_runs(cpu));
  };
  for (const char* cpu : {"sapphirerapids", "x86-64-v4", "x86-64-v3", "x86-64-v2"})
    if (has(cpu)) return cpu;
  return "";
}

void check_library(const std::string& cpus, const std::string& golden) {
  INFO(cpus << ", " << golden);
  Evidence evidence("x86_64-linux-gnu", "run here",
                    small_networks + " of one library for " + cpus + ", each forced, the best chosen");
  const Library library(cpus, golden);
  const Words names = names_in(cpus);
  for (const std::string& cpu : names) check_forced(library, cpu);
  const std::string best = best_here(names);
  if (best.empty())
    check_unsupported(run_process({library.runner, "1"}));
  else
    CHECK(check_run(library.golden, {library.runner}, 2).cpu == best);
  for (const char* unknown : {"x86-64", "znver4", "X86-64-V3", "x86-64-v3 "})
    check_unsupported(run_process({library.runner, "1"}, forced(unknown)));
  if (!best.empty())  // empty: as if it were not there
    CHECK(check_run(library.golden, {library.runner}, 1, forced("")).cpu == best);
  if (!cpu_runs("x86-64-v4"))
    evidence.skipped("AVX-512, which this CPU has not; the levels that it has passed");
  else
    evidence.passed();
}

}  // namespace

TEST_CASE("each level of one library gives Keras's outputs; unforced, the best is chosen", "[levels]") {
  check_library(server_levels, small_goldens[0]);
  check_library(common_levels, small_goldens[1]);
}

TEST_CASE("AMD's CPUs take the kernels with paired products, others those beside them", "[kinds]") {
  Evidence evidence(
      "x86_64-linux-gnu", "run here",
      "golden outputs of one library for " + avx2_kinds + ", each forced, znver3 chosen by AMD's");
  const Library library(avx2_kinds);
  CHECK(library.manifest["variants"][0]["cpu"] == "znver3");
  CHECK(library.manifest["variants"][0]["products"] == "paired");
  CHECK(library.manifest["variants"][1]["products"] == "direct");
  for (const std::string& cpu : names_in(avx2_kinds)) check_forced(library, cpu);
  if (!cpu_runs("znver3")) return evidence.skipped("AVX2, which this CPU has not");
  CHECK(check_run(library.golden, {library.runner}, 2).cpu == (cpu_is_zen() ? "znver3" : "x86-64-v3"));
  if (!evidence.has("qemu-x86_64", "qemu-user")) return;
  // qemu's own CPU has AVX2, and nothing that tells AMD's from others.
  CHECK(check_run(library.golden, {"qemu-x86_64", "-cpu", "max", library.runner}).cpu == "x86-64-v3");
  evidence.passed();
}

TEST_CASE("the choice follows the CPU: of an emulated one, too", "[emulated]") {
  Evidence evidence("x86_64-linux-gnu", "qemu-x86_64",
                    "one library for " + common_levels + " chooses by the emulated CPU, or is refused");
  if (!evidence.has("qemu-x86_64", "qemu-user")) return;
  const Library common(common_levels), servers(server_levels);
  auto on = [](const char* cpu, const Library& library) {
    return Words{"qemu-x86_64", "-cpu", cpu, library.runner};
  };
  CHECK(check_run(common.golden, on("Nehalem", common)).cpu == "x86-64-v2");
  CHECK(check_run(common.golden, on("max", common)).cpu == "x86-64-v3");
  CHECK(check_run(common.golden, on("max", common), 1, forced("x86-64-v2")).cpu == "x86-64-v2");
  CHECK(check_run(servers.golden, on("max", servers)).cpu == "x86-64-v3");
  check_unsupported(run_process(joined(on("max", common), {"1"}), forced("x86-64-v4")));
  check_unsupported(run_process(joined(on("Nehalem", servers), {"1"})));
  check_unsupported(run_process(joined(on("core2duo", common), {"1"})));
  evidence.passed();
}

TEST_CASE("CPUs with vectors of one length share all weights, and the manifest says what others cost",
          "[sharing]") {
  Evidence evidence("x86_64-linux-gnu", "run here",
                    "one library for " + server_levels + ": the last two share all weights");
  const Library servers(server_levels), v3("x86-64-v3"), v4("x86-64-v4");
  const nlohmann::json& weights = servers.manifest["weights"];
  REQUIRE(servers.manifest["variants"].size() == 3);
  CHECK(servers.manifest["variants"][0]["cpu"] == "sapphirerapids");
  REQUIRE(weights["repacked"].size() == 2);
  CHECK(weights["repacked"][0]["cpu"] == "x86-64-v4");
  CHECK(weights["repacked"][0]["bytes"] == 0);
  CHECK(weights["repacked"][0]["operands"].empty());
  CHECK(weights["repacked"][1]["cpu"] == "x86-64-v3");

  int64_t own = 0, padded = 0;
  for (const auto& operand : weights["repacked"][1]["operands"]) {
    own += operand["bytes"].get<int64_t>();
    padded += (operand["bytes"].get<int64_t>() + 63) / 64 * 64;
  }
  CHECK(own > 0);
  CHECK(weights["repacked"][1]["bytes"] == own);
  const auto bytes = [](const Library& library) {
    return library.manifest["weights"]["bytes"].get<int64_t>();
  };
  CHECK(bytes(servers) == bytes(v4) + padded);
  CHECK(bytes(servers) <= bytes(v4) + bytes(v3));
  using std::filesystem::file_size;
  const auto archive = [](const Library& library) {
    return file_size(library.folder / "tree/lib/libgolden_model.a");
  };
  CHECK(archive(servers) < 2 * archive(v4) + archive(v3));
  evidence.passed();
}

TEST_CASE("dispatch costs nothing per run: no question to the environment or the CPU, no instruction more",
          "[dispatch]") {
  Evidence evidence("x86_64-linux-gnu", "run here",
                    "a run of one library for " + common_levels + " costs what one for a single CPU does");
  const Library common(common_levels), single("x86-64-v2");
  auto built = [](const Library& library) {
    const std::filesystem::path program = library.folder / "dispatch";
    Words compile{"cc",
                  "-O1",
                  "-DMODEL=golden_model",
                  "-DMODEL_HEADER=\"golden_model.h\"",
                  MOBILITH_SOURCE "/tests/targets/dispatch.c",
                  "-o",
                  program};
    const ProcessResult result =
        run_process(joined(compile, pkg_config_flags(library.folder / "tree", "golden_model")));
    INFO(result.err);
    REQUIRE(result.code == 0);
    return program.string();
  };
  const std::string many = built(common), one = built(single);
  const ProcessResult asked = run_process({many, "10"}, forced("x86-64-v2"));
  CHECK(asked.code == 0);
  CHECK(asked.out == "cpu x86-64-v2, 0 questions in 10 runs\n");

  // Only what describes a model or makes a session may ask the CPU.
  std::set<std::string> asking;
  std::string function;
  std::istringstream lines(
      run_process({"objdump", "-d", "--no-show-raw-insn", common.folder / "tree/lib/libmobilith_runtime.a"})
          .out);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with(">:"))
      function = line.substr(line.find('<') + 1, line.rfind('>') - line.find('<') - 1);
    if (line.find("\tcpuid") != line.npos || line.find("\txgetbv") != line.npos) asking.insert(function);
  }
  CHECK(!asking.empty());
  for (const char* run : {"mobilith_run", "execute", "mobilith_session_destroy"})
    CHECK(asking.count(run) == 0);

  if (!evidence.has("valgrind", "valgrind")) return;
  auto instructions = [](const std::string& program) {
    const TemporaryFolder folder;
    const ProcessResult result =
        run_process({"valgrind", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=mobilith_run",
                     "--callgrind-out-file=" + (folder / "out").string(), program, "3"},
                    forced("x86-64-v2"));
    INFO(result.err);
    REQUIRE(result.code == 0);
    const size_t at = result.err.find("Collected : ");
    REQUIRE(at != std::string::npos);
    return std::stod(result.err.substr(at + 12));
  };
  const double several = instructions(many), alone = instructions(one);
  INFO(several << " instructions in the library for three CPUs, " << alone << " in the one for one");
  CHECK(alone > 1e6);
  CHECK(std::abs(several - alone) <= 1e-3 * alone);
  evidence.passed();
}

}  // namespace test_several_cpus

// The CPU check, against what the system says about this CPU.
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "catch.h"
#include "runtime/model.h"
#include "runtime/session.h"
#include "skip.h"

namespace test_cpu {

using namespace mobilith::handmade;

namespace {

struct Flag {
  uint64_t bit;
  const char* name;  // in /proc/cpuinfo
};

#if defined(__x86_64__)
constexpr const char* line_of_flags = "flags";
constexpr Flag flags[] = {
    {MOBILITH_CPU_SSE3, "pni"},
    {MOBILITH_CPU_SSSE3, "ssse3"},
    {MOBILITH_CPU_SSE41, "sse4_1"},
    {MOBILITH_CPU_SSE42, "sse4_2"},
    {MOBILITH_CPU_POPCNT, "popcnt"},
    {MOBILITH_CPU_AVX, "avx"},
    {MOBILITH_CPU_F16C, "f16c"},
    {MOBILITH_CPU_FMA, "fma"},
    {MOBILITH_CPU_AVX2, "avx2"},
    {MOBILITH_CPU_BMI, "bmi1"},
    {MOBILITH_CPU_BMI2, "bmi2"},
    {MOBILITH_CPU_LZCNT, "abm"},
    {MOBILITH_CPU_MOVBE, "movbe"},
    {MOBILITH_CPU_AVX512F, "avx512f"},
    {MOBILITH_CPU_AVX512CD, "avx512cd"},
    {MOBILITH_CPU_AVX512DQ, "avx512dq"},
    {MOBILITH_CPU_AVX512BW, "avx512bw"},
    {MOBILITH_CPU_AVX512VL, "avx512vl"},
    {MOBILITH_CPU_AVX512VNNI, "avx512_vnni"},
    {MOBILITH_CPU_AVXVNNI, "avx_vnni"},
    {MOBILITH_CPU_AVX512BF16, "avx512_bf16"},
    {MOBILITH_CPU_AVX512FP16, "avx512_fp16"},
    {MOBILITH_CPU_AVX512VBMI, "avx512vbmi"},
    {MOBILITH_CPU_AVX512IFMA, "avx512ifma"},
    {MOBILITH_CPU_AVX512VBMI2, "avx512_vbmi2"},
    {MOBILITH_CPU_AMXTILE, "amx_tile"},
    {MOBILITH_CPU_CLZERO, "clzero"},
};
#elif defined(__aarch64__)
constexpr const char* line_of_flags = "Features";
constexpr Flag flags[] = {{MOBILITH_CPU_NEON, "asimd"},   {MOBILITH_CPU_DOTPROD, "asimddp"},
                          {MOBILITH_CPU_FP16, "asimdhp"}, {MOBILITH_CPU_I8MM, "i8mm"},
                          {MOBILITH_CPU_FHM, "asimdfhm"}, {MOBILITH_CPU_BF16, "bf16"}};
#else
constexpr const char* line_of_flags = "";
constexpr Flag flags[] = {{0, ""}};
#endif

std::set<std::string> system_flags() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (*line_of_flags && line.starts_with(line_of_flags)) {
      std::istringstream words(line.substr(line.find(':') + 1));
      std::set<std::string> found;
      for (std::string word; words >> word;) found.insert(word);
      return found;
    }
  return {};
}

mobilith_status create_for(uint64_t features) {
  mobilith_variant variant = model().variants[0];
  variant.cpu_features = features;
  mobilith_model needing = model();
  needing.variants = &variant;
  return Session(needing).status();
}

}  // namespace

TEST_CASE("a model that asks for nothing runs on any CPU") { CHECK(create_for(0) == MOBILITH_OK); }

TEST_CASE("each instruction set is there exactly where the system lists it") {
  const std::set<std::string> listed = system_flags();
  if (listed.empty()) return skip("no /proc/cpuinfo that lists instruction sets");
  uint64_t all = 0;
  for (const Flag& flag : flags) {
    INFO(flag.name);
    CHECK(create_for(flag.bit) == (listed.count(flag.name) ? MOBILITH_OK : MOBILITH_UNSUPPORTED_CPU));
    if (listed.count(flag.name)) all |= flag.bit;
  }
  CHECK(create_for(all) == MOBILITH_OK);
  CHECK(create_for(all | 1ull << 63) == MOBILITH_UNSUPPORTED_CPU);
}

TEST_CASE("bits that nobody has given a meaning, and the other architecture's, are on no CPU") {
  for (int bit : {31, 47, 52, 63}) CHECK(create_for(1ull << bit) == MOBILITH_UNSUPPORTED_CPU);
#if defined(__x86_64__)
  CHECK(create_for(MOBILITH_CPU_NEON) == MOBILITH_UNSUPPORTED_CPU);
  CHECK(create_for(MOBILITH_CPU_RVV) == MOBILITH_UNSUPPORTED_CPU);
#else
  CHECK(create_for(MOBILITH_CPU_SSE3) == MOBILITH_UNSUPPORTED_CPU);
#endif
}

}  // namespace test_cpu

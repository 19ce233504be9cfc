// Kernels that make images of frames on other architectures, against plain loops in double: byte shuffles are
// other instructions on each.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>

#include "catch.h"
#include "property/frame_kernel.h"
#include "targets/byte_runner.h"
#include "targets/evidence.h"

namespace test_frames {

using namespace mobilith;
using namespace mobilith::targets;

namespace {

struct Case {
  PixelFormat format;
  int height, width;
  Resize resize;
  Fit fit;
  ElementType type = ElementType::f32;
};

constexpr Shape image{12, 16, 3};

// The image's rows are whole groups of numbers: the first five are shuffled where the CPU can.
constexpr Case cases[] = {
    {PixelFormat::rgb8, 30, 45, Resize::bilinear, Fit::stretch},
    {PixelFormat::bgr8, 33, 20, Resize::bilinear, Fit::crop, ElementType::u8},
    {PixelFormat::rgba8, 9, 7, Resize::bilinear, Fit::letterbox},
    {PixelFormat::rgb8, 5, 3, Resize::bilinear, Fit::letterbox, ElementType::i8},
    {PixelFormat::bgr8, 60, 90, Resize::bilinear, Fit::crop},
    {PixelFormat::rgb8, 40, 31, Resize::antialiased, Fit::stretch},
    {PixelFormat::gray8, 20, 30, Resize::bilinear, Fit::stretch},
    {PixelFormat::nv12, 20, 30, Resize::bilinear, Fit::crop},
    {PixelFormat::yuyv, 20, 30, Resize::antialiased, Fit::letterbox},
    {PixelFormat::rgb8, image.height, image.width, Resize::none, Fit::crop},
};

Frame frame_of(const Case& one) {
  return {one.format, one.height, one.width, one.resize, one.fit, {0.02f, 0.03f, 0.01f}, {-1, 0, 2}};
}

// The numbers of a line of hexadecimal.
std::vector<double> numbers_of(const std::string& line, ElementType type) {
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i + 1 < line.size(); i += 2)
    bytes.push_back(static_cast<uint8_t>(std::stoi(line.substr(i, 2), nullptr, 16)));
  std::vector<double> numbers;
  if (type != ElementType::f32) {
    for (const uint8_t byte : bytes)
      numbers.push_back(type == ElementType::i8 ? static_cast<int8_t>(byte) : byte);
    return numbers;
  }
  for (size_t i = 0; i + sizeof(float) <= bytes.size(); i += sizeof(float)) {
    float number;
    std::memcpy(&number, &bytes[i], sizeof number);
    numbers.push_back(number);
  }
  return numbers;
}

double furthest(const std::vector<double>& found, const std::vector<double>& expected, ElementType type) {
  if (found.size() != expected.size()) return INFINITY;
  double worst = 0;
  const double least = type == ElementType::i8 ? -128 : 0;
  for (size_t i = 0; i < found.size(); i++) {
    const double wanted =
        type == ElementType::f32 ? expected[i] : std::clamp(expected[i], least, least + 255);
    worst = std::max(worst, std::abs(found[i] - wanted));
  }
  return worst;
}

void check(const std::string& target, const std::string& cpu, const Words& compiler, const Words& emulator,
           const Words& environment = {}) {
  const TemporaryFolder folder;
  const CpuTarget resolved = resolve_cpu(cpu, target);
  std::string text;
  Words linked{MOBILITH_SOURCE "/runtime/src/mobilith.c"};
  for (const Case& one : cases) {
    const std::string name = "frame_" + std::to_string(&one - cases), archive = folder / (name + ".a");
    const std::vector<uint8_t> bytes = reference::formula_frame(frame_of(one));
    text += byte_case(name, {bytes.begin(), bytes.end()});
    write_text(archive, property::frame_archive(frame_of(one), image, one.type, resolved, name));
    linked.push_back(archive);
  }
  std::istringstream lines(run_bytes(folder, text, compiler, linked, emulator, environment));
  for (const Case& one : cases) {
    std::string line;
    REQUIRE(std::getline(lines, line));
    const std::vector<uint8_t> bytes = reference::formula_frame(frame_of(one));
    const std::vector<double> expected =
        reference::frame_image(frame_of(one), image, ElementType::f32, {bytes.data()}).values;
    INFO("case " << &one - cases << ", " << to_string(one.format) << " for " << target << " " << cpu);
    const double allowed = one.type == ElementType::f32 ? 1e-5 * 255 * 0.03 : 0.501;
    CHECK(furthest(numbers_of(line, one.type), expected, one.type) <= allowed);
  }
}

}  // namespace

TEST_CASE("AArch64: frames become the image that plain loops make", "[aarch64]") {
  Evidence evidence("aarch64-linux-gnu", "qemu-aarch64", "frames");
  if (!evidence.has("qemu-aarch64", "qemu-user") ||
      !evidence.has("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu libc6-dev-arm64-cross"))
    return;
  check("aarch64-linux-gnu", "cortex-a72", {"aarch64-linux-gnu-gcc", "-static"}, {"qemu-aarch64"});
  evidence.passed();
}

TEST_CASE("RISC-V: frames become the image that plain loops make", "[riscv64]") {
  Evidence evidence("riscv64-linux-gnu", "qemu-riscv64", "frames");
  if (!evidence.has("qemu-riscv64", "qemu-user") ||
      !evidence.has("riscv64-linux-gnu-gcc", "gcc-riscv64-linux-gnu libc6-dev-riscv64-cross"))
    return;
  check("riscv64-linux-gnu", "",
        {"riscv64-linux-gnu-gcc", "-static", MOBILITH_SOURCE "/tests/targets/hwcap_with_vectors.c"},
        {"qemu-riscv64"}, {"QEMU_CPU=rv64,v=true,vext_spec=v1.0,vlen=128"});
  evidence.passed();
}

TEST_CASE("WebAssembly: frames become the image that plain loops make", "[node]") {
  Evidence evidence("wasm32-wasi", "Node's WASI", "frames");
  if (!evidence.has("node", "nodejs, version 20") || !evidence.has("wasm-ld-22", "lld-22") ||
      !evidence.has("clang-22", "clang-22 wasi-libc libclang-rt-22-dev-wasm32"))
    return;
  check("wasm32-wasi", "", {"clang-22", "--target=wasm32-wasi", "-Wno-deprecated"},
        {"node", "--no-warnings", MOBILITH_SOURCE "/tests/runtime/portable/wasi.mjs"});
  evidence.passed();
}

}  // namespace test_frames

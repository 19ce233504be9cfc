// Sums of quantised kernels become bytes by packs, whatever the tile (codegen/pack_bytes.h).
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/LLVMContext.h>

#include <map>

#include "catch.h"
#include "codegen/close_kernel.h"
#include "codegen/halide_bitcode.h"
#include "plan/block_kernel.h"
#include "process/files.h"
#include "process/scratch.h"
#include "schedules/kernel_types.h"

namespace test_pack_bytes {

using namespace mobilith;
using nlohmann::json;

namespace {

struct Found {
  std::map<std::string, int> calls;  // of LLVM's intrinsics, by name
  int cuts = 0;                      // 32-bit vectors cut to bytes without packs
  int of(const std::string& name) const { return calls.contains(name) ? calls.at(name) : 0; }
};

Found found_in(const std::string& type, const json& shape, const json& schedule, const CpuTarget& target) {
  const Scratch scratch;
  const std::filesystem::path file = scratch / "kernel.bc";
  write_bitcode({"kernel", type, shape, schedule, ""}, target, file);
  llvm::LLVMContext context;
  const std::unique_ptr<llvm::Module> module = closed_kernel(context, *read_bytes(file), target);
  Found found;
  for (llvm::Function& function : *module)
    for (const llvm::Instruction& instruction : llvm::instructions(function)) {
      if (const auto* call = llvm::dyn_cast<llvm::CallInst>(&instruction); call && call->getCalledFunction())
        found.calls[call->getCalledFunction()->getName().str()]++;
      const auto* trunc = llvm::dyn_cast<llvm::TruncInst>(&instruction);
      found.cuts +=
          trunc && trunc->getType()->isVectorTy() && trunc->getType()->getScalarType()->isIntegerTy(8);
    }
  return found;
}

CpuTarget cpu(const char* name) { return resolve_cpu(name, "", Products::automatic, /*bytes=*/true); }

json window(int height, int width, int kernel) {
  return Window{height, width, height, width, 1, kernel / 2, kernel / 2, kernel, kernel};
}

struct Names {
  const char *cpu, *round, *words, *bytes;
  int vector;
};
constexpr Names wide = {"znver4", "llvm.x86.avx512.mask.cvtps2dq.512", "llvm.x86.avx512.packssdw.512",
                        "llvm.x86.avx512.packuswb.512", 16};
constexpr Names narrow = {"haswell", "llvm.x86.avx.cvt.ps2dq.256", "llvm.x86.avx2.packssdw",
                          "llvm.x86.avx2.packuswb", 8};

Block block_of(double factor) {
  Quantised what{QuantisedKind::convolution, Rescale::floating};
  what.weights = {127, -127};  // one input, two outputs
  what.constants = {{"bias", {0, 0}}, {"factors", {factor, factor}}, {"limits", {0, 0, 255, 0}}};
  Block block{BlockKind::quantised, "block", ""};
  block.inputs = {0};
  Layer layer;
  layer.in = layer.out = {4, 4, 1};
  layer.out.channels = 2;
  block.layers = {layer};
  block.quantised = std::make_shared<Quantised>(what);
  return block;
}

}  // namespace

TEST_CASE("every vector of sums is converted once, and four of them share their packs") {
  for (const Names& names : {wide, narrow}) {
    const CpuTarget target = cpu(names.cpu);
    for (int pixels = 1; pixels <= 8; pixels++) {
      CAPTURE(names.cpu, pixels);
      const json shape{{"window", window(1, 4 * pixels, 1)},
                       {"in_channels", 32},
                       {"out_channels", 2 * names.vector},
                       {"rescale", "floating"},
                       {"near", true}};
      const json schedule{
          {"tile", {{"pixels", pixels}, {"vectors", 2}}}, {"strip", 1}, {"channels_outer", false}};
      const Found found = found_in("quantised_convolution", shape, schedule, target);
      CHECK(found.of(names.round) == 2 * pixels);
      CHECK(found.of(names.words) == 2 * ((pixels + 1) / 2));
      CHECK(found.of(names.bytes) == 2 * ((pixels + 3) / 4));
      CHECK(found.cuts == 0);
    }
  }
}

TEST_CASE("depthwise rows share an input row's shuffles, and have packs of their own") {
  const json shape{{"window", window(16, 16, 3)},
                   {"in_channels", 16},
                   {"out_channels", 16},
                   {"rescale", "floating"},
                   {"near", true}};
  const json schedule{{"pixels", 4}, {"rows", 4}, {"strip", 8}};
  const Found found = found_in("quantised_depthwise", shape, schedule, cpu("znver4"));
  CHECK(found.of(wide.round) == 16);
  CHECK(found.of(wide.bytes) == 4);
}

TEST_CASE("sums of two images and floats of the input are packed, too") {
  for (const char* type : {"quantised_sum", "quantise"}) {
    json shape{{"pixels", 64}, {"channels", 3}, {"rescale", "floating"}};
    if (type == std::string("quantise")) shape["dense"] = true;
    const Found found = found_in(type, shape, json::object(), cpu("znver4"));
    CHECK(found.of(wide.bytes) > 0);
    CHECK(found.cuts == 0);
  }
}

TEST_CASE("products with a gate for each channel are packed, four pixels at once") {
  for (const Names& names : {wide, narrow}) {
    CAPTURE(names.cpu);
    json shape{{"pixels", 48}, {"channels", 32}, {"rescale", "floating"}, {"other", "channels"}};
    CHECK(found_in("quantised_product", shape, json::object(), cpu(names.cpu)).of(names.bytes) == 0);
    shape["near"] = true;
    const Found found = found_in("quantised_product", shape, json::object(), cpu(names.cpu));
    CHECK(found.of(names.round) == 4);
    CHECK(found.of(names.bytes) == 1);
    CHECK(found.cuts == 0);
  }
}

TEST_CASE("how far products of two images go is known of their factor") {
  for (const auto& [factor, near] : {std::pair{0.48, true}, {0.5, false}, {-0.5, false}}) {
    Block block = block_of(1);
    Quantised what{QuantisedKind::product, Rescale::floating};
    what.constants = {{"factors", {factor}}};
    block.quantised = std::make_shared<Quantised>(what);
    CHECK(block_kernel(block).shape.value("near", false) == near);  // 255 * 255 * 0.48 = 31212
  }
}

TEST_CASE("sums that may be far beyond a byte are bounded as floats, and not packed") {
  const json shape{
      {"window", window(8, 8, 1)}, {"in_channels", 32}, {"out_channels", 32}, {"rescale", "floating"}};
  const json schedule{{"tile", {{"pixels", 4}, {"vectors", 2}}}, {"strip", 8}, {"channels_outer", false}};
  CHECK(found_in("quantised_convolution", shape, schedule, cpu("znver4")).of(wide.words) == 0);
}

TEST_CASE("how far sums go is known of weights, bias and factors") {
  CHECK(block_kernel(block_of(0.9)).shape.value("near", false));  // 127 * 255 * 0.9 = 29146
  CHECK_FALSE(block_kernel(block_of(1)).shape.value("near", false));
  CHECK_FALSE(block_kernel(block_of(-1)).shape.value("near", false));
}

}  // namespace test_pack_bytes

// Bytes that are read here and there in a kernel's own array become shuffles, where each eight lanes read the
// same 16 bytes for certain. What a shuffled kernel computes: tests/property/test_frames.cpp.
#include <fmt/format.h>
#include <llvm/AsmParser/Parser.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/SourceMgr.h>

#include "catch.h"
#include "codegen/permute_tables.h"
#include "codegen/shuffle_bytes.h"

namespace test_shuffle_bytes {

namespace {

struct Code {
  const char* triple = "x86_64-unknown-linux-gnu";
  const char* features = "+ssse3,+avx2,+avx512bw";
  int lanes = 32, array = 64;
  int mask = 15;             // of what is not known of an index
  int other_block = -1;      // a lane that reads the next 16 bytes
  bool writes = false;       // between the lanes
  const char* wide = "i16";  // what the bytes become
};

std::string text_of(const Code& c) {
  std::string blocks, chain, before = "poison";
  for (int lane = 0; lane < c.lanes; lane++)
    blocks += fmt::format("{}i8 {}", lane ? ", " : "", 16 * (lane / 8 + (lane == c.other_block)));
  for (int lane = 0; lane < c.lanes; lane++) {
    chain += fmt::format(
        "  %n{0} = extractelement <{1} x i32> %wide, i64 {0}\n  %m{0} = zext i32 %n{0} to i64\n"
        "  %p{0} = getelementptr inbounds i8, ptr %array, i64 %m{0}\n  %b{0} = load i8, ptr %p{0}\n"
        "  %v{0} = insertelement <{1} x i8> {2}, i8 %b{0}, i64 {0}\n",
        lane, c.lanes, before);
    if (c.writes && lane == 3) chain += "  store i8 7, ptr %array\n";
    before = fmt::format("%v{}", lane);
  }
  return fmt::format(
      "target triple = \"{0}\"\n"
      "define <{1} x {6}> @f(<{1} x i8> %x, ptr %source) {{\n"
      "  %array = alloca [{2} x i8]\n"
      "  call void @llvm.memcpy.p0.p0.i64(ptr %array, ptr %source, i64 {2}, i1 false)\n"
      "  %low = and <{1} x i8> %x, splat (i8 {3})\n"
      "  %at = or <{1} x i8> %low, <{4}>\n"
      "  %wide = zext <{1} x i8> %at to <{1} x i32>\n{5}"
      "  %r = zext <{1} x i8> %v{7} to <{1} x {6}>\n"
      "  ret <{1} x {6}> %r\n}}\n"
      "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)\n",
      c.triple, c.lanes, c.array, c.mask, blocks, chain, c.wide, c.lanes - 1);
}

// The intrinsics that what the function gives is made by: "llvm.x86.avx512.pshuf.b.512" and how often.
std::string shuffles_of(const Code& code,
                        void (*pass)(llvm::Module&, const std::string&) = mobilith::shuffle_bytes) {
  llvm::LLVMContext context;
  llvm::SMDiagnostic problem;
  const std::unique_ptr<llvm::Module> module = llvm::parseAssemblyString(text_of(code), problem, context);
  INFO(problem.getMessage().str());
  REQUIRE(module);
  pass(*module, code.features);
  CHECK(!llvm::verifyModule(*module));
  std::string name;
  int count = 0;
  for (const llvm::Instruction& instruction : llvm::instructions(*module->getFunction("f")))
    if (const auto* call = llvm::dyn_cast<llvm::CallInst>(&instruction))
      if (const std::string called = call->getCalledFunction()->getName().str();
          called.find("memcpy") == called.npos)
        name = called, count++;
  const auto& last = llvm::cast<llvm::ReturnInst>(module->getFunction("f")->back().back());
  const auto* widened = llvm::dyn_cast<llvm::ZExtInst>(last.getReturnValue());
  CHECK((widened && llvm::isa<llvm::InsertElementInst>(widened->getOperand(0))) == (count == 0));
  return count ? fmt::format("{} {}", count, name) : "";
}

}  // namespace

TEST_CASE("each CPU has its shuffle, no wider than what is shuffled") {
  CHECK(shuffles_of({}) == "1 llvm.x86.avx512.pshuf.b.512");
  CHECK(shuffles_of({.lanes = 64, .array = 128}) == "2 llvm.x86.avx512.pshuf.b.512");
  CHECK(shuffles_of({.lanes = 16}) == "1 llvm.x86.avx2.pshuf.b");
  CHECK(shuffles_of({.lanes = 8}) == "1 llvm.x86.ssse3.pshuf.b.128");
  CHECK(shuffles_of({.features = "+ssse3,+avx2"}) == "2 llvm.x86.avx2.pshuf.b");
  CHECK(shuffles_of({.features = "+ssse3,+avx"}) == "4 llvm.x86.ssse3.pshuf.b.128");
  CHECK(shuffles_of({.features = "+sse3"}).empty());
  CHECK(shuffles_of({.triple = "aarch64-unknown-linux-gnu", .features = "+neon", .lanes = 8}) ==
        "1 llvm.aarch64.neon.tbl1.v16i8");
  CHECK(shuffles_of({.triple = "wasm32-unknown-wasi", .features = "+simd128", .lanes = 8}) ==
        "1 llvm.wasm.swizzle");
  CHECK(shuffles_of({.triple = "riscv64-unknown-linux-gnu", .features = "+v", .lanes = 8}).empty());
}

TEST_CASE("what is not certain stays as it was") {
  CHECK(shuffles_of({.mask = 31}).empty());            // may be another block
  CHECK(shuffles_of({.other_block = 5}).empty());      // is another block
  CHECK(shuffles_of({.array = 63}).empty());           // the array may end before
  CHECK(shuffles_of({.writes = true}).empty());        // lanes see different bytes
  CHECK(shuffles_of({.wide = "i32"}).empty());         // the upper byte alone is zero
  CHECK(shuffles_of({.mask = 7}) == shuffles_of({}));  // fewer bytes of the same 16
}

TEST_CASE("tables of 256 bytes are permuted, 64 indices at once") {
  const Code table{.features = "+avx512bw,+avx512vbmi", .lanes = 64, .array = 256, .mask = 255};
  const auto permuted = [](const Code& code) { return shuffles_of(code, mobilith::permute_tables); };
  CHECK(permuted(table) == "2 llvm.x86.avx512.vpermi2var.qi.512");
  Code other = table;
  other.lanes = 32;
  CHECK(permuted(other).empty());
  other = table, other.writes = true;
  CHECK(permuted(other).empty());
  other = table, other.features = "+avx512bw";
  CHECK(permuted(other).empty());
}

}  // namespace test_shuffle_bytes

#include "inspect/loop_counts.h"

#include <fmt/format.h>

#include <map>
#include <regex>
#include <set>

namespace mobilith::inspect {

namespace {

// How an architecture's assembly is read.
struct Syntax {
  llvm::Triple::ArchType architecture;
  const char* fma;        // the mnemonic of a multiply-add, also of several products of whole numbers
  const char* vector;     // the text of an instruction on vector registers, mnemonic and operands
  const char* registers;  // a vector register, its number in the first group
  const char* memory;     // operands in memory
  const char* move;       // from one vector register to another
  const char* frame;      // an instruction with such an operand in the stack frame
  // An instruction that makes another register point to the frame; "": there is none.
  const char* frame_setup;
  const char* frame_then;  // an operand in the frame where there is such an instruction
  std::vector<std::pair<const char*, int>> bits;  // how a multiply-add's first operand begins
};

const Syntax syntaxes[] = {
    {llvm::Triple::x86_64,
     "vfn?m(add|sub)\\d+ps|vpdpbusds?|vpdpwssds?|vdpbf16ps|v?pmaddwd",
     "v.*",
     "[xyz]mm(\\d+)",
     "\\[",
     "vmov[^ ]* [xyz]mm\\d+, [xyz]mm\\d+",
     "\\[rsp( [+-] \\d+)?\\]",
     "mov rbp, rsp",
     "\\[r[sb]p( [+-] \\d+)?\\]",
     {{"xmm", 128}, {"ymm", 256}, {"zmm", 512}}},
    {llvm::Triple::aarch64,
     "fml[as]|fmadd|fmsub|fmlal2?|[us]mlal2?|u?sdot|s?udot|bfdot",
     ".*\\b[vqds]\\d+.*",
     "\\b[vqds](\\d+)",
     "\\[(x|sp)",
     "mov v\\d+\\.16b, v\\d+\\.16b",
     "\\[sp(, #-?\\d+)?\\]",
     "",
     "",
     {{"v", 128}, {"q", 128}, {"s", 32}, {"d", 64}}},
    {llvm::Triple::riscv64,
     "vfn?m(acc|add|sac|sub)\\.v[vf]",
     "v[^ ]* .*",
     "\\bv(\\d+)",
     "\\(",
     "vmv\\d+r\\.v .*",
     // LLVM takes the place of a spill into a register first, and spills whole registers, which Halide never
     // loads or stores.
     "\\(sp\\)|^v[ls][1248]r",
     "",
     "",
     {{"v", 128}}},
};

// RISC-V's registers are as long as the code assumes, and say nothing of it.
int bits_of(const Disassembler& target, int bits) {
  if (target.triple.getArch() != llvm::Triple::riscv64) return bits;
  return target.subtarget->checkFeatures("+zvl512b")   ? 512
         : target.subtarget->checkFeatures("+zvl256b") ? 256
                                                       : bits;
}

const Syntax& syntax_of(const Disassembler& target) {
  for (const Syntax& syntax : syntaxes)
    if (syntax.architecture == target.triple.getArch()) return syntax;
  throw InspectError(fmt::format("the loops of {} code can't be counted yet",
                                 llvm::Triple::getArchTypeName(target.triple.getArch()).str()));
}

std::string text_of(const Instruction& instruction) {
  return instruction.mnemonic + " " + instruction.operands;
}

}  // namespace

LoopCounts count(const Disassembler& target, const std::vector<Instruction>& function,
                 const std::vector<int>& positions) {
  const Syntax& syntax = syntax_of(target);
  const std::regex fma(syntax.fma), vector(syntax.vector), registers(syntax.registers), memory(syntax.memory),
      move(syntax.move);
  bool other_pointer = false;
  for (const Instruction& instruction : function)
    other_pointer = other_pointer || (*syntax.frame_setup && text_of(instruction) == syntax.frame_setup);
  const std::regex frame(other_pointer ? syntax.frame_then : syntax.frame);
  LoopCounts counts;
  std::map<int, int> by_bits;
  std::set<std::string> used;
  for (const int at : positions) {
    const Instruction& instruction = function[at];
    const std::string text = text_of(instruction);
    if (!std::regex_match(text, vector)) continue;
    for (std::sregex_iterator found(text.begin(), text.end(), registers), end; found != end; ++found)
      used.insert((*found)[1]);
    if (std::regex_match(instruction.mnemonic, fma)) {
      counts.fmas++;
      for (const auto& [prefix, bits] : syntax.bits)
        if (instruction.operands.starts_with(prefix)) by_bits[bits_of(target, bits)]++;
    }
    counts.moves += std::regex_match(text, move);
    if (!std::regex_search(instruction.operands, memory)) continue;
    const bool spill = std::regex_search(text, frame);
    (instruction.stores ? counts.stores : counts.loads)++;
    counts.spills += spill;
    if (instruction.stores && !spill) counts.accumulates = false;
  }
  int most = 0;
  for (const auto& [bits, fmas] : by_bits)
    if (fmas > most) most = fmas, counts.bits = bits;
  counts.registers = static_cast<int>(used.size());
  return counts;
}

std::vector<int> fma_positions(const Disassembler& target, const std::vector<Instruction>& function,
                               const std::vector<int>& positions) {
  const std::regex fma(syntax_of(target).fma);
  std::vector<int> found;
  for (const int at : positions)
    if (std::regex_match(function[at].mnemonic, fma)) found.push_back(at);
  return found;
}

}  // namespace mobilith::inspect

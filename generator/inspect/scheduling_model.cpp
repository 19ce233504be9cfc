#include "inspect/scheduling_model.h"

#include <fmt/format.h>
#include <llvm/MCA/Context.h>
#include <llvm/MCA/InstrBuilder.h>
#include <llvm/MCA/SourceMgr.h>

#include <algorithm>

#include "targets/cpus.h"

namespace mobilith::inspect {

namespace {

namespace mca = llvm::mca;

llvm::MCInst corrected(const Disassembler& target, llvm::MCInst instruction) {
  const llvm::MCInstrInfo& known = *target.instructions;
  for (const ModelCorrection& correction : cpu_facts(target.cpu).corrections) {
    if (known.getName(instruction.getOpcode()) != llvm::StringRef(correction.from)) continue;
    for (unsigned opcode = 0; opcode < known.getNumOpcodes(); opcode++)
      if (known.getName(opcode) == llvm::StringRef(correction.to)) instruction.setOpcode(opcode);
    break;
  }
  return instruction;
}

unsigned simulate(const Disassembler& target, const std::vector<llvm::MCInst>& code, unsigned iterations) {
  const llvm::MCSubtargetInfo& subtarget = *target.subtarget;
  std::unique_ptr<mca::InstrumentManager> instruments(
      target.target->createInstrumentManager(subtarget, *target.instructions));
  if (!instruments)
    instruments = std::make_unique<mca::InstrumentManager>(subtarget, *target.instructions, false);
  std::unique_ptr<mca::InstrPostProcess> post(
      target.target->createInstrPostProcess(subtarget, *target.instructions));
  if (!post) post = std::make_unique<mca::InstrPostProcess>(subtarget, *target.instructions);
  constexpr unsigned call_latency = 100;
  mca::InstrBuilder builder(subtarget, *target.instructions, *target.registers, target.analysis.get(),
                            *instruments, call_latency);
  std::vector<std::unique_ptr<mca::Instruction>> sequence;
  for (const llvm::MCInst& instruction : code) {
    auto made = builder.createInstruction(instruction, {});
    if (!made) {  // an instruction that the model does not describe: left out
      llvm::consumeError(made.takeError());
      continue;
    }
    post->postProcessInstruction(**made, instruction);
    sequence.push_back(std::move(*made));
  }
  if (sequence.empty()) return 0;
  mca::CircularSourceMgr source(sequence, iterations);
  std::unique_ptr<mca::CustomBehaviour> behaviour(
      target.target->createCustomBehaviour(subtarget, source, *target.instructions));
  if (!behaviour) behaviour = std::make_unique<mca::CustomBehaviour>(subtarget, source, *target.instructions);
  const llvm::MCSchedModel& model = subtarget.getSchedModel();
  mca::Context context(*target.registers, subtarget);
  const mca::PipelineOptions options(0, 0, model.IssueWidth, 0, 0, 0, /*NoAlias=*/true);
  auto pipeline = model.isOutOfOrder() ? context.createDefaultPipeline(options, source, *behaviour)
                                       : context.createInOrderPipeline(options, source, *behaviour);
  auto cycles = pipeline->run();
  if (!cycles)
    throw InspectError(fmt::format("LLVM's scheduling model: {}", llvm::toString(cycles.takeError())));
  return *cycles;
}

}  // namespace

double cycles_per_iteration(const Disassembler& target, const std::vector<Instruction>& function,
                            const std::vector<int>& positions, Model model) {
  if (!target.has_model()) throw InspectError(fmt::format("LLVM has no scheduling model of {}", target.cpu));
  if (positions.empty()) return 0;
  // Two runs: their difference is free of the start and the end. Enough instructions to fill the pipeline.
  const auto few = static_cast<unsigned>(std::clamp<size_t>(1000 / positions.size(), 2, 32));
  std::vector<llvm::MCInst> code;
  for (const int at : positions)  // a call takes what the callee takes, which is counted there
    if (!target.analysis->isCall(function[at].machine) && !target.analysis->isReturn(function[at].machine))
      code.push_back(model == Model::llvm ? function[at].machine : corrected(target, function[at].machine));
  return static_cast<double>(simulate(target, code, 3 * few) - simulate(target, code, few)) / (2 * few);
}

double reciprocal_throughput(const Disassembler& target, const std::vector<Instruction>& function,
                             const std::vector<int>& positions) {
  double sum = 0;
  for (const int at : positions)
    sum += target.subtarget->getSchedModel().getReciprocalThroughput(*target.subtarget, *target.instructions,
                                                                     function[at].machine);
  return sum;
}

}  // namespace mobilith::inspect

// Libraries that take bytes, run elsewhere: tests/targets/byte_runner.c.
#pragma once

#include <string>

#include "catch.h"
#include "process.h"
#include "targets/golden_target.h"

namespace mobilith::targets {

// Lines for byte_cases.h: the library of that name on these bytes.
inline std::string byte_case(const std::string& name, const std::string& bytes) {
  std::string text = "IMAGE(image_of_" + name;
  for (const char byte : bytes) text += ", " + std::to_string(static_cast<unsigned char>(byte));
  return text + ")\nCASE(" + name + ", image_of_" + name + ")\n";
}

// The runner of these cases. linked: archives, and sources that they need.
inline std::string byte_program(const TemporaryFolder& folder, const std::string& cases,
                                const Words& compiler, const Words& linked) {
  write_text(folder / "byte_cases.h", cases);
  const std::string program = folder / "runner";
  const Words own{"-std=c11",
                  "-O1",
                  MOBILITH_SOURCE "/tests/targets/byte_runner.c",
                  "-I" + folder.path().string(),
                  "-I" MOBILITH_SOURCE "/runtime/include",
                  "-o",
                  program};
  const ProcessResult compiled = run_process(joined(joined(compiler, own), linked));
  INFO(compiled.err);
  REQUIRE(compiled.code == 0);
  return program;
}

// What it prints, a line for each case.
inline std::string run_bytes(const TemporaryFolder& folder, const std::string& cases, const Words& compiler,
                             const Words& linked, const Words& emulator, const Words& environment) {
  const std::string program = byte_program(folder, cases, compiler, linked);
  const ProcessResult run = run_process(joined(emulator, {program}), environment);
  INFO(run.err);
  REQUIRE(run.code == 0);
  return run.out;
}

}  // namespace mobilith::targets

#include "cli/command.h"
#include "cli/out_of_memory.h"
#include "cli/stack_limit.h"
#include "cli/standard_streams.h"

int main(int count, char** values) {
  mobilith::hold_standard_streams();
  mobilith::end_when_out_of_memory();
  if (!mobilith::has_stack()) return 1;
  return mobilith::run_program(count, values);
}

#include "cli/out_of_memory.h"

#include <llvm/Support/ErrorHandling.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <new>
#include <string_view>

namespace mobilith {

namespace {

// Without memory.
[[noreturn]] void end() {
  constexpr std::string_view text = "mobilith: out of memory\n";
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) _exit(1);
  _exit(1);
}

void end_if_out_of_memory() {
  try {
    if (const std::exception_ptr thrown = std::current_exception()) std::rethrow_exception(thrown);
    // A library's function that may not throw has thrown (std::filesystem::directory_iterator): its exception
    // is hidden, and lack of memory is what such functions do not expect.
    if (std::uncaught_exceptions() > 0) end();
  } catch (const std::bad_alloc&) {
    end();
  } catch (...) {
  }
  std::abort();
}

}  // namespace

void end_when_out_of_memory() {
  llvm::install_bad_alloc_error_handler([](void*, const char*, bool) { end(); });
  std::set_terminate(end_if_out_of_memory);
}

}  // namespace mobilith

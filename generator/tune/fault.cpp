#include "tune/fault.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace mobilith::tune {

bool fault_hits(const std::string& kind, int number) {
  const char* text = std::getenv("MOBILITH_TUNE_FAULT");
  if (!text || number == 0) return false;
  const std::string fault = text;
  const size_t colon = fault.find(':');
  const int every = colon == std::string::npos ? 1 : std::atoi(fault.c_str() + colon + 1);
  return fault.substr(0, colon) == kind && every > 0 && number % every == 0;
}

void crash_or_hang(const std::string& stage, int number) {
  if (fault_hits(stage + "crash", number)) std::raise(SIGSEGV);
  if (fault_hits(stage + "hang", number))
    for (;;) pause();
}

}  // namespace mobilith::tune

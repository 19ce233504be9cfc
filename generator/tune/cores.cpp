#include "tune/cores.h"

#include <algorithm>

#include "process/child_process.h"

namespace mobilith::tune {

Cores::Cores(int threads) : all_(allowed_cores()) {
  const auto measuring = static_cast<std::ptrdiff_t>(std::min(all_.size(), static_cast<size_t>(threads)));
  measuring_.assign(all_.end() - measuring, all_.end());
  others_.assign(all_.begin(), all_.end() - measuring);
  if (!others_.empty()) pin_to(others_);
}

Cores::~Cores() { pin_to(all_); }

}  // namespace mobilith::tune

// What `mobilith generate` takes.
#pragma once

#include "cli/options.h"

namespace mobilith {

options::options_description generate_options();

}  // namespace mobilith

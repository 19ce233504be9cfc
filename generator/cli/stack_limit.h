// The stack that the caller gives.
#pragma once

namespace mobilith {

// Raises a low limit (ulimit -s) as far as it may be. False, having said so, where less is left than parsing
// options takes: this process would crash.
bool has_stack();

}  // namespace mobilith

// A session of the runtime that ends with its owner.
#pragma once

#include <memory>

#include "bench/loaded_library.h"

namespace mobilith {

struct SessionDeleter {
  void operator()(mobilith_session* session) const { mobilith_session_destroy(session); }
};
using OwnedSession = std::unique_ptr<mobilith_session, SessionDeleter>;

// Throws LoadError with the runtime's message unless the status is MOBILITH_OK.
void require(mobilith_status);
OwnedSession make_session(const mobilith_model*, const mobilith_options&);

}  // namespace mobilith

#include "bench/owned_session.h"

namespace mobilith {

void require(mobilith_status status) {
  if (status != MOBILITH_OK) throw LoadError(mobilith_status_message(status));
}

OwnedSession make_session(const mobilith_model* model, const mobilith_options& options) {
  mobilith_session* session = nullptr;
  require(mobilith_session_create(model, &options, &session));
  return OwnedSession(session);
}

}  // namespace mobilith

// Sessions and executors that tests share.
#pragma once

#include "mobilith.h"

namespace mobilith::handmade {

mobilith_options with_threads(int threads);
mobilith_options with_executor(int threads, mobilith_parallel_for, void* context = nullptr);

// A session that goes at the end of its scope.
class Session {
 public:
  explicit Session(const mobilith_model& model) : Session(model, nullptr) {}
  Session(const mobilith_model& model, const mobilith_options& options) : Session(model, &options) {}
  Session(const mobilith_model& model, const mobilith_options* options)
      : status_(mobilith_session_create(&model, options, &session_)) {}
  ~Session() { mobilith_session_destroy(session_); }
  Session(const Session&) = delete;
  mobilith_status status() const { return status_; }
  mobilith_session* get() const { return session_; }

 private:
  mobilith_session* session_ = nullptr;
  mobilith_status status_;
};

// Executors: lanes one after the other, first or last first; a thread for each lane.
void forwards(void*, int32_t count, void (*task)(void*, int32_t), void* task_context);
void backwards(void*, int32_t count, void (*task)(void*, int32_t), void* task_context);
void own_threads(void*, int32_t count, void (*task)(void*, int32_t), void* task_context);

}  // namespace mobilith::handmade

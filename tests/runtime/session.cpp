#include "runtime/session.h"

#include <thread>
#include <vector>

namespace mobilith::handmade {

mobilith_options with_threads(int threads) {
  mobilith_options options;
  mobilith_options_init(&options);
  options.threads = threads;
  return options;
}

mobilith_options with_executor(int threads, mobilith_parallel_for executor, void* context) {
  mobilith_options options = with_threads(threads);
  options.parallel_for = executor;
  options.parallel_for_context = context;
  return options;
}

void forwards(void*, int32_t count, void (*task)(void*, int32_t), void* task_context) {
  for (int32_t i = 0; i < count; i++) task(task_context, i);
}

void backwards(void*, int32_t count, void (*task)(void*, int32_t), void* task_context) {
  for (int32_t i = count; i-- > 0;) task(task_context, i);
}

void own_threads(void*, int32_t count, void (*task)(void*, int32_t), void* task_context) {
  std::vector<std::thread> threads;
  for (int32_t i = 0; i < count; i++) threads.emplace_back(task, task_context, i);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace mobilith::handmade

// sessions WEIGHTS [write]: makes, runs and destroys sessions of every kind, of a model whose weights are in
// the file WEIGHTS; "write" makes that file. Ends with 0 where each failure was a status of its kind, each
// output was right, and a second try is right.
#include <cstdio>
#include <cstring>
#include <fstream>

#include "mobilith_abi.h"
#include "mobilith_weights.h"
#include "runtime/model.h"
#include "runtime/session.h"

using namespace mobilith::handmade;

namespace {

bool expected_failure(mobilith_status status) {
  return status == MOBILITH_OUT_OF_MEMORY || status == MOBILITH_THREAD_FAILURE ||
         status == MOBILITH_NO_WEIGHTS;
}

// 0: right; 1: a status; 2: wrong.
int try_once(const mobilith_model& from, const mobilith_options& options) {
  const float input[floats] = {1, -2, 3, 0.5f};
  float output[floats] = {};
  mobilith_session* session = nullptr;
  const mobilith_status status = mobilith_session_create(&from, &options, &session);
  if (status != MOBILITH_OK) return session == nullptr && expected_failure(status) ? 1 : 2;
  bool right = mobilith_run(session, input, sizeof input, output, sizeof output) == MOBILITH_OK;
  for (int i = 0; i < floats; i++)
    right = right && output[i] == 2 * input[i] * 64 + 2016 + static_cast<float>(i);
  mobilith_session_destroy(session);
  return right ? 0 : 2;
}

}  // namespace

int main(int count, char** values) {
  const mobilith_model& inside = model();
  static uint8_t weights[64];  // a checksum is of whole words
  std::memcpy(weights, inside.weights, inside.weights_bytes);
  mobilith_model in_file = inside;
  in_file.weights = nullptr;
  in_file.weights_bytes = sizeof weights;
  in_file.weights_checksum = mobilith_weights_checksum(weights, sizeof weights);
  if (count > 2) {
    mobilith_weights_header header{};
    std::memcpy(header.magic, MOBILITH_WEIGHTS_MAGIC, sizeof header.magic);
    header.version = MOBILITH_WEIGHTS_VERSION;
    header.header_bytes = sizeof header;
    header.bytes = in_file.weights_bytes;
    header.checksum = in_file.weights_checksum;
    std::ofstream file(values[1], std::ios::binary);
    file.write(reinterpret_cast<const char*>(&header), sizeof header);
    file.write(reinterpret_cast<const char*>(weights), sizeof weights);
    return file.flush() ? 0 : 2;
  }
  int statuses = 0;
  for (const int threads : {1, 3})
    for (const mobilith_model* from : {&inside, static_cast<const mobilith_model*>(&in_file)}) {
      mobilith_options options = with_threads(threads);
      options.weights_file = values[1];
      int result = try_once(*from, options);
      if (result == 1) statuses++, result = try_once(*from, options);
      if (result != 0) return 1;
    }
  if (statuses > 1) return 1;
  return std::puts(statuses ? "one status" : "all right") < 0 ? 1 : 0;
}

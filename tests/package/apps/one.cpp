// One library from C++20.
#include <package_v1.h>

#include <cstdio>
#include <vector>

static_assert(PACKAGE_V1_INPUT_HEIGHT == 32 && PACKAGE_V1_CLASSES == 1000);

int main() {
  std::vector<float> input(PACKAGE_V1_INPUT_FLOATS), output(PACKAGE_V1_CLASSES);
  mobilith_session* session = nullptr;
  if (mobilith_session_create(&package_v1, nullptr, &session) != MOBILITH_OK) return 1;
  const mobilith_status status =
      mobilith_run(session, input.data(), PACKAGE_V1_INPUT_BYTES, output.data(), PACKAGE_V1_OUTPUT_BYTES);
  mobilith_session_destroy(session);
  std::puts(mobilith_status_message(status));
  return status;
}

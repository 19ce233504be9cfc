#include "network.h"

#include <algorithm>
#include <stdexcept>

namespace {

void require(mobilith_status status) {
  if (status != MOBILITH_OK) throw std::runtime_error(mobilith_status_message(status));
}

}  // namespace

Network::Network() : session_(nullptr, mobilith_session_destroy), output_(MY_NET_CLASSES) {
  mobilith_session* session = nullptr;
  require(mobilith_session_create(&my_net, nullptr, &session));
  session_.reset(session);
}

std::vector<Class> Network::classify(const std::vector<float>& input, size_t count) {
  require(mobilith_run(session_.get(), input.data(), input.size() * sizeof(float), output_.data(),
                       MY_NET_OUTPUT_BYTES));
  std::vector<Class> classes;
  for (const float value : output_) classes.push_back({static_cast<int>(classes.size()), value});
  count = std::min(count, classes.size());
  std::partial_sort(classes.begin(), classes.begin() + static_cast<long>(count), classes.end(),
                    [](const Class& a, const Class& b) { return a.value > b.value; });
  classes.resize(count);
  return classes;
}

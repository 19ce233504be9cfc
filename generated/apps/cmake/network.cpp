#include "network.h"

#include <stdexcept>

namespace {

void require(mobilith_status status) {
  if (status != MOBILITH_OK) throw std::runtime_error(mobilith_status_message(status));
}

}  // namespace

Network::Network() : session_(nullptr, mobilith_session_destroy) {
  mobilith_session* session = nullptr;
  require(mobilith_session_create(&my_net, nullptr, &session));
  session_.reset(session);
}

void Network::run(const Input& input, Probabilities& output) {
  require(mobilith_run(session_.get(), input.data(), sizeof input, output.data(), sizeof output));
}

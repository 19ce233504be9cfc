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

void Network::warm_up() {
  const std::vector<unsigned char> input(MY_NET_INPUT_BYTES);
  require(mobilith_run(session_.get(), input.data(), input.size(), output_.data(), MY_NET_OUTPUT_BYTES));
}

std::vector<Class> Network::classify(const std::vector<float>& input, size_t count) {
  require(mobilith_run(session_.get(), input.data(), input.size() * sizeof(float), output_.data(),
                       MY_NET_OUTPUT_BYTES));
  return best(count);
}

#ifdef MY_NET_INPUT_FORMAT
// The picture is a region in the corner of a frame of the library's size.
std::vector<Class> Network::classify(const Rgb& picture, size_t count) {
  static_assert(MY_NET_INPUT_FORMAT <= MOBILITH_GRAY8, "pictures are RGB: generate with --input rgb8:HxW");
  frame_.resize(MY_NET_INPUT_BYTES);
  put_pixels(picture, static_cast<PixelOrder>(MY_NET_INPUT_FORMAT), frame_.data(), MY_NET_INPUT_ROW_BYTES);
  mobilith_frame frame{};
  frame.struct_bytes = sizeof frame, frame.pixels = frame_.data(), frame.bytes = frame_.size();
  frame.width = picture.width, frame.height = picture.height;
  void* output = output_.data();
  const size_t output_bytes = MY_NET_OUTPUT_BYTES;
  require(mobilith_run_frame(session_.get(), &frame, 1, &output, &output_bytes));
  return best(count);
}
#endif

std::vector<Class> Network::best(size_t count) const {
  std::vector<Class> classes;
  for (const float value : output_) classes.push_back({static_cast<int>(classes.size()), value});
  count = std::min(count, classes.size());
  std::partial_sort(classes.begin(), classes.begin() + static_cast<long>(count), classes.end(),
                    [](const Class& a, const Class& b) { return a.value > b.value; });
  classes.resize(count);
  return classes;
}

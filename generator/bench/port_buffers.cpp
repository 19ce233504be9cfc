#include "bench/port_buffers.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace mobilith {

void PortBuffers::Free::operator()(float* memory) const { std::free(memory); }

PortBuffers::Buffer PortBuffers::buffer(const mobilith_port& port) {
  constexpr size_t alignment = 64;
  auto* memory = static_cast<float*>(
      std::aligned_alloc(alignment, (port.bytes + alignment - 1) / alignment * alignment));
  if (!memory) throw std::bad_alloc();
  std::memset(memory, 0, port.bytes);
  return {std::unique_ptr<float, Free>(memory), port.bytes};
}

PortBuffers::PortBuffers(const mobilith_model* model) {
  for (int i = 0; const mobilith_port* port = mobilith_model_input(model, i); i++) {
    inputs_.push_back(buffer(*port));
    read_.push_back(inputs_.back().memory.get());
    read_bytes_.push_back(port->bytes);
  }
  for (int i = 0; const mobilith_port* port = mobilith_model_output(model, i); i++) {
    outputs_.push_back(buffer(*port));
    written_.push_back(outputs_.back().memory.get());
    written_bytes_.push_back(port->bytes);
  }
}

void PortBuffers::fill_like_image() const {
  uint32_t state = 1;
  for (float& value : input(0))
    value = static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) * 0x1p-23f - 1.0f;
}

mobilith_status PortBuffers::run(mobilith_session* session) {
  return mobilith_run_ports(session, read_.size(), read_.data(), read_bytes_.data(), written_.size(),
                            written_.data(), written_bytes_.data());
}

}  // namespace mobilith

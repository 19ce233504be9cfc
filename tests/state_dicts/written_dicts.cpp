#include "state_dicts/written_dicts.h"

#include <nlohmann/json.hpp>

#include "state_dicts/fixtures.h"

namespace mobilith::testing {

std::string safetensors_of(const file::StateDict& dict) {
  nlohmann::ordered_json header;
  std::string data;
  for (const file::NamedTensor& made : dict.tensors) {
    header[made.name] = {{"dtype", made.type == file::ElementType::f32 ? "F32" : "I64"},
                         {"shape", made.shape},
                         {"data_offsets", {data.size(), data.size() + made.storage.bytes.size()}}};
    data += made.storage.bytes;
  }
  const std::string words = header.dump();
  return little_endian(words.size(), 8) + words + data;
}

std::string pickle_of(const file::StateDict& dict) {
  std::string items;
  std::vector<Raw> storages;
  for (const file::NamedTensor& made : dict.tensors) {
    const bool f32 = made.type == file::ElementType::f32;
    const std::string bytes(made.storage.bytes);
    const uint64_t count = bytes.size() / (f32 ? sizeof(float) : sizeof(int64_t));
    storages.push_back({std::to_string(storages.size()), bytes, count});
    items += text(made.name) +
             tensor(storage(f32 ? "FloatStorage" : "LongStorage", storages.back().key, int64_t(count)), 0,
                    made.shape, made.strides) +
             "s";
  }
  return old_form("}" + items, storages);
}

}  // namespace mobilith::testing

#include "targets/machine.h"

namespace mobilith {

namespace {

// Far beyond any CPU, and far from overflow in what is computed from them.
constexpr int64_t most_lanes = 1 << 10, most_registers = 1 << 10, most_cache = int64_t{1} << 40;

}  // namespace

std::span<const JsonField<Machine>> machine_fields() {
  static constexpr JsonField<Machine> fields[] = {
      {"lanes", &Machine::lanes, 1, most_lanes, true},
      {"registers", &Machine::registers, 1, most_registers, true},
      {"broadcast_operand", &Machine::broadcast_operand, 0, 0, true},
      {"l1", &Machine::l1, 1, most_cache, true},
      {"l2", &Machine::l2, 1, most_cache, true},
      {"pair_vectors", &Machine::pair_vectors, 0, 2, true},
      {"streams", &Machine::streams, 0, 0, true},
      {"element_operand", &Machine::element_operand},
      {"byte_group", &Machine::byte_group, 1, 4},
      {"byte_pairs", &Machine::byte_pairs},
      {"wide_products", &Machine::wide_products},
      {"byte_elements", &Machine::byte_elements},
      {"like_signs", &Machine::like_signs},
      {"bf16_weights", &Machine::bf16_weights},
      {"f16_weights", &Machine::f16_weights},
      {"bf16_products", &Machine::bf16_products},
      {"half_vectors", &Machine::half_vectors},
      {"f16_products", &Machine::f16_products},
      {"f16_elements", &Machine::f16_elements},
  };
  return fields;
}

void to_json(nlohmann::json& json, const Machine& machine) { json = written(machine, machine_fields()); }

void from_json(const nlohmann::json& json, Machine& machine) {
  machine = read_fields(json, machine_fields(), "machine");
}

Machine machine_of_cpu(const nlohmann::json& json, Machine cpu) {
  const auto read = json.get<Machine>();
  for (const JsonField<Machine>& field : machine_fields())
    std::visit([&](auto member) { cpu.*member = read.*member; }, field.member);
  return cpu;
}

}  // namespace mobilith

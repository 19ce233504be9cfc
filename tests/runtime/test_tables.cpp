// Models whose tables are none of this ABI's: refused before anything of them is used.
#include <cstdint>
#include <functional>
#include <vector>

#include "catch.h"
#include "mobilith_abi.h"
#include "runtime/model.h"
#include "runtime/session.h"

namespace test_tables {

using namespace mobilith::handmade;

namespace {

// The handmade model, to be changed; with a copy of its output out of the arena.
struct Tables {
  mobilith_model changed = model();
  mobilith_variant variant = *changed.variants;
  mobilith_model_info info = *variant.info;
  std::vector<mobilith_step> steps{variant.steps, variant.steps + variant.steps_count};
  std::vector<mobilith_operand> operands{variant.operands, variant.operands + variant.operands_count};
  mobilith_port input = variant.inputs[0], output = variant.outputs[0];
  std::vector<mobilith_copy> copies{{0, 2, 0, floats, 0}};
  Tables() {
    changed.variants = &variant;
    variant.info = &info;
    variant.steps = steps.data();
    variant.operands = operands.data();
    variant.inputs = &input;
    variant.outputs = &output;
    variant.copies = copies.data();
    variant.copies_count = 1;
  }
  Tables(const Tables&) = delete;
  mobilith_status create() const { return Session(changed, with_threads(2)).status(); }
};

constexpr uint32_t most = UINT32_MAX;

}  // namespace

TEST_CASE("a model is taken as it was made") { CHECK(Tables().create() == MOBILITH_OK); }

TEST_CASE("one value of a model's tables that no generator of this ABI writes is a wrong version") {
  const std::vector<std::function<void(Tables&)>> changes{
      [](Tables& t) { t.changed.abi_version++; },
      [](Tables& t) { t.changed.struct_bytes--; },
      [](Tables& t) { t.changed.variants_count = 0; },
      [](Tables& t) { t.changed.variants = nullptr; },
      [](Tables& t) { t.changed.weights_bytes = UINT64_MAX; },
      [](Tables& t) { t.variant.info = nullptr; },
      [](Tables& t) { t.info.struct_bytes = 8; },
      [](Tables& t) { t.info.cpu = nullptr; },
      [](Tables& t) { t.variant.arena_bytes++; },
      [](Tables& t) { t.variant.arena_bytes = UINT64_MAX - 63; },
      [](Tables& t) { t.variant.scratch_bytes = UINT64_MAX - 63; },
      [](Tables& t) { t.variant.worker_bytes = t.variant.scratch_bytes + 64; },
      [](Tables& t) { t.variant.steps_count = 0; },
      [](Tables& t) { t.variant.steps = nullptr; },
      [](Tables& t) { t.variant.operands = nullptr; },
      [](Tables& t) { t.variant.operands_count = 0; },
      [](Tables& t) { t.variant.operands_count = 6; },
      [](Tables& t) { t.variant.inputs_count = 0; },
      [](Tables& t) { t.variant.outputs = nullptr; },
      [](Tables& t) { t.variant.copies = nullptr; },
      [](Tables& t) { t.steps[1].kernel = nullptr; },
      [](Tables& t) { t.steps[1].name = nullptr; },
      [](Tables& t) { t.steps[1].kernel_name = nullptr; },
      [](Tables& t) { t.steps[1].operands = 0; },
      [](Tables& t) { t.steps[1].operands = MOBILITH_MAX_OPERANDS + 1; },
      [](Tables& t) { t.steps[1].operands = most; },
      [](Tables& t) { t.steps[2].first_operand = 5; },
      [](Tables& t) { t.steps[2].first_operand = most; },
      [](Tables& t) { t.operands[0].space = 4; },
      [](Tables& t) { t.operands[0].port = 1; },
      [](Tables& t) { t.operands[0].offset = t.input.bytes; },
      [](Tables& t) { t.operands[1].offset = t.variant.arena_bytes + 1; },
      [](Tables& t) { t.operands[5].offset = t.changed.weights_bytes + 1; },
      [](Tables& t) { t.operands[6].port = most; },
      [](Tables& t) { t.operands[6].offset = UINT64_MAX; },
      [](Tables& t) { t.input.struct_bytes = 0; },
      [](Tables& t) { t.input.name = nullptr; },
      [](Tables& t) { t.input.type = 3; },
      [](Tables& t) { t.input.height = 0; },
      [](Tables& t) { t.input.width = -1; },
      [](Tables& t) { t.output.channels = INT32_MAX; },
      [](Tables& t) { t.output.height = INT32_MAX; },
      [](Tables& t) { t.output.row_bytes = SIZE_MAX; },
      [](Tables& t) { t.output.bytes--; },
      [](Tables& t) { t.copies[0].step = 3; },
      [](Tables& t) { t.copies[0].port = 1; },
      [](Tables& t) { t.copies[0].channel_stride = 0; },
      [](Tables& t) { t.copies[0].channel_stride = most; },
      [](Tables& t) { t.copies[0].offset = t.variant.arena_bytes; },
      [](Tables& t) { t.copies[0].offset = UINT64_MAX; },
      [](Tables& t) {
        t.copies.push_back(t.copies[0]);
        t.copies[1].step = 1;
        t.variant.copies = t.copies.data();
        t.variant.copies_count = 2;
      },
  };
  for (size_t i = 0; i < changes.size(); i++) {
    Tables tables;
    changes[i](tables);
    INFO("change " << i);
    CHECK(tables.create() == MOBILITH_WRONG_VERSION);
  }
}

}  // namespace test_tables

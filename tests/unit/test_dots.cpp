// Weights of products of bf16: two of them for each output lie beside each other.
#include "catch.h"
#include "layout/layout.h"
#include "layout/operands.h"
#include "products/scheme.h"

namespace test_dots {

using namespace mobilith;

namespace {

Machine bf16_machine() {
  Machine machine;
  machine.lanes = 16, machine.registers = 32, machine.broadcast_operand = true, machine.bf16_products = true;
  return machine;
}

}  // namespace

TEST_CASE("products of pixels are of bf16 where the machine has them") {
  const Machine machine = bf16_machine();
  const SeparableLayout separable = layout_of(SeparableShape{{}, 33, 1, 64}, machine);
  CHECK(separable.pointwise.multiplication == Multiplication::dots);
  CHECK(separable.pointwise.in.type == ElementType::bf16);
  CHECK(separable.out.type == ElementType::f32);
  InvertedResidualShape shape{{}, 16, 96, 24};
  const InvertedResidualLayout inverted = layout_of(shape, machine);
  CHECK(inverted.project.multiplication == Multiplication::dots);
  CHECK(inverted.expand.multiplication == Multiplication::dots);
  const auto stem = [&](int side, int channels) {
    StemShape shape{{}, channels, 32};
    shape.window.kernel_height = shape.window.kernel_width = side;
    return layout_of(shape, machine).products;
  };
  // Each of a window's rows is filled up to whole pairs.
  CHECK(stem(3, 3).multiplication == Multiplication::dots);
  CHECK(stem(3, 3).dots() == 15);
  CHECK(stem(3, 4).dots() == 18);
  CHECK(stem(5, 1).dots() == 15);
  // No pairs.
  CHECK(stem(1, 1).multiplication == Multiplication::plain);
  CHECK(stem(1, 1).weights == ElementType::f32);
  CHECK(stem(1, 1).factors == ElementType::bf16);
  CHECK(layout_of(HeadShape{7, 7, 64, 0, 10}, machine).weights == ElementType::bf16);
}

TEST_CASE("weights of 16 bits change nothing but their type, and f16 none of the pairs") {
  Machine machine;
  machine.lanes = 16, machine.registers = 32, machine.pair_vectors = 1, machine.bf16_weights = true;
  const Matrix matrix = matrix_of(96, 1, 64, /*direct=*/false, machine);
  CHECK(matrix.weights == ElementType::bf16);
  CHECK(matrix.multiplication == Multiplication::winograd);
  CHECK(matrix_weights("w", matrix).type() == Halide::BFloat(16));
  Machine f32 = machine;
  f32.bf16_weights = false;
  CHECK(matrix_of(96, 1, 64, false, f32).weights == ElementType::f32);
}

TEST_CASE("where an element of a register is a factor, pairs of bf16 and numbers of f16 are elements") {
  Machine machine;
  machine.lanes = 4, machine.registers = 32, machine.element_operand = machine.broadcast_operand = true;
  Machine bf16 = machine, f16 = machine, widening = machine;
  bf16.bf16_products = f16.f16_products = widening.f16_products = widening.f16_elements = true;
  for (const int in : {8, 33}) {
    INFO(in);
    const Matrix pairs = matrix_of(in, 1, 21, false, bf16), halves = matrix_of(in, 1, 21, false, widening),
                 converted = matrix_of(in, 1, 21, false, f16);
    CHECK(pairs.multiplication == Multiplication::dots_by_element);
    CHECK(pairs.in.type == ElementType::bf16);
    CHECK(matrix_weights("w", pairs).type() == Halide::UInt(32));
    const std::vector<float> kernel(size_t(in) * 21, 1.0f), bias(21, 0.0f);
    CHECK(scheme_of(pairs).pack(kernel, bias, pairs, {})[0].size() * 2 ==
          size_t(elements_of(matrix_weights("w", pairs))) * 4);
    CHECK(halves.multiplication == Multiplication::halves_by_element);
    CHECK(halves.in.type == ElementType::f16);
    // The same numbers, in 32 bits.
    CHECK(converted.multiplication == matrix_of(in, 1, 21, false, machine).multiplication);
    CHECK(converted.in.type == ElementType::f32);
    CHECK(converted.factors == ElementType::f16);
    CHECK(converted.weights == ElementType::f16);
  }
  // Few inputs, and such as lie in windows, stay floats; of a bf16 stem they are rounded, on any CPU.
  CHECK(layout_of(StemShape{{}, 3, 32}, widening).products.factors == ElementType::f32);
  CHECK(layout_of(StemShape{{}, 3, 32}, bf16).products.factors == ElementType::bf16);
  CHECK(layout_of(StemShape{{}, 3, 32}, bf16).products.multiplication == Multiplication::plain);
  CHECK(layout_of(StemShape{{}, 3, 32}, bf16).products.weights == ElementType::f32);
}

TEST_CASE("an odd number of inputs is filled up with a weight of zero, for each depth multiplier") {
  Machine machine = bf16_machine();
  machine.lanes = 4;
  const Matrix matrix = matrix_of(3, 2, 5, /*direct=*/false, machine);
  REQUIRE(matrix.multiplication == Multiplication::dots);
  REQUIRE(matrix.dots() == 4);
  std::vector<float> kernel(size_t{6} * 5);  // 10 k + o + 1
  for (int k = 0; k < 6; k++)
    for (int o = 0; o < 5; o++) kernel[size_t(k) * 5 + size_t(o)] = static_cast<float>(10 * k + o + 1);
  const std::vector<Packed> packed = scheme_of(matrix).pack(kernel, {1, 2, 3, 4, 5}, matrix, {});
  REQUIRE(packed.size() == 2);
  REQUIRE(int64_t(packed[0].size()) == elements_of(matrix_weights("weights", matrix)));
  // (product of the pair, lane, pair, vector)
  for (int o = 0; o < 8; o++)
    for (int j = 0; j < 2; j++)
      for (int c = 0; c < 4; c++) {
        const size_t at =
            (((size_t(o) / 4 * 4) + size_t(j) * 2 + size_t(c) / 2) * 4 + size_t(o) % 4) * 2 + size_t(c) % 2;
        const int k = 3 * j + c;
        CHECK(packed[0][at] == (c < 3 && o < 5 ? static_cast<float>(10 * k + o + 1) : 0.0f));
      }
  CHECK(packed[1] == Packed{1, 2, 3, 4, 5, 0, 0, 0});
}

}  // namespace test_dots

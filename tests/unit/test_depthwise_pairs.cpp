// Depthwise products in groups of two: which CPUs make a row's groups once (QuantisedProductsLayout).
#include "catch.h"
#include "layout/quantised_products.h"
#include "schedules/quantised_products.h"
#include "targets/target.h"

namespace test_depthwise_pairs {

using namespace mobilith;

namespace {

QuantisedProductsShape depthwise(int stride, int outputs) {
  return {{16, 16, 16 / stride, 16 / stride, stride, 1, 1}, 32, outputs};
}

Machine machine_of(const char* cpu) {
  return resolve_cpu(cpu, "", Products::automatic, /*bytes=*/true).machine;
}

}  // namespace

TEST_CASE("with sixteen registers a row's pairs are made once for all rows of windows") {
  for (const char* cpu : {"haswell", "znver3", "sandybridge"}) {
    CAPTURE(cpu);
    CHECK(depthwise_layout(depthwise(1, 32), machine_of(cpu)).pair_columns == 1);
    CHECK(depthwise_layout(depthwise(2, 32), machine_of(cpu)).pair_columns == 2);
    CHECK(depthwise_layout(depthwise(1, 64), machine_of(cpu)).pair_columns == 0);  // two outputs a channel
  }
}

TEST_CASE("where products come in fours, or registers are many, they are not") {
  for (const char* cpu : {"znver4", "skylake-avx512"})
    CHECK(depthwise_layout(depthwise(1, 32), machine_of(cpu)).pair_columns == 0);
}

TEST_CASE("the kernel has those pairs, and reads no row beside them") {
  for (const char* cpu : {"znver3", "skylake-avx512"}) {
    const Machine machine = machine_of(cpu);
    const QuantisedDepthwiseShape shape{depthwise(1, 32)};
    const QuantisedProducts kernel = scheduled(shape, default_schedule(shape, machine), machine);
    const bool pairs = std::string(cpu) == "znver3";
    CHECK(kernel.pairs.defined() == pairs);
    CHECK(kernel.rows.type().bits() == (pairs ? 8 : 16));
  }
}

}  // namespace test_depthwise_pairs

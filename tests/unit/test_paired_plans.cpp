// Which kernels of a plan have direct products in place of paired ones, and what their shapes say of it.
#include "catch.h"
#include "layout/layout.h"
#include "plan/plan.h"
#include "unit/pairing_machine.h"
#include "weights/weights.h"

namespace test_paired_plans {

using namespace mobilith;

namespace {

// The formula's weights, but that block 5 makes every other channel 1024 times as large, which block 6 takes
// back.
class Scaled final : public Weights {
 public:
  FileConfiguration configuration() const override { return {}; }
  std::string hash() const override { return "scaled"; }
  Tensor tensor(const std::string& layer, const std::string& role,
                const std::vector<int>& shape) const override {
    Tensor tensor = base_->tensor(layer, role, shape);
    if (layer == "block_5_project_BN" && (role == "gamma" || role == "beta"))
      for (size_t c = 0; c < tensor.values.size(); c += 2) tensor.values[c] *= 1024;
    if (layer == "block_6_expand")
      for (size_t i = 0; i < tensor.values.size(); i++)
        if (i / size_t(shape.back()) % 2 == 0) tensor.values[i] /= 1024;
    return tensor;
  }

 private:
  std::unique_ptr<Weights> base_ = open_weights("synthetic");
};

std::vector<std::string> direct_layers(const Plan& plan) {
  std::vector<std::string> layers;
  for (const PlannedStep& step : plan.steps)
    for (const PairedLayer& layer : step.paired)
      if (!layer.paired()) layers.push_back(layer.layer);
  return layers;
}

}  // namespace

TEST_CASE("the formula's networks pair all that the machine pairs") {
  const auto weights = open_weights("synthetic");
  for (const Configuration& c : {Configuration{"mobilenet_v1", 1, 1, 224, 224, 1000},
                                 {"mobilenet_v1", 0.5, 1, 160, 160, 1000},
                                 {"mobilenet_v1", 0.25, 1, 128, 128, 1000},
                                 {"mobilenet_v2", 1, 1, 224, 224, 1000},
                                 {"mobilenet_v2", 1.4, 1, 224, 224, 1000},
                                 {"mobilenet_v2", 0.35, 1, 96, 96, 1000}}) {
    INFO(c.net << " " << c.alpha);
    const Plan plan = make_plan(build_network(c), *weights, pairing_machine());
    CHECK(direct_layers(plan).empty());
    size_t pairs = 0;
    for (const PlannedStep& step : plan.steps) pairs += step.paired.size();
    CHECK(pairs >= 12);
    for (const PlannedKernel& kernel : plan.kernels)
      CHECK(kernel.shape.dump().find("direct") == std::string::npos);
  }
}

TEST_CASE("a kernel whose inputs ask for it has direct products, its shape says so, and others stay paired") {
  const Network network = build_network({"mobilenet_v2", 0.5, 1, 64, 64, 10});
  const Plan plan = make_plan(network, Scaled(), pairing_machine());
  // What block 5 adds to its input is a sum that block 6 reads.
  CHECK(direct_layers(plan) == std::vector<std::string>{"block_6_expand"});
  for (const PlannedStep& step : plan.steps) {
    const PlannedKernel& kernel = plan.kernels[size_t(step.kernel)];
    const bool direct = step.block == "inverted_residual_6";
    INFO(step.block);
    CHECK(kernel.shape.contains("direct_expansion") == direct);
    CHECK(kernel.schedule_source == (direct ? direct_source : default_source));
  }
  Machine machine = pairing_machine();
  machine.pair_vectors = 0;
  for (const PlannedKernel& kernel : make_plan(network, Scaled(), machine).kernels)
    CHECK_FALSE(kernel.shape.contains("direct_expansion"));
}

TEST_CASE("a shape says that products are direct only where they are, and reads what it wrote") {
  const nlohmann::json usual = InvertedResidualShape{{8, 8, 8, 8, 1, 1, 1}, 24, 144, 24};
  CHECK(usual.size() == 6);
  InvertedResidualShape shape = usual.get<InvertedResidualShape>();
  shape.direct_projection = true;
  const nlohmann::json direct = shape;
  CHECK(direct.size() == 7);
  CHECK(direct.get<InvertedResidualShape>().direct_projection);
  CHECK_FALSE(direct.get<InvertedResidualShape>().direct_expansion);
  const InvertedResidualLayout layout = layout_of(shape, pairing_machine());
  CHECK(layout.expand.multiplication == Multiplication::winograd);
  CHECK(layout.project.multiplication == Multiplication::plain);
}

}  // namespace test_paired_plans

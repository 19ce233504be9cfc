// Which variant of a model a CPU gets: the runtime's own choice, for CPUs that are not here.
#define MOBILITH_CPU_H
#include <stdint.h>

#include "mobilith_abi.h"

static uint64_t features_here;
static uint64_t cpu_features(void) { return features_here; }

#include <initializer_list>
#include <string>
#include <vector>

#include "catch.h"
#include "variants.h"

namespace {

constexpr uint64_t low = 1, high = 2, extra = 4, other = 8;

// As the generator orders them: the one to prefer first.
class Model {
 public:
  struct Row {
    const char* cpu;
    uint64_t features, identity;
  };
  Model(std::initializer_list<Row> rows) : infos_(rows.size()) {
    for (const Row& row : rows) {
      mobilith_variant variant{};
      infos_[variants_.size()].cpu = row.cpu;
      variant.info = &infos_[variants_.size()];
      variant.cpu_features = row.features;
      variant.cpu_identity = row.identity;
      variants_.push_back(variant);
    }
    model_.variants = variants_.data();
    model_.variants_count = static_cast<uint32_t>(variants_.size());
  }

  // "none" where none fits.
  std::string on(uint64_t features, const char* forced = nullptr) const {
    features_here = features;
    if (forced)
      setenv("MOBILITH_CPU", forced, 1);
    else
      unsetenv("MOBILITH_CPU");
    const mobilith_variant* variant = fitting_variant(&model_);
    unsetenv("MOBILITH_CPU");
    return variant ? variant->info->cpu : "none";
  }

 private:
  std::vector<mobilith_model_info> infos_;
  std::vector<mobilith_variant> variants_;
  mobilith_model model_{};
};

const Model three{
    {"best", low | high, low | high | extra}, {"middle", low | high, low | high}, {"least", low, low}};

}  // namespace

TEST_CASE("the first variant whose CPU this is, by all that tells it, is taken") {
  CHECK(three.on(low | high | extra | other) == "best");
  CHECK(three.on(low | high | extra) == "best");
  CHECK(three.on(low | high) == "middle");
  CHECK(three.on(low | extra) == "least");
  CHECK(three.on(low) == "least");
}

TEST_CASE("strictly fitting variants go before those that only can run, wherever they stand") {
  const Model model{{"lenient", low, low | extra}, {"strict", low, low}};
  CHECK(model.on(low) == "strict");
  CHECK(model.on(low | extra) == "lenient");
}

TEST_CASE("where no CPU named is here, the first that can run is taken") {
  const Model model{{"first", low | high, low | high | extra}, {"second", low, low | other}};
  CHECK(model.on(low | high) == "first");
  CHECK(model.on(low) == "second");
}

TEST_CASE("where none can run there is none") {
  CHECK(three.on(0) == "none");
  CHECK(three.on(high | extra) == "none");
}

TEST_CASE("a forced name is taken where it can run, whatever else would be better") {
  const uint64_t all = low | high | extra;
  CHECK(three.on(all, "least") == "least");
  CHECK(three.on(all, "middle") == "middle");
  CHECK(three.on(low | high, "best") == "best");  // can run: only its identity is missing
}

TEST_CASE(
    "a forced name that can't run, or that the library has not, gives none; an empty one forces nothing") {
  CHECK(three.on(low, "best") == "none");
  for (const char* unknown : {"bes", "best ", "Best", "least,best", "x"})
    CHECK(three.on(low | high | extra, unknown) == "none");
  CHECK(three.on(low | high, "") == "middle");
}

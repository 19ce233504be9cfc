// Models with one change each: what is recognised computes what the file's own graph does, or the file is
// refused in one line.
#include <functional>
#include <iostream>

#include "catch.h"
#include "formats/mutations.h"
#include "formats/network_files.h"
#include "formats/onnx_writer.h"
#include "networks/table.h"
#include "nightly.h"
#include "process.h"
#include "weights/weights.h"

namespace test_mutations {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

using Change = std::function<void(onnx::Node&)>;

// Each number of each attribute changed, each pair of inputs swapped, each type turned into others.
std::vector<std::pair<std::string, Change>> changes_of(const onnx::Node& node) {
  std::vector<std::pair<std::string, Change>> changes;
  for (int a = 0; a < node.attribute_size(); a++) {
    const onnx::Attribute& attribute = node.attribute(a);
    for (const int64_t step : {1, -1})
      for (int i = 0; i < attribute.ints_size(); i++)
        changes.emplace_back(attribute.name() + "[" + std::to_string(i) + "] by " + std::to_string(step),
                             [=](onnx::Node& n) {
                               auto* ints = n.mutable_attribute(a)->mutable_ints();
                               ints->Set(i, ints->Get(i) + step);
                             });
    if (attribute.has_i())
      changes.emplace_back(attribute.name() + " by 1",
                           [=](onnx::Node& n) { n.mutable_attribute(a)->set_i(n.attribute(a).i() + 1); });
    if (attribute.has_f())
      changes.emplace_back(attribute.name() + " times 1.5",
                           [=](onnx::Node& n) { n.mutable_attribute(a)->set_f(n.attribute(a).f() * 1.5f); });
    changes.emplace_back("without " + attribute.name(),
                         [=](onnx::Node& n) { n.mutable_attribute()->DeleteSubrange(a, 1); });
  }
  if (node.input_size() > 1)
    changes.emplace_back("inputs swapped", [](onnx::Node& n) { n.mutable_input()->SwapElements(0, 1); });
  if (node.input_size() > 2)
    changes.emplace_back("the last input left out", [](onnx::Node& n) { n.mutable_input()->RemoveLast(); });
  for (const char* type : {"Relu", "Sigmoid", "Identity", "HardSwish", "Neg", "GlobalMaxPool"})
    if (node.input_size() == 1 && node.op_type() != type)
      changes.emplace_back(std::string("a ") + type, [=](onnx::Node& n) {
        n.set_op_type(type);
        n.clear_attribute();
      });
  for (const char* type : {"Mul", "Sub", "Max"})
    if (node.op_type() == "Add") changes.emplace_back(type, [=](onnx::Node& n) { n.set_op_type(type); });
  return changes;
}

// every: of the changes, one in so many is tried.
Outcome try_changes(const Network& network, int every) {
  const auto weights = open_weights("synthetic");
  onnx::Model model;
  REQUIRE(model.ParseFromString(onnx_of(network, *weights)));
  const TemporaryFolder folder;
  Outcome outcome;
  int number = 0;
  for (int n = 0; n < model.graph().node_size(); n++)
    for (const auto& [what, change] : changes_of(model.graph().node(n))) {
      if (number++ % every != 0) continue;
      onnx::Model changed = model;
      change(*changed.mutable_graph()->mutable_node(n));
      INFO(model.graph().node(n).op_type() << " '" << model.graph().node(n).name() << "': " << what);
      write_text(folder / "model.onnx", changed.SerializeAsString());
      check_file(folder / "model.onnx", outcome);
    }
  std::cout << outcome.answered << " answered, " << outcome.refused << " refused\n";
  return outcome;
}

}  // namespace

TEST_CASE("models with one change are computed as they are, or refused") {
  Outcome all;
  const bool all_night = nightly();
  for (const auto& [network, every] :
       {std::pair{build_network({"mobilenet_v1", 0.1, 1, 32, 32, 3}), all_night ? 3 : 11},
        {build_network({"mobilenet_v2", 0.1, 1, 32, 32, 3}), all_night ? 5 : 17},
        {small_network("mobilenet_v3_small", 12), all_night ? 1 : 3}}) {
    const Outcome outcome = try_changes(network, every);
    all.answered += outcome.answered, all.refused += outcome.refused;
  }
  CHECK(all.answered >= (all_night ? 50 : 15));
  CHECK(all.refused >= (all_night ? 100 : 30));
}

}  // namespace test_mutations

// What the tuner works on.
#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "catch.h"
#include "layout/shapes.h"
#include "plan/plan.h"
#include "schedules/kernel_name.h"
#include "tune/kernel_tasks.h"
#include "weights/weights.h"

namespace test_kernel_tasks {

using namespace mobilith;
using namespace mobilith::tune;

namespace {

std::set<std::string> keys(const std::vector<KernelTask>& list) {
  std::set<std::string> keys;
  for (const KernelTask& work : list) keys.insert(work.type + work.shape.dump());
  return keys;
}

// "alpha,resolution" of each line of a table of published accuracies.
std::set<std::pair<double, int>> published(const std::string& net) {
  std::ifstream file(std::string(MOBILITH_TEST_DATA) + "/reference/" + net + ".csv");
  std::string line;
  std::getline(file, line);
  std::set<std::pair<double, int>> rows;
  while (std::getline(file, line)) {
    const size_t comma = line.find(',');
    rows.insert({std::stod(line), std::stoi(line.substr(comma + 1))});
  }
  return rows;
}

}  // namespace

TEST_CASE("a network's kernels are listed once each, the heaviest first, and make up its whole time") {
  const std::vector<KernelTask> list =
      kernel_tasks(std::vector{Configuration{"mobilenet_v1", 1.0, 1, 224, 224}}, Machine{});
  CHECK(list.size() == 11);  // stem, 9 separable blocks, head
  CHECK(keys(list).size() == list.size());
  double sum = 0;
  for (const KernelTask& work : list) {
    sum += work.share;
    CHECK(work.network.blocks.size() == 1);
  }
  CHECK(sum == Approx(1));
  CHECK(std::is_sorted(list.begin(), list.end(),
                       [](const KernelTask& a, const KernelTask& b) { return a.share > b.share; }));
  CHECK(list.front().type == "separable");
}

TEST_CASE("a frame's kernel is one of the list, in a network that has it as the library does") {
  for (const char* net : {"mobilenet_v1", "mobilenet_v3_small"}) {
    Network network = build_network({net, 1.0, 1, 32, 32, 10});
    const size_t without = kernel_tasks(std::vector{network}, Machine{}).size();
    network.frame = Frame{PixelFormat::rgb8, 48, 64, Resize::bilinear, Fit::crop, {1, 1, 1}, {0, 0, 0}};
    const std::unique_ptr<Weights> weights = open_weights("synthetic");
    for (const Weights* of :
         {static_cast<const Weights*>(nullptr), static_cast<const Weights*>(weights.get())}) {
      const std::vector<KernelTask> list = kernel_tasks(std::vector{network}, Machine{}, of);
      REQUIRE(list.size() == without + 1);
      const auto task =
          std::find_if(list.begin(), list.end(), [](const KernelTask& work) { return work.type == "frame"; });
      REQUIRE(task != list.end());
      CHECK(task->madds() == 0);
      CHECK(task->name == "frame_rgb8_48x64_32x32x3");
      for (const Network& whole : {network, task->network}) {
        const Plan plan = make_plan(whole, *weights, Machine{});
        CHECK(plan.kernels[0].type == "frame");
        CHECK(plan.kernels[0].shape == task->shape);
      }
    }
  }
}

TEST_CASE("the published configurations are those of the papers' tables") {
  std::map<std::string, std::set<std::pair<double, int>>> found;
  for (const Configuration& c : published_configurations()) {
    CHECK(c.height == c.width);
    CHECK(found[c.net].insert({c.alpha, c.height}).second);
  }
  for (const char* net : {"mobilenet_v1", "mobilenet_v2"}) CHECK(found[net] == published(net));
}

TEST_CASE("kernels that several networks share are listed once, with names of their own") {
  const std::vector<KernelTask> list = kernel_tasks(published_networks(), Machine{});
  CHECK(keys(list).size() == list.size());
  std::set<std::string> names;
  for (const KernelTask& work : list) CHECK(names.insert(work.name).second);
}

TEST_CASE("the tuner calls a network's kernels what its library calls them") {
  // The first of three equal blocks loses its residual: two kernels of one name, the heavier one comes
  // second.
  Network network = build_network({"mobilenet_v2", 0.35, 1, 96, 96, 10});
  const auto equal = std::find_if(network.blocks.begin(), network.blocks.end(),
                                  [](const Block& block) { return block.name == "inverted_residual_7"; });
  REQUIRE(equal != network.blocks.end());
  REQUIRE(equal->residual);
  equal->residual = false;
  std::map<std::string, std::string> names;
  for (const KernelTask& work : kernel_tasks(std::vector{network}, Machine{}))
    names[work.type + work.shape.dump()] = work.name;
  const Plan plan = make_plan(network, *open_weights("synthetic"), Machine{});
  CHECK(plan.kernels.size() == names.size());
  int numbered = 0;
  for (const PlannedKernel& kernel : plan.kernels) {
    CHECK(kernel.name == names[kernel.type + kernel.shape.dump()]);
    numbered += kernel.name != kernel_name(kernel.type, kernel.shape);
  }
  CHECK(numbered == 1);
}

TEST_CASE("a name that begins like another one gets no number, an equal one does") {
  KernelNames names;
  const Window window{7, 7, 7, 7, 1, 1, 1};
  CHECK(names.next("separable", SeparableShape{window, 10, 1, 100}) == "separable_7x7x10_7x7x100");
  CHECK(names.next("separable", SeparableShape{window, 10, 1, 10}) == "separable_7x7x10_7x7x10");
  CHECK(names.next("separable", SeparableShape{window, 10, 2, 10}) == "separable_7x7x10_7x7x10_2");
  CHECK(names.next("separable", SeparableShape{window, 10, 3, 10}) == "separable_7x7x10_7x7x10_3");
}

TEST_CASE("a kernel with several inputs comes with blocks that make them of the image") {
  const Network network = build_network({"mobilenet_v3_small", 1.0, 1, 224, 224});
  const std::vector<KernelTask> list = kernel_tasks(std::vector{network}, Machine{});
  int several = 0;
  for (const KernelTask& work : list) {
    const Network& part = work.network;
    for (size_t i = 0; i < part.blocks.size(); i++)
      for (const int from : part.inputs_of(i)) CHECK(from < static_cast<int>(i));
    several += part.blocks.size() > 1;
    const Plan plan = make_plan(part, *open_weights("synthetic"), Machine{});
    CHECK(plan.kernels.back().type == work.type);
    CHECK(plan.kernels.back().shape == work.shape);
  }
  CHECK(several == 7);  // gated projections: two of the nine are like another one
  std::set<std::string> kernels;
  for (const PlannedKernel& kernel : make_plan(network, *open_weights("synthetic"), Machine{}).kernels)
    kernels.insert(kernel.type + kernel.shape.dump());
  CHECK(keys(list) == kernels);
}

TEST_CASE("weights say whose products a kernel pairs") {
  Machine pairing;
  pairing.pair_vectors = 1;
  const Network network = build_network({"mobilenet_v3_large", 1.0, 1, 224, 224});
  const std::unique_ptr<Weights> weights = open_weights("synthetic");
  int direct = 0;
  for (const KernelTask& work : kernel_tasks(std::vector{network}, pairing, weights.get())) {
    const nlohmann::json shape = make_plan(work.network, *weights, pairing).kernels.back().shape;
    CHECK(shape == work.shape);
    direct += work.shape.dump().find("direct") != std::string::npos;
  }
  CHECK(direct > 0);
}

TEST_CASE("shards are disjoint and together the whole") {
  const std::vector<KernelTask> list =
      kernel_tasks(std::vector{Configuration{"mobilenet_v2", 0.5, 1, 96, 96}}, Machine{});
  for (int count : {1, 2, 3, 50}) {
    std::set<std::string> together;
    size_t sum = 0;
    for (int i = 0; i < count; i++) {
      const std::vector<KernelTask> part = shard(list, i, count);
      sum += part.size();
      together.merge(keys(part));
    }
    CHECK(sum == list.size());
    CHECK(together == keys(list));
  }
}

}  // namespace test_kernel_tasks

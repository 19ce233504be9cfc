// What the tuner works on.
#include <algorithm>
#include <fstream>
#include <set>

#include "catch.h"
#include "tune/work_list.h"

using namespace mobilith;
using namespace mobilith::tune;

namespace {

std::set<std::string> keys(const std::vector<Work>& list) {
  std::set<std::string> keys;
  for (const Work& work : list) keys.insert(work.type + work.shape.dump());
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
  const std::vector<Work> list =
      work_list(std::vector{Configuration{"mobilenet_v1", 1.0, 1, 224, 224}}, Machine{});
  CHECK(list.size() == 11);  // stem, 9 separable blocks, head
  CHECK(keys(list).size() == list.size());
  double sum = 0;
  for (const Work& work : list) {
    sum += work.share;
    CHECK(work.network.blocks.size() == 1);
  }
  CHECK(sum == Approx(1));
  CHECK(std::is_sorted(list.begin(), list.end(),
                       [](const Work& a, const Work& b) { return a.share > b.share; }));
  CHECK(list.front().type == "separable");
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
  const std::vector<Work> list = work_list(published_networks(), Machine{});
  CHECK(keys(list).size() == list.size());
  std::set<std::string> names;
  for (const Work& work : list) CHECK(names.insert(work.name).second);
}

TEST_CASE("shards are disjoint and together the whole") {
  const std::vector<Work> list =
      work_list(std::vector{Configuration{"mobilenet_v2", 0.5, 1, 96, 96}}, Machine{});
  for (int count : {1, 2, 3, 50}) {
    std::set<std::string> together;
    size_t sum = 0;
    for (int i = 0; i < count; i++) {
      const std::vector<Work> part = shard(list, i, count);
      sum += part.size();
      together.merge(keys(part));
    }
    CHECK(sum == list.size());
    CHECK(together == keys(list));
  }
}

// The Pareto front, what fits a budget, and costs that are kept.
#include <filesystem>
#include <set>

#include "catch.h"
#include "explore/explored.h"
#include "explore/kept_costs.h"
#include "process.h"

namespace test_exploration {

using namespace mobilith;
using namespace mobilith::explore;

namespace {

constexpr PublishedFigures with_top1(double top1) { return {"", 1, 224, 0, 0, top1, 0, "", ""}; }

// Networks of times and accuracies; 0: not known.
std::vector<Explored> networks(const std::vector<std::pair<double, double>>& points) {
  static std::vector<PublishedFigures> figures;
  figures.clear();
  figures.reserve(points.size());
  std::vector<Explored> all;
  for (const auto& [seconds, top1] : points) {
    figures.push_back(with_top1(top1));
    Explored network;
    if (top1 > 0) network.published = &figures.back();
    if (seconds > 0) network.costs = Costs{.least = seconds, .median = seconds};
    all.push_back(network);
  }
  return all;
}

std::set<size_t> front_of(std::vector<Explored> all) {
  mark_front(all);
  std::set<size_t> front;
  for (size_t i = 0; i < all.size(); i++)
    if (all[i].front) front.insert(i);
  return front;
}

}  // namespace

TEST_CASE("a network is on the front if none is faster and more accurate") {
  using Front = std::set<size_t>;
  CHECK(front_of(networks({{1, 50}, {2, 60}, {3, 55}, {4, 70}})) == Front{0, 1, 3});
  CHECK(front_of(networks({{4, 70}, {3, 55}, {2, 60}, {1, 50}})) == Front{0, 2, 3});
  CHECK(front_of(networks({{1, 50}, {1, 60}})) == Front{1});          // equally fast
  CHECK(front_of(networks({{1, 50}, {2, 50}})) == Front{0});          // equally accurate
  CHECK(front_of(networks({{1, 50}, {1, 50}})) == Front{0, 1});       // equal in both
  CHECK(front_of(networks({{1, 0}, {0, 99}, {2, 50}})) == Front{2});  // not known: outside
  CHECK(front_of({}).empty());
}

TEST_CASE("what fits a budget is listed the most accurate first, of equal ones the fastest") {
  Exploration all;
  all.networks = networks({{3, 60}, {2, 60}, {1, 70}, {5, 90}, {4, 0}, {0, 95}});
  all.budget = 4;
  std::vector<double> times;
  for (const Explored* network : all.fitting()) times.push_back(network->costs->least);
  CHECK(times == std::vector<double>{1, 2, 3, 4});
  all.budget = 0.5;
  CHECK(all.fitting().empty());
  CHECK(all.by_time().size() == 5);
}

TEST_CASE("titles and times are as the documents write them") {
  CHECK(title({"mobilenet_v1", 1.0, 1, 224, 224}) == "V1 1.0-224");
  CHECK(title({"mobilenet_v2", 0.35, 1, 96, 96}) == "V2 0.35-96");
  CHECK(title({"mobilenet_v3_large_minimalistic", 1.0}) == "V3 large minimalistic 1.0-224");
  CHECK(time_text(108.2e-6) == "108 us");
  CHECK(time_text(5e-3) == "5.000 ms");
  CHECK(time_text(0.0221) == "22.10 ms");
  std::set<std::string> all;
  for (const Configuration& c : published_configurations()) all.insert(title(c));
  CHECK(all.size() == published_configurations().size());
}

TEST_CASE("kept costs answer their own question alone, and damaged ones none") {
  const TemporaryFolder folder;
  std::vector<std::string> said;
  const auto complain = [&](const std::string& line) { said.push_back(line); };
  const KeptCosts kept(folder / "new" / "explore", complain);
  REQUIRE(kept.keeps());
  const nlohmann::json question{{"net", "mobilenet_v1"}, {"threads", 1}},
      other{{"net", "mobilenet_v1"}, {"threads", 2}};
  const Costs costs{.least = 1.25e-3, .rounds = 7, .library_bytes = 5'000'000'000, .date = "2026-11-27"};
  CHECK(!kept.read(question));
  kept.write(question, costs);
  REQUIRE(kept.read(question));
  CHECK(nlohmann::json(*kept.read(question)) == nlohmann::json(costs));
  CHECK(!kept.read(other));
  CHECK(said.empty());

  const std::vector<std::string> files = files_below(folder / "new");
  REQUIRE(files.size() == 1);
  const std::filesystem::path file = folder / "new" / files.front();
  const std::string whole = read_text(file);
  std::string changed = whole;
  changed.replace(changed.find("0.00125"), 7, "0.00120");
  for (const std::string& damaged :
       {whole.substr(0, whole.size() / 2), std::string("{}"), std::string(), changed}) {
    write_text(file, damaged);
    said.clear();
    CHECK(!kept.read(question));
    REQUIRE(said.size() == 1);
    CHECK(said.front().find("it is made again") != std::string::npos);
  }
  kept.write(other, costs);
  for (const std::string& name : files_below(folder / "new"))
    if (folder / "new" / name != file)
      std::filesystem::copy_file(folder / "new" / name, file,
                                 std::filesystem::copy_options::overwrite_existing);
  said.clear();
  CHECK(!kept.read(question));  // the other's under its name
  CHECK(said.size() == 1);
  write_text(file, whole);
  CHECK(kept.read(question));
  std::filesystem::permissions(file, std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  CHECK(!kept.read(question));

  std::filesystem::permissions(folder / "new", std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  said.clear();
  const KeptCosts open_to_all(folder / "new", complain);
  CHECK(!open_to_all.keeps());
  CHECK(said.size() == 1);
  CHECK(!open_to_all.read(question));
  CHECK(!KeptCosts("", complain).keeps());
}

}  // namespace test_exploration

// The chart and the page of an exploration, alone and in a browser.
#include <algorithm>
#include <regex>

#include "catch.h"
#include "explore/chart.h"
#include "explore/explored.h"
#include "explore/label_places.h"
#include "explore/page.h"
#include "process.h"
#include "skip.h"

namespace test_explore_page {

using namespace mobilith;
using namespace mobilith::explore;

namespace {

size_t count(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  return static_cast<size_t>(std::distance(std::sregex_iterator(text.begin(), text.end(), regex), {}));
}

// Whether each element is closed where HTML wants it to be.
bool elements_closed(const std::string& page) {
  std::vector<std::string> open;
  const std::regex regex("<(/?)([a-z0-9]+)([^>]*)>");
  for (auto tag = std::sregex_iterator(page.begin(), page.end(), regex); tag != std::sregex_iterator();
       ++tag) {
    const std::string name = (*tag)[2];
    if (name == "meta" || (*tag)[3].str().ends_with("/")) continue;
    if ((*tag)[1].length() == 0) {
      open.push_back(name);
    } else {
      if (open.empty() || open.back() != name) return false;
      open.pop_back();
    }
  }
  return open.empty();
}

std::string browser() {
  for (const char* name : {"chromium", "chromium-browser", "google-chrome"}) {
    std::string path = run_process({"sh", "-c", std::string("command -v ") + name}).out;
    if (!path.empty()) return path.substr(0, path.size() - 1);
  }
  return {};
}

// What the browser says of the boxes that it has drawn: labels over labels, labels over points, labels cut
// off by the drawing; points, labels, and whether a point has a title.
constexpr const char* script = R"(<script>
const boxes = (selector) => [...document.querySelectorAll(selector)].map((e) => e.getBoundingClientRect());
const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
const texts = boxes('svg text'), labels = boxes('svg text.label'), points = boxes('svg path.point'), [all] = boxes('svg');
let crossed = 0, covered = 0, cut = 0;
for (let i = 0; i < texts.length; i++) {
  for (let j = 0; j < i; j++) crossed += over(texts[i], texts[j]);
  cut += texts[i].left < all.left || texts[i].right > all.right || texts[i].top < all.top || texts[i].bottom > all.bottom;
}
for (const label of labels) for (const point of points) covered += over(label, point);
const titled = document.querySelectorAll('svg path.point title').length;
const beyond = document.documentElement.scrollWidth > innerWidth;
document.body.innerHTML = `<pre>crossed ${crossed} covered ${covered} cut ${cut} points ${points.length} titled ${titled} labels ${labels.length} beyond ${beyond} loaded ${performance.getEntriesByType('resource').length} width ${Math.round(all.width)};</pre>`;
</script>)";

}  // namespace

TEST_CASE("labels cover neither each other nor points nor what is taken, and stay within the area") {
  const Box area{0, 0, 400, 300}, taken{100, 0, 20, 300};
  std::vector<LabelWanted> wanted;
  unsigned state = 3;
  const auto random = [&](double most) {
    return most * ((state = state * 1664525u + 1013904223u) >> 8) / double(1 << 24);
  };
  for (int i = 0; i < 60; i++) wanted.push_back({random(400), random(300), 30 + random(20), 12});
  const auto places = place_labels(wanted, area, 10, {taken});
  REQUIRE(places.size() == wanted.size());
  std::vector<Box> all{taken};
  for (const LabelWanted& w : wanted) all.push_back({w.x - 5, w.y - 5, 10, 10});
  size_t placed = 0;
  for (const auto& place : places) {
    if (!place) continue;
    placed++;
    CHECK(area.holds(*place));
    for (const Box& other : all) CHECK(!place->overlaps(other));
    all.push_back(*place);
  }
  CHECK(placed > 40);
  CHECK(place_labels({{50, 50, 40, 12}}, area, 10).front());
  CHECK(!place_labels({{50, 50, 40, 12}}, {0, 0, 30, 300}, 10).front());  // no room at all
}

TEST_CASE(
    "the page has each network's point and row, the front and what fits, and refers to nothing outside") {
  Exploration all = testing::made_exploration();
  all.networks.back().failure = "a <fault>", all.networks.back().costs.reset();
  all.networks[0].published = nullptr;  // of no known accuracy
  mark_front(all.networks);
  all.budget = 1e-3;
  const std::string page = html_page(all);
  CHECK(elements_closed(page));
  CHECK(page.find("http") == std::string::npos);
  CHECK(page.find("a <") == std::string::npos);
  CHECK(page.find("a &lt;CPU&gt; &amp; more") != std::string::npos);
  CHECK(page.find("a &lt;fault&gt;") != std::string::npos);
  const size_t points = all.networks.size() - 2, rows = all.networks.size() - 1;
  CHECK(count(page, "class='point[^']*'><title>") == points);
  CHECK(count(page, "<tr><td>") == rows + all.fitting().size());
  CHECK(count(page, "on the front</title>") > 5);
  CHECK(count(page, "class='beyond'") == 1);
  CHECK(page.find("budget 1 ms") != std::string::npos);

  const std::string svg = svg_file(all);
  CHECK(svg.starts_with("<svg xmlns='http://www.w3.org/2000/svg'"));
  CHECK(elements_closed(svg));
  CHECK(count(svg, "http") == 1);
  CHECK(count(svg, "class='point[^']*'><title>") == points);
  CHECK(svg.find("AMD") == std::string::npos);
  CHECK(svg.find("2026-11-27") != std::string::npos);
}

TEST_CASE("a prediction's page says so, and one without networks is a page, too") {
  Exploration all = testing::made_exploration();
  all.gigahertz = 2.5, all.machine = "", all.dtype = "int8";
  for (Explored& network : all.networks) network.costs->cycles = 1e6;
  const std::string page = html_page(all);
  CHECK(page.find("predicted for znver4 on x86_64-linux-gnu at 2.5 GHz, 1 thread, int8") !=
        std::string::npos);
  CHECK(page.find("nothing was measured") != std::string::npos);
  CHECK(page.find("not of the same networks in int8") != std::string::npos);
  CHECK(page.find("best ms") == std::string::npos);
  all.networks.clear();
  CHECK(elements_closed(html_page(all)));
  CHECK(elements_closed(svg_file(all)));
}

TEST_CASE("a browser draws each label where no other is, at any width", "[.][browser]") {
  const std::string chromium = browser();
  if (chromium.empty()) return skip("no Chromium (apt: chromium)");
  const TemporaryFolder folder;
  for (const bool budget : {true, false}) {
    Exploration all = testing::made_exploration();
    if (budget) all.budget = 1e-3;
    std::string page = html_page(all);
    page.insert(page.find("</body>"), script);
    write_text(folder / "page.html", page);
    for (const char* width : {"500", "1000", "1600"}) {
      const ProcessResult seen =
          run_process({chromium, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000",
                       "--user-data-dir=" + (folder / "profile").string(),
                       std::string("--window-size=") + width + ",1000", "--dump-dom",
                       "file://" + (folder / "page.html").string()});
      INFO(width << ": " << seen.out << seen.err);
      REQUIRE(seen.code == 0);
      CHECK(seen.out.find("crossed 0 covered 0 cut 0 points 50 titled 44 ") != std::string::npos);
      CHECK(seen.out.find("beyond false loaded 0 ") != std::string::npos);
      // Of 44 points, the front's all; 7 more are the legend's, one the budget's.
      std::smatch labels;
      REQUIRE(std::regex_search(seen.out, labels, std::regex(" labels ([0-9]+) ")));
      CHECK(std::stoi(labels[1]) > 7 + 35);
    }
  }
}

}  // namespace test_explore_page

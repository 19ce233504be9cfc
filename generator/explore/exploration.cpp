#include "explore/exploration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace mobilith::explore {

std::vector<const Explored*> Exploration::by_time() const {
  std::vector<const Explored*> found;
  for (const Explored& network : networks)
    if (network.costs) found.push_back(&network);
  std::stable_sort(found.begin(), found.end(),
                   [](const Explored* a, const Explored* b) { return a->costs->least < b->costs->least; });
  return found;
}

std::vector<const Explored*> Exploration::fitting() const {
  std::vector<const Explored*> found = by_time();
  std::erase_if(found, [&](const Explored* network) { return !fits(*network); });
  std::stable_sort(found.begin(), found.end(),
                   [](const Explored* a, const Explored* b) { return a->top1() > b->top1(); });
  return found;
}

std::string Exploration::dates() const {
  std::string first, last;
  for (const Explored* network : by_time()) {
    const std::string& date = network->costs->date;
    if (first.empty() || date < first) first = date;
    if (date > last) last = date;
  }
  return first == last ? first : first + " to " + last;
}

double Exploration::unrest() const {
  double most = 1;
  for (const Explored* network : by_time())
    if (network->costs->least > 0) most = std::max(most, network->costs->median / network->costs->least);
  return most;
}

std::string family(const std::string& net) {
  constexpr std::string_view start = "mobilenet_";
  std::string words = net.starts_with(start) ? net.substr(start.size()) : net;
  std::replace(words.begin(), words.end(), '_', ' ');
  if (!words.empty()) words[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(words[0])));
  return words;
}

std::string title(const Configuration& c) {
  std::string alpha = fmt::format("{}", c.alpha);
  if (alpha.find('.') == std::string::npos) alpha += ".0";
  return fmt::format("{} {}-{}", family(c.net), alpha, c.height);
}

void mark_front(std::vector<Explored>& networks) {
  const auto known = [](const Explored& network) { return network.costs && network.top1() > 0; };
  for (Explored& network : networks)
    network.front = known(network) && std::none_of(networks.begin(), networks.end(), [&](const Explored& o) {
                      if (!known(o)) return false;
                      const double faster = network.costs->least - o.costs->least,
                                   better = o.top1() - network.top1();
                      return faster >= 0 && better >= 0 && (faster > 0 || better > 0);
                    });
}

std::string time_text(double seconds) {
  if (seconds < 1e-3) return fmt::format("{:.3g} us", 1e6 * seconds);
  return fmt::format("{:.{}f} ms", 1e3 * seconds, seconds < 9.9995e-3 ? 3 : seconds < 99.995e-3 ? 2 : 1);
}

std::string budget_text(double seconds) {
  return seconds < 1e-3 ? fmt::format("{:g} us", 1e6 * seconds) : fmt::format("{:g} ms", 1e3 * seconds);
}

}  // namespace mobilith::explore

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "network.h"
#include "picture.h"

namespace {

struct Answer {
  std::string text, error;
};

std::string best_five(const Probabilities& probabilities) {
  std::array<int, MY_NET_CLASSES> order;
  std::iota(order.begin(), order.end(), 0);
  const auto end = order.begin() + std::min<size_t>(5, order.size());
  std::partial_sort(order.begin(), end, order.end(),
                    [&](int a, int b) { return probabilities[a] > probabilities[b]; });
  std::string text;
  for (auto at = order.begin(); at != end; ++at) {
    char line[64];
    std::snprintf(line, sizeof line, "  %4d  %.7f\n", *at, probabilities[*at]);
    text += line;
  }
  return text;
}

// Takes pictures from the list until none is left. A picture that can't be read does not stop the others.
void work(const std::vector<std::string>& pictures, std::vector<Answer>& answers, std::atomic<size_t>& next) {
  try {
    Network network;
    Probabilities probabilities;
    for (size_t i; (i = next++) < pictures.size();) try {
        network.run(read_picture(pictures[i]), probabilities);
        answers[i].text = best_five(probabilities);
      } catch (const std::exception& error) {
        answers[i].error = error.what();
      }
  } catch (const std::exception& error) {  // no session: this thread takes no picture
    std::fprintf(stderr, "classify_all: %s\n", error.what());
  }
}

}  // namespace

int main(int count, char** values) {
  const std::vector<std::string> pictures(values + 1, values + count);
  std::vector<Answer> answers(pictures.size());
  std::atomic<size_t> next{0};
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); i++)
    threads.emplace_back([&] { work(pictures, answers, next); });
  for (std::thread& thread : threads) thread.join();

  int code = 0;
  for (size_t i = 0; i < pictures.size(); i++) {
    if (!answers[i].text.empty()) {
      std::printf("%s\n%s", pictures[i].c_str(), answers[i].text.c_str());
    } else {
      if (!answers[i].error.empty()) std::fprintf(stderr, "classify_all: %s\n", answers[i].error.c_str());
      code = 1;
    }
  }
  return std::fflush(stdout) == 0 ? code : 1;
}

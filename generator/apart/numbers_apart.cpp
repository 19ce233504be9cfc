#include "apart/numbers_apart.h"

#include <fmt/format.h>

#include <new>
#include <stdexcept>
#include <string>

#include "apart/wire.h"

namespace mobilith {

namespace {

enum class Outcome : uint8_t { numbers, refused, no_memory };
constexpr Outcome last_of(Outcome) { return Outcome::no_memory; }

void answer(int end, const std::function<std::vector<float>()>& compute) {
  Channel channel(end, 0);
  Sender send(channel, {});
  std::string refusal;
  Outcome outcome = Outcome::refused;
  try {
    std::vector<float> numbers = compute();
    outcome = Outcome::numbers;
    send(outcome, numbers);
  } catch (const std::bad_alloc&) {
    outcome = Outcome::no_memory;
    send(outcome);
  } catch (const std::exception& error) {
    refusal = error.what();
    send(outcome, refusal);
  }
  channel.flush();
}

std::vector<float> received(Channel& channel, size_t count, const ChildLimits& limits) {
  Receiver receive(channel, nullptr);
  Outcome outcome{};
  receive(outcome);
  if (outcome == Outcome::no_memory)
    throw std::runtime_error(fmt::format("would take more than {} MB of memory", limits.bytes >> 20));
  if (outcome == Outcome::refused) {
    std::string refusal;
    receive(refusal);
    throw std::runtime_error(refusal);
  }
  std::vector<float> numbers;
  receive(numbers);
  if (numbers.size() != count) throw BadAnswer("another count of numbers");
  return numbers;
}

}  // namespace

std::vector<float> numbers_apart(const std::function<std::vector<float>()>& compute, size_t count,
                                 const ChildLimits& limits) {
  ConfinedChild child([&](int end) { answer(end, compute); }, limits);
  Channel channel(child.channel(), count * sizeof(float) + 4096, [&] { return child.readable(); });
  std::string bad;
  try {
    return received(channel, count, limits);
  } catch (const BadAnswer& what) {
    bad = what.what();
  }
  const std::string end = child.end();
  throw std::runtime_error(fmt::format("the process that read it {}: the file is damaged, or made to do harm",
                                       end.empty() ? "gave " + bad : end));
}

}  // namespace mobilith

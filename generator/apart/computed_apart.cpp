#include "apart/computed_apart.h"

#include <fmt/format.h>

#include <new>
#include <stdexcept>
#include <string>

namespace mobilith {

namespace {

enum class Outcome : uint8_t { value, refused, no_memory };
constexpr Outcome last_of(Outcome) { return Outcome::no_memory; }

void answer(int end, const std::function<void(Sender&)>& work) {
  Channel channel(end, 0);
  Sender send(channel, {});
  Outcome outcome = Outcome::refused;
  try {
    work(send);
  } catch (const std::bad_alloc&) {
    outcome = Outcome::no_memory;
    send(outcome);
  } catch (const std::exception& error) {
    std::string refusal = error.what();
    send(outcome, refusal);
  }
  channel.flush();
}

void receive_answer(Channel& channel, const std::function<void(Receiver&)>& take, const ChildLimits& limits) {
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
  take(receive);
}

}  // namespace

void send_value(Sender& send) {
  Outcome outcome = Outcome::value;
  send(outcome);
}

void run_apart(const std::function<void(Sender&)>& work, const std::function<void(Receiver&)>& take,
               uint64_t most, const ChildLimits& limits) {
  ConfinedChild child([&](int end) { answer(end, work); }, limits);
  Channel channel(child.channel(), most + 4096, [&] { return child.readable(); });
  try {
    receive_answer(channel, take, limits);
  } catch (const BadAnswer& bad) {
    throw std::runtime_error(harm_of(child, bad));
  }
}

std::string harm_of(ConfinedChild& child, const BadAnswer& bad) {
  const std::string end = child.end();
  return fmt::format("the process that read it {}: the file is damaged, or made to do harm",
                     end.empty() ? fmt::format("gave {}", bad.what()) : end);
}

}  // namespace mobilith

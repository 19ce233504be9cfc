// Values as bytes on a channel: one description of each type serves for both directions.
#pragma once

#include <concepts>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "apart/channel.h"

namespace mobilith {

// Sends values. Bytes of the model's file, which both sides have, go as their place alone, and bytes that
// several values share once.
class Sender {
 public:
  Sender(Channel& channel, std::string_view file) : channel_(channel), file_(file) {}

  template <typename... Values>
  void operator()(Values&... values) {
    (one(values), ...);
  }
  void bytes(std::string_view view) {
    if (view.data() >= file_.data() && view.data() + view.size() <= file_.data() + file_.size())
      return number(1), number(static_cast<uint64_t>(view.data() - file_.data())), number(view.size());
    const auto [place, is_new] = sent_.try_emplace({view.data(), view.size()}, sent_.size());
    if (!is_new) return number(2), number(place->second);
    number(0), number(view.size());
    channel_.write(view.data(), view.size());
  }

 private:
  void number(uint64_t value) { channel_.write(&value, sizeof value); }

  template <typename Value>
  void one(Value& value) {
    if constexpr (std::is_arithmetic_v<Value> || std::is_enum_v<Value>)
      channel_.write(&value, sizeof value);
    else
      pass(*this, value);
  }

  template <typename Value>
  friend void pass_list(Sender& wire, std::vector<Value>& list) {
    wire.number(list.size());
    if constexpr (std::is_arithmetic_v<Value>)
      wire.channel_.write(list.data(), list.size() * sizeof(Value));
    else
      for (Value& value : list) wire(value);
  }
  friend void pass(Sender& wire, std::string& text) {
    wire.number(text.size());
    wire.channel_.write(text.data(), text.size());
  }
  template <typename Value>
  friend void pass(Sender& wire, std::optional<Value>& value) {
    wire.number(value.has_value());
    if (value) wire(*value);
  }
  template <typename... Values>
  friend void pass(Sender& wire, std::variant<Values...>& value) {
    wire.number(value.index());
    std::visit([&](auto& held) { wire(held); }, value);
  }
  template <typename Key, typename Value>
  friend void pass(Sender& wire, std::map<Key, Value>& map) {
    wire.number(map.size());
    for (auto& [key, value] : map) {
      Key copy = key;
      wire(copy, value);
    }
  }

  Channel& channel_;
  std::string_view file_;
  std::map<std::pair<const char*, size_t>, uint64_t> sent_;
};

// Receives values, and believes nothing: counts, places, kinds are looked at. Throws BadAnswer.
class Receiver {
 public:
  Receiver(Channel& channel, std::shared_ptr<const std::string> file)
      : channel_(channel), file_(std::move(file)) {}

  template <typename... Values>
  void operator()(Values&... values) {
    (one(values), ...);
  }
  // Owner and view.
  std::pair<std::shared_ptr<const std::string>, std::string_view> bytes() {
    const uint64_t kind = number(3), first = number();
    if (kind == 1) {
      const uint64_t size = number();
      if (first > file_->size() || size > file_->size() - first) throw BadAnswer("bytes outside of the file");
      return {file_, std::string_view(*file_).substr(first, size)};
    }
    if (kind == 2) {
      if (first >= got_.size()) throw BadAnswer("bytes that were not sent");
      return {got_[first], *got_[first]};
    }
    std::string text;
    channel_.read(text, first);
    got_.push_back(std::make_shared<const std::string>(std::move(text)));
    return {got_.back(), *got_.back()};
  }

 private:
  uint64_t number(uint64_t below = ~uint64_t{0}) {
    uint64_t value = 0;
    channel_.read(&value, sizeof value);
    if (value >= below) throw BadAnswer("a number that can't be");
    return value;
  }

  template <typename Value>
  void one(Value& value) {
    if constexpr (std::is_same_v<Value, bool>) {
      uint8_t byte = 0;
      channel_.read(&byte, 1);
      value = byte != 0;
    } else if constexpr (std::is_enum_v<Value>) {
      std::underlying_type_t<Value> of{};
      channel_.read(&of, sizeof of);
      if (of < 0 || of > static_cast<std::underlying_type_t<Value>>(last_of(Value{})))
        throw BadAnswer("a word that is not known");
      value = static_cast<Value>(of);
    } else if constexpr (std::is_arithmetic_v<Value>) {
      channel_.read(&value, sizeof value);
    } else {
      pass(*this, value);
    }
  }

  template <typename Value>
  friend void pass_list(Receiver& wire, std::vector<Value>& list) {
    const uint64_t count = wire.number(uint64_t{1} << 40);
    list.clear();
    if constexpr (std::is_arithmetic_v<Value>) {
      std::string bytes;
      wire.channel_.read(bytes, count * sizeof(Value));
      list.resize(count);
      if (count > 0) std::memcpy(list.data(), bytes.data(), bytes.size());
    } else {
      // A value is a byte at least, so that what comes bounds what is made.
      for (uint64_t i = 0; i < count; i++) wire(list.emplace_back());
    }
  }
  friend void pass(Receiver& wire, std::string& text) {
    text.clear();
    wire.channel_.read(text, wire.number());
  }
  template <typename Value>
  friend void pass(Receiver& wire, std::optional<Value>& value) {
    value.reset();
    if (wire.number(2)) wire(value.emplace());
  }
  template <size_t i = 0, typename... Values>
  friend void pass(Receiver& wire, std::variant<Values...>& value) {
    wire.chosen<0>(wire.number(sizeof...(Values)), value);
  }
  template <size_t i, typename... Values>
  void chosen(uint64_t index, std::variant<Values...>& value) {
    if constexpr (i < sizeof...(Values)) {
      if (index == i)
        (*this)(value.template emplace<i>());
      else
        chosen<i + 1>(index, value);
    }
  }
  template <typename Key, typename Value>
  friend void pass(Receiver& wire, std::map<Key, Value>& map) {
    map.clear();
    for (uint64_t count = wire.number(); count > 0; count--) {
      Key key{};
      wire(key);
      wire(map[key]);
    }
  }

  Channel& channel_;
  std::shared_ptr<const std::string> file_;
  std::vector<std::shared_ptr<const std::string>> got_;
};

template <typename T>
concept Wire = std::same_as<T, Sender> || std::same_as<T, Receiver>;

template <Wire W, typename Value>
void pass(W& wire, std::vector<Value>& list) {
  pass_list(wire, list);
}
template <Wire W>
void pass(W&, std::monostate&) {}

}  // namespace mobilith

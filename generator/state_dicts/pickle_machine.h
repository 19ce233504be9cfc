// The machine that a pickle is a program for: a stack, marks in it, and a memo. Everything that it makes is
// bounded by the bytes read and by a million values.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "graph/file_error.h"
#include "state_dicts/pickle.h"

namespace mobilith::file::pickle {

inline constexpr size_t most_values = 1000000;
inline constexpr size_t longest_name = 256;  // of a global, or of a storage's key

[[noreturn]] inline void refuse_many() { throw Error("the pickle has more than a million values"); }

class Machine {
 public:
  explicit Machine(std::string_view bytes) : bytes_(bytes) {}

  Pickle run();

  // Bytes that follow in the file.
  std::string_view take(uint64_t size) {
    if (size > bytes_.size() - place_) throw Error("the pickle is cut short");
    place_ += size;
    return bytes_.substr(place_ - size, size);
  }
  uint64_t unsigned_number(int width) {
    uint64_t number = 0;
    const std::string_view digits = take(uint64_t(width));
    for (int i = width; i-- > 0;) number = number << 8 | uint8_t(digits[size_t(i)]);
    return number;
  }
  std::string line() {
    const size_t end = bytes_.find('\n', place_);
    if (end == std::string_view::npos) throw Error("the pickle is cut short");
    const std::string text(take(end - place_));
    take(1);
    return text;
  }

  void push(Value value) {
    if (pickle.values.size() >= most_values) refuse_many();
    pickle.values.push_back(std::move(value));
    push_again(Id(pickle.values.size()) - 1);
  }
  void push_again(Id id) { stack_.push_back(id); }
  Id top() const {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back()))
      throw Error("the pickle takes from an empty stack");
    return stack_.back();
  }
  Id pop() {
    const Id id = top();
    stack_.pop_back();
    return id;
  }
  std::vector<Id> pop(size_t count) {
    std::vector<Id> items(count);
    for (size_t i = count; i-- > 0;) items[i] = pop();
    return items;
  }
  void mark() {
    if (marks_.size() >= most_values) refuse_many();
    marks_.push_back(stack_.size());
  }
  std::vector<Id> pop_to_mark() {
    if (marks_.empty()) throw Error("the pickle takes from an empty stack");
    std::vector<Id> items(stack_.begin() + std::ptrdiff_t(marks_.back()), stack_.end());
    stack_.resize(marks_.back());
    marks_.pop_back();
    return items;
  }

  void remember(uint64_t key) {
    if (memo_.size() >= most_values) refuse_many();
    memo_[key] = top();
  }
  void remember_next() { remember(memo_.size()); }
  void recall(uint64_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) throw Error("the pickle refers to what is not there");
    if (stack_.size() >= 4 * most_values) refuse_many();
    push_again(found->second);
  }

  // A list that the memo has can be copied again and again.
  void count_copies(size_t count) {
    if ((copies_ += count) > most_values) refuse_many();
  }
  void global(const std::string& module, const std::string& own) {
    // Texts of the memo could be put together to more than the file has.
    if (module.size() > longest_name || own.size() > longest_name)
      throw Error("the pickle has a global of a long name");
    const std::string name = module + "." + own;
    if (first_unknown_.empty() && !is_known(name)) first_unknown_ = name;
    push(Global{name});
  }
  void set_items(const std::vector<Id>& items) {
    Dict* dict = std::get_if<Dict>(&pickle.values[size_t(top())]);
    if (!dict || items.size() % 2) throw Error("the pickle puts entries into what is no dictionary");
    for (size_t i = 0; i < items.size(); i += 2) dict->items.emplace_back(items[i], items[i + 1]);
  }
  void append(const std::vector<Id>& items) {
    List* list = std::get_if<List>(&pickle.values[size_t(top())]);
    if (!list) throw Error("the pickle appends to what is no list");
    list->items.insert(list->items.end(), items.begin(), items.end());
  }

  Pickle pickle;

 private:
  std::string_view bytes_;
  size_t place_ = 0;
  std::vector<Id> stack_;
  std::vector<size_t> marks_;
  std::unordered_map<uint64_t, Id> memo_;
  size_t copies_ = 0;
  std::string first_unknown_;
};

}  // namespace mobilith::file::pickle

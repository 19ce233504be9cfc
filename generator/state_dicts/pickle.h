// A pickle as data. The few opcodes and globals that state dicts have are known; anything else is refused by
// its name. Nothing is called.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "graph/element_type.h"

namespace mobilith::file::pickle {

// Values refer to each other by their number, so that cycles and deep nesting cost nothing.
using Id = int;

struct None {};
struct Bytes {
  std::string bytes;
};
struct Global {
  std::string name;  // "collections.OrderedDict"
};
struct Tuple {
  std::vector<Id> items;
};
struct List {
  std::vector<Id> items;
};
struct Dict {
  std::vector<std::pair<Id, Id>> items;
};
// Part of a storage that is stored elsewhere, under its key.
struct StorageView {
  std::string key;
  int64_t offset = 0, size = 0;  // in elements
};
struct TensorView {
  Id storage = 0;  // a StorageView
  int64_t offset = 0;
  std::vector<int64_t> shape, strides;
};
using Value = std::variant<None, bool, int64_t, double, std::string, Bytes, Global, Tuple, List, Dict,
                           StorageView, TensorView>;

// What the pickle says of a storage.
struct StorageType {
  ElementType type = ElementType::unsaid;
  int64_t size = 0;  // in elements
};

struct Pickle {
  std::vector<Value> values;
  Id root = 0;
  std::map<std::string, StorageType> storages;  // by key
  size_t end = 0;                               // bytes that it took

  template <class T>
  const T* find(Id id) const {
    return std::get_if<T>(&values[size_t(id)]);
  }
  // The value of a kind. Throws Error: "the pickle has a list for WHAT".
  template <class T>
  const T& expect(Id id, const char* what) const {
    if (const T* found = find<T>(id)) return *found;
    refuse_kind(id, what);
  }
  [[noreturn]] void refuse_kind(Id id, const char* what) const;
};

// A global's name, fit for a line; without quotes.
std::string bare(const std::string& name);

// "a list", "a number"...
const char* kind_of(const Value&);

// The pickle at the beginning of `bytes`. Throws file::Error. At most a million values.
Pickle read_pickle(std::string_view bytes);

// What a call of a global makes of its arguments, as a value. Throws Error where it is none that a state dict
// has.
Value call(const Pickle&, const Global&, const std::vector<Id>& arguments);
// The type of a storage class ("torch.FloatStorage"); unsaid: no such class is known.
ElementType storage_type(const std::string& global);
// Whether call() or storage_type() knows it.
bool is_known(const std::string& global);

}  // namespace mobilith::file::pickle

// What the globals of state dicts make, as data.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "graph/file_error.h"
#include "state_dicts/pickle.h"

namespace mobilith::file::pickle {

namespace {

using Arguments = std::vector<Id>;

constexpr size_t most_axes = 8;

const std::vector<Id>& sequence(const Pickle& pickle, Id id, const char* what) {
  if (const List* list = pickle.find<List>(id)) return list->items;
  return pickle.expect<Tuple>(id, what).items;
}

std::vector<int64_t> numbers(const Pickle& pickle, Id id, const char* what) {
  std::vector<int64_t> all;
  const std::vector<Id>& items = sequence(pickle, id, what);
  if (items.size() > most_axes)
    throw Error(fmt::format("the pickle has {} numbers for {}", items.size(), what));
  for (const Id item : items) all.push_back(pickle.expect<int64_t>(item, what));
  return all;
}

// OrderedDict(), or Python 2's OrderedDict([[key, value]...]).
Value ordered_dict(const Pickle& pickle, const Arguments& arguments) {
  Dict dict;
  if (!arguments.empty())
    for (const Id pair : sequence(pickle, arguments[0], "an OrderedDict's entries")) {
      const std::vector<Id>& both = sequence(pickle, pair, "an OrderedDict's entry");
      if (both.size() != 2) throw Error("the pickle has an OrderedDict's entry that is no pair");
      dict.items.emplace_back(both[0], both[1]);
    }
  return dict;
}

// (storage, offset, shape, strides), then what only training asks for.
Value tensor(const Pickle& pickle, const Arguments& arguments) {
  pickle.expect<StorageView>(arguments[0], "a tensor's storage");
  TensorView view{.storage = arguments[0],
                  .offset = pickle.expect<int64_t>(arguments[1], "a tensor's offset"),
                  .shape = numbers(pickle, arguments[2], "a tensor's shape"),
                  .strides = numbers(pickle, arguments[3], "a tensor's strides")};
  // With metadata a tensor may be a conjugate or negative view.
  if (arguments.size() == 7 && !pickle.find<None>(arguments[6]))
    throw Error("the pickle has a tensor with metadata, which may change its values");
  return view;
}

Value parameter(const Pickle& pickle, const Arguments& arguments) {
  return pickle.expect<TensorView>(arguments[0], "a parameter");
}

Value size(const Pickle& pickle, const Arguments& arguments) {
  numbers(pickle, arguments[0], "a torch.Size");
  return Tuple{sequence(pickle, arguments[0], "a torch.Size")};
}

// A global that may be called is a row.
struct Callee {
  const char* name;
  size_t least, most;  // arguments
  Value (*make)(const Pickle&, const Arguments&);
};
constexpr Callee callees[] = {
    {"collections.OrderedDict", 0, 1, ordered_dict},
    {"torch._utils._rebuild_tensor", 4, 4, tensor},
    {"torch._utils._rebuild_tensor_v2", 6, 7, tensor},
    {"torch._utils._rebuild_parameter", 3, 3, parameter},
    {"torch.Size", 1, 1, size},
};

struct StorageClass {
  const char* name;
  ElementType type;
};
constexpr StorageClass storage_classes[] = {
    {"torch.FloatStorage", ElementType::f32},     {"torch.HalfStorage", ElementType::f16},
    {"torch.BFloat16Storage", ElementType::bf16}, {"torch.DoubleStorage", ElementType::f64},
    {"torch.LongStorage", ElementType::i64},      {"torch.IntStorage", ElementType::i32},
    {"torch.ShortStorage", ElementType::i16},     {"torch.CharStorage", ElementType::i8},
    {"torch.ByteStorage", ElementType::u8},       {"torch.BoolStorage", ElementType::boolean},
};

const Callee* find_callee(const std::string& name) {
  const auto found = std::ranges::find(callees, name, &Callee::name);
  return found == std::end(callees) ? nullptr : found;
}

}  // namespace

std::string bare(const std::string& name) {
  const std::string text = quoted(name);
  return text.substr(1, text.size() - 2);
}

ElementType storage_type(const std::string& global) {
  const auto found = std::ranges::find(storage_classes, global, &StorageClass::name);
  return found == std::end(storage_classes) ? ElementType::unsaid : found->type;
}

bool is_known(const std::string& global) {
  return find_callee(global) || storage_type(global) != ElementType::unsaid;
}

Value call(const Pickle& pickle, const Global& global, const std::vector<Id>& arguments) {
  const Callee* callee = find_callee(global.name);
  if (!callee)
    throw Error(fmt::format("the pickle calls {}; a state dict has no such thing", bare(global.name)));
  if (arguments.size() < callee->least || arguments.size() > callee->most)
    throw Error(fmt::format("the pickle calls {} with {} arguments", global.name, arguments.size()));
  return callee->make(pickle, arguments);
}

}  // namespace mobilith::file::pickle

// The opcodes of a state dict's pickle: protocols 2 to 5 as torch.save writes them.
#include <fmt/format.h>

#include <array>
#include <bit>

#include "state_dicts/pickle_machine.h"

namespace mobilith::file::pickle {

namespace {

int64_t signed_number(Machine& m, int width) {
  const int empty = 64 - 8 * width;
  return width ? int64_t(m.unsigned_number(width) << empty) >> empty : 0;
}

// A number of more than 8 bytes is kept as its bytes: torch.save's magic one.
void long_number(Machine& m) {
  const int width = int(m.unsigned_number(1));
  if (width > 8)
    m.push(Bytes{std::string(m.take(uint64_t(width)))});
  else
    m.push(signed_number(m, width));
}

void real_number(Machine& m) {
  uint64_t bits = 0;
  for (const char byte : m.take(8)) bits = bits << 8 | uint8_t(byte);  // big-endian, unlike all others
  m.push(std::bit_cast<double>(bits));
}

void call_global(Machine& m) {
  const std::vector<Id> arguments = m.pickle.expect<Tuple>(m.pop(), "a call's arguments").items;
  const Global global = m.pickle.expect<Global>(m.pop(), "what is called");
  Value made = call(m.pickle, global, arguments);
  if (const Dict* dict = std::get_if<Dict>(&made)) m.count_copies(dict->items.size());
  m.push(std::move(made));
}

[[noreturn]] void refuse_object(const std::string& name) {
  throw Error(
      fmt::format("the pickle holds an object of the class {}: a model's code, not only its tensors; "
                  "save model.state_dict() instead",
                  bare(name)));
}

void new_object(Machine& m) {
  m.pop();
  refuse_object(m.pickle.expect<Global>(m.pop(), "a class").name);
}

// State dicts are given attributes: the versions of the layers' code.
void set_attributes(Machine& m) {
  const Id state = m.pop();
  m.pickle.expect<Dict>(m.top(), "what is given attributes");
  const Dict& attributes = m.pickle.expect<Dict>(state, "attributes");
  if (attributes.items.size() > 1) throw Error("the pickle gives a dictionary more than one attribute");
  for (const auto& [key, value] : attributes.items)
    if (const std::string& name = m.pickle.expect<std::string>(key, "an attribute's name");
        name != "_metadata")
      throw Error(fmt::format("the pickle gives a dictionary the attribute {}", quoted(name)));
}

// ("storage", class, key, device, elements[, (key of the view, offset, elements)])
void storage(Machine& m) {
  const Pickle& p = m.pickle;
  const std::vector<Id> parts = p.expect<Tuple>(m.pop(), "a storage").items;
  const std::string kind = parts.empty() ? "" : p.expect<std::string>(parts[0], "what is stored elsewhere");
  if (kind == "module" && parts.size() > 1) refuse_object(p.expect<Global>(parts[1], "a class").name);
  if (kind != "storage" || parts.size() < 5 || parts.size() > 6)
    throw Error(fmt::format("the pickle refers to {}, which is no storage", quoted(kind)));
  const std::string& name = p.expect<Global>(parts[1], "a storage's class").name;
  const StorageType type{storage_type(name), p.expect<int64_t>(parts[4], "a storage's size")};
  if (type.type == ElementType::unsaid)
    throw Error(fmt::format("the pickle has a storage of the class {}, which is not read", bare(name)));
  const std::string& key = p.expect<std::string>(parts[2], "a storage's key");
  if (key.size() > longest_name) throw Error("the pickle has a storage of a long key");
  StorageView view{key, 0, type.size};
  if (type.size < 0) throw Error(fmt::format("storage {}: has the size {}", quoted(view.key), type.size));
  const StorageType first = m.pickle.storages.emplace(view.key, type).first->second;
  if (first.type != type.type || first.size != type.size)
    throw Error(fmt::format("storage {}: is of two types or sizes", quoted(view.key)));
  if (parts.size() == 6 && !p.find<None>(parts[5])) {
    const std::vector<Id> part = p.expect<Tuple>(parts[5], "a part of a storage").items;
    if (part.size() != 3) throw Error(fmt::format("storage {}: a damaged part of it", quoted(view.key)));
    view.offset = p.expect<int64_t>(part[1], "a part's offset");
    view.size = p.expect<int64_t>(part[2], "a part's size");
    if (view.offset < 0 || view.size < 0 || view.offset > type.size || view.size > type.size - view.offset)
      throw Error(fmt::format("storage {}: a part of it lies outside", quoted(view.key)));
  }
  m.push(view);
}

void text(Machine& m, int width) { m.push(std::string(m.take(m.unsigned_number(width)))); }
void bytes(Machine& m, int width) { m.push(Bytes{std::string(m.take(m.unsigned_number(width)))}); }

void named_global(Machine& m) {
  const std::string module = m.line();
  m.global(module, m.line());
}

void stacked_global(Machine& m) {
  const std::vector<Id> both = m.pop(2);
  m.global(m.pickle.expect<std::string>(both[0], "a module's name"),
           m.pickle.expect<std::string>(both[1], "a global's name"));
}

// An opcode is a row. The names are those of Python's pickletools.
struct Opcode {
  unsigned char code;
  void (*run)(Machine&);
};
constexpr unsigned char stop = '.';
constexpr Opcode opcodes[] = {
    {0x80, [](Machine& m) { m.take(1); }},                             // PROTO
    {0x95, [](Machine& m) { m.take(8); }},                             // FRAME
    {'(', [](Machine& m) { m.mark(); }},                               // MARK
    {'N', [](Machine& m) { m.push(None{}); }},                         // NONE
    {0x88, [](Machine& m) { m.push(true); }},                          // NEWTRUE
    {0x89, [](Machine& m) { m.push(false); }},                         // NEWFALSE
    {'J', [](Machine& m) { m.push(signed_number(m, 4)); }},            // BININT
    {'K', [](Machine& m) { m.push(int64_t(m.unsigned_number(1))); }},  // BININT1
    {'M', [](Machine& m) { m.push(int64_t(m.unsigned_number(2))); }},  // BININT2
    {0x8a, long_number},                                               // LONG1
    {'G', real_number},                                                // BINFLOAT
    {'X', [](Machine& m) { text(m, 4); }},                             // BINUNICODE
    {0x8c, [](Machine& m) { text(m, 1); }},                            // SHORT_BINUNICODE
    {0x8d, [](Machine& m) { text(m, 8); }},                            // BINUNICODE8
    {'T', [](Machine& m) { text(m, 4); }},                             // BINSTRING, Python 2's
    {'U', [](Machine& m) { text(m, 1); }},                             // SHORT_BINSTRING
    {'B', [](Machine& m) { bytes(m, 4); }},                            // BINBYTES
    {'C', [](Machine& m) { bytes(m, 1); }},                            // SHORT_BINBYTES
    {')', [](Machine& m) { m.push(Tuple{}); }},                        // EMPTY_TUPLE
    {0x85, [](Machine& m) { m.push(Tuple{m.pop(1)}); }},               // TUPLE1
    {0x86, [](Machine& m) { m.push(Tuple{m.pop(2)}); }},               // TUPLE2
    {0x87, [](Machine& m) { m.push(Tuple{m.pop(3)}); }},               // TUPLE3
    {'t', [](Machine& m) { m.push(Tuple{m.pop_to_mark()}); }},         // TUPLE
    {']', [](Machine& m) { m.push(List{}); }},                         // EMPTY_LIST
    {'a', [](Machine& m) { m.append(m.pop(1)); }},                     // APPEND
    {'e', [](Machine& m) { m.append(m.pop_to_mark()); }},              // APPENDS
    {'}', [](Machine& m) { m.push(Dict{}); }},                         // EMPTY_DICT
    {'s', [](Machine& m) { m.set_items(m.pop(2)); }},                  // SETITEM
    {'u', [](Machine& m) { m.set_items(m.pop_to_mark()); }},           // SETITEMS
    {'q', [](Machine& m) { m.remember(m.unsigned_number(1)); }},       // BINPUT
    {'r', [](Machine& m) { m.remember(m.unsigned_number(4)); }},       // LONG_BINPUT
    {0x94, [](Machine& m) { m.remember_next(); }},                     // MEMOIZE
    {'h', [](Machine& m) { m.recall(m.unsigned_number(1)); }},         // BINGET
    {'j', [](Machine& m) { m.recall(m.unsigned_number(4)); }},         // LONG_BINGET
    {'c', named_global},                                               // GLOBAL
    {0x93, stacked_global},                                            // STACK_GLOBAL
    {'R', call_global},                                                // REDUCE
    {'b', set_attributes},                                             // BUILD
    {'Q', storage},                                                    // BINPERSID
    {0x81, new_object},                                                // NEWOBJ
};

}  // namespace

Pickle Machine::run() {
  std::array<void (*)(Machine&), 256> rows{};
  for (const Opcode& row : opcodes) rows[row.code] = row.run;
  for (;;) {
    const auto code = static_cast<unsigned char>(take(1)[0]);
    if (code == stop) break;
    if (!rows[code])
      throw Error(fmt::format("the pickle has the opcode 0x{:02x} at byte {}; a state dict has no such thing",
                              code, place_ - 1));
    rows[code](*this);
  }
  pickle.root = pop();
  // One that is not called might be a value all the same.
  if (!first_unknown_.empty())
    throw Error(fmt::format("the pickle names {}; a state dict has no such thing", bare(first_unknown_)));
  pickle.end = place_;
  return std::move(pickle);
}

const char* kind_of(const Value& value) {
  constexpr const char* kinds[] = {"nothing", "a truth value", "a whole number", "a number",
                                   "a text",  "bytes",         "a global",       "a tuple",
                                   "a list",  "a dictionary",  "a storage",      "a tensor"};
  static_assert(std::size(kinds) == std::variant_size_v<Value>);
  return kinds[value.index()];
}

void Pickle::refuse_kind(Id id, const char* what) const {
  throw Error(fmt::format("the pickle has {} for {}", kind_of(values[size_t(id)]), what));
}

Pickle read_pickle(std::string_view bytes) { return Machine(bytes).run(); }

}  // namespace mobilith::file::pickle

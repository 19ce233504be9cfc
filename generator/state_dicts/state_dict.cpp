#include "state_dicts/state_dict.h"

#include <fmt/format.h>

#include <set>

#include "graph/file_error.h"
#include "state_dicts/containers.h"
#include "state_dicts/strided.h"

namespace mobilith::file {

namespace {

// A container is a row.
struct Container {
  const char* name;
  bool (*is)(const std::string&);
  StateDict (*read)(const std::shared_ptr<const std::string>&);
};
constexpr Container containers[] = {
    {"PyTorch", is_torch_zip, read_torch_zip},
    {"PyTorch", is_torch_pickles, read_torch_pickles},
    {"safetensors", is_safetensors, read_safetensors},
};

void check(const StateDict& dict) {
  if (dict.tensors.empty()) throw Error("holds no tensors");
  std::set<std::string_view> names;
  int64_t numbers = 0;
  for (const NamedTensor& tensor : dict.tensors) {
    if (!names.insert(tensor.name).second)
      throw Error(fmt::format("has two tensors {}", quoted(tensor.name)));
    // Views of one storage can be many more numbers than it has.
    if ((numbers += check_view(tensor)) > most_numbers) throw Error("has more than 2^28 numbers");
  }
}

}  // namespace

std::string state_dict_format(const std::string& bytes) {
  for (const Container& container : containers)
    if (container.is(bytes)) return container.name;
  return "";
}

StateDict read_state_dict(std::shared_ptr<const std::string> bytes) {
  for (const Container& container : containers)
    if (container.is(*bytes)) {
      StateDict dict = container.read(bytes);
      check(dict);
      return dict;
    }
  throw Error("no state dict of a kind that is read");
}

}  // namespace mobilith::file

#include "state_dicts/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "graph/file_error.h"

namespace mobilith::file {

namespace {

using pickle::Dict;
using pickle::Id;
using pickle::Pickle;
using pickle::StorageView;
using pickle::TensorView;

constexpr std::string_view wrappings[] = {"state_dict", "model_state_dict", "model"};
// Of DataParallel, of torch.compile, of a module that holds the network, as Lightning's do.
constexpr std::string_view prefixes[] = {"module.", "_orig_mod.", "model.", "net.", "network.", "backbone."};
// What a training loop keeps for itself.
constexpr std::string_view beside[] = {
    "epoch", "epochs", "step", "steps", "global_step", "iter", "iteration", "iterations", "best_epoch",
    "optimizer", "optimizer_state_dict", "optimizer_states", "optim", "scheduler", "scheduler_state_dict",
    "lr_scheduler", "lr_scheduler_state_dict", "lr_schedulers", "lr", "learning_rate", "scaler", "amp_scaler",
    "loss", "train_loss", "val_loss", "best_loss", "acc", "acc1", "acc5", "accuracy", "best_acc", "best_acc1",
    "best_prec1", "best_accuracy", "metric", "best_metric", "arch", "version", "seed",
    // Lightning's.
    "pytorch-lightning_version", "loops", "callbacks", "hparams_name", "hyper_parameters",
    "datamodule_hparams_name", "datamodule_hyper_parameters"};

template <class Table>
bool is_in(const Table& table, const std::string& word) {
  return std::ranges::find(table, word) != std::end(table);
}

struct Found {
  const Dict* dict = nullptr;
  std::string name;  // of the wrapping; empty: none
};

Found state_dict_in(const Pickle& pickle, const Dict& root) {
  Found found;
  for (const auto& [key, value] : root.items) {
    const auto* name = pickle.find<std::string>(key);
    const auto* dict = pickle.find<Dict>(value);
    if (!name || !dict || !is_in(wrappings, *name)) continue;
    if (found.dict)
      throw Error(fmt::format("holds both '{}' and '{}'; save one of them alone", found.name, *name));
    found = {dict, *name};
  }
  return found.dict ? found : Found{&root, ""};
}

const std::string& name_in(const Pickle& pickle, Id key) {
  return pickle.expect<std::string>(key, "a tensor's name");
}

// A prefix that all names have.
void strip_prefixes(std::vector<NamedTensor>& tensors) {
  for (const std::string_view prefix : prefixes)
    if (std::ranges::all_of(tensors, [&](const NamedTensor& t) { return t.name.starts_with(prefix); }))
      for (NamedTensor& tensor : tensors) tensor.name.erase(0, prefix.size());
}

NamedTensor resolve(const Pickle& pickle, const std::string& name, const TensorView& view,
                    const FindStorage& find_storage) {
  const auto& part = pickle.expect<StorageView>(view.storage, "a tensor's storage");
  const pickle::StorageType type = pickle.storages.at(part.key);
  Storage storage = find_storage(part.key);
  const auto width = uint64_t(width_of(type.type));
  if (storage.bytes.size() % width || storage.bytes.size() / width != uint64_t(type.size))
    throw Error(fmt::format("tensor {}: its storage has {} bytes, expected {} numbers of {}", quoted(name),
                            storage.bytes.size(), type.size, name_of(type.type)));
  storage.bytes = storage.bytes.substr(uint64_t(part.offset) * width, uint64_t(part.size) * width);
  return {name, type.type, view.shape, std::move(storage), view.offset, view.strides};
}

}  // namespace

StateDict unwrap(const Pickle& pickle, const FindStorage& find_storage) {
  const Dict* root = pickle.find<Dict>(pickle.root);
  if (!root)
    throw Error(fmt::format("holds {}, not a dictionary of tensors",
                            pickle::kind_of(pickle.values[size_t(pickle.root)])));
  StateDict all;
  const Found found = state_dict_in(pickle, *root);
  if (found.dict != root)
    for (const auto& [key, value] : root->items) {
      const std::string& name = name_in(pickle, key);
      if (name == found.name) continue;
      if (!is_in(beside, name))
        throw Error(
            fmt::format("has the entry {} beside '{}', {} that may change what the model computes; "
                        "save the state dict alone",
                        quoted(name), found.name, pickle::kind_of(pickle.values[size_t(value)])));
      all.left_out.push_back(name);
    }
  for (const auto& [key, value] : found.dict->items) {
    const std::string& name = name_in(pickle, key);
    const auto* view = pickle.find<TensorView>(value);
    if (!view)
      throw Error(fmt::format("has {} as {}, where a state dict has tensors",
                              pickle::kind_of(pickle.values[size_t(value)]), quoted(name)));
    all.tensors.push_back(resolve(pickle, name, *view, find_storage));
  }
  if (!all.tensors.empty()) strip_prefixes(all.tensors);
  return all;
}

}  // namespace mobilith::file

#include "weights/plain_names.h"

#include <fmt/format.h>

#include "text/printable.h"

namespace mobilith {

namespace {

void expect_plain(const ModelContent& content, const char* what, const std::string& name) {
  if (!is_printable(name))
    throw WeightsError(fmt::format("{}: {} has the name '{}', expected UTF-8 without control characters",
                                   content.path, what, printable(name.substr(0, 120))));
}

}  // namespace

void expect_plain_names(const ModelContent& content) {
  if (const auto* held = std::get_if<GraphContent>(&content.holds)) {
    for (const file::Operation& operation : held->graph.operations) {
      expect_plain(content, "an operation", operation.name);
      expect_plain(content, "a kind of operation", operation.type);
    }
    for (const file::Tensor& tensor : held->graph.tensors) expect_plain(content, "a tensor", tensor.name);
  }
  if (const auto* dict = std::get_if<file::StateDict>(&content.holds)) {
    for (const file::NamedTensor& tensor : dict->tensors) expect_plain(content, "a tensor", tensor.name);
    for (const std::string& name : dict->left_out) expect_plain(content, "an entry", name);
  }
  if (const auto* arrays = std::get_if<KerasArrays>(&content.holds))
    for (const Hdf5Dataset& dataset : arrays->datasets) {
      expect_plain(content, "a dataset", dataset.path);
      expect_plain(content, "a group", dataset.group_name);
    }
}

}  // namespace mobilith

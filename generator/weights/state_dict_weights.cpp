#include "weights/state_dict_weights.h"

#include <fmt/format.h>

#include "graph/file_error.h"
#include "torch_graphs/torch_graph.h"
#include "weights/graph_file.h"
#include "weights/torch_dialects.h"
#include "weights/torch_weights.h"
#include "weights/with_path.h"

namespace mobilith {

namespace {

// Whole numbers are no weights: what they stand for is said by something else.
void expect_f32(const file::StateDict& dict, const std::string& path, const ReadOptions& options) {
  for (const file::NamedTensor& tensor : dict.tensors) {
    if (tensor.name.ends_with(".num_batches_tracked") || tensor.type == file::ElementType::f32) continue;
    if (file::is_whole(tensor.type))
      throw WeightsError(
          fmt::format("{}: {} is of {}, expected floats", path, tensor.name, file::name_of(tensor.type)));
    if (!options.as_f32)
      throw WeightsError({.text = fmt::format("{}: {} is not of float32; ", path, tensor.name),
                          .mentioned = "dtype",
                          .rest = " f32 takes it and computes in f32 all the same"});
  }
}

// The dialect that maps the file's names onto a network of the tables; null: there is none, or the user named
// the network. Then the file becomes a graph, whose blocks are recognised.
const TorchDialect* dialect_of(const file::StateDict& dict, const ReadOptions& options) {
  const std::string row = options.torch_net ? "" : file::nearest_torch_network(dict);
  for (const TorchDialect& dialect : torch_dialects)
    if (row == dialect.row) return &dialect;
  return nullptr;
}

std::unique_ptr<Weights> open_as_graph(const file::StateDict& dict, const std::string& path,
                                       const std::string& hash, const ReadOptions& options) {
  file::TorchGraph made =
      file::torch_graph(dict, {.height = options.height, .width = options.width, .net = options.torch_net});
  const std::string assumed = assumed_text(path, made.network, made.assumed, dict.left_out);
  return open_file_graph({.graph = std::move(made.graph), .assumed = assumed, .labels = {made.classes}}, path,
                         hash, options);
}

// A network of the tables, or what is like one: of a gray image, of a width that no table has.
std::unique_ptr<Weights> open_as_table(const file::StateDict& dict, const TorchDialect& dialect,
                                       const std::string& path, const std::string& hash,
                                       const ReadOptions& options) {
  try {
    return table_weights(dict, dialect, path, hash, options);
  } catch (const WeightsError&) {
    std::unique_ptr<Weights> by_graph;
    try {
      by_graph = open_as_graph(dict, path, hash, options);
    } catch (const WeightsError&) {
    } catch (const file::Error&) {
    }
    if (by_graph) return by_graph;
    throw;
  }
}

}  // namespace

bool is_state_dict(const std::string& bytes) { return !file::state_dict_format(bytes).empty(); }

HeldByFile read_state_dict(ModelFiles& files, const ReadOptions& options) {
  file::StateDict dict = with_path(files.path(), [&] { return file::read_state_dict(files.bytes()); });
  if (!options.torch_net && file::wants_config(dict)) try {
      dict.config = files.request({}, {}).beside("config.json", size_t{1} << 20);
    } catch (const file::Error&) {  // there is none
    }
  return dict;
}

std::unique_ptr<Weights> open_state_dict(file::StateDict dict, const std::string& path,
                                         const std::string& hash, const ReadOptions& options) {
  try {
    expect_f32(dict, path, options);
    if (const TorchDialect* dialect = dialect_of(dict, options))
      return open_as_table(dict, *dialect, path, hash, options);
    return open_as_graph(dict, path, hash, options);
  } catch (const file::Undecided& undecided) {
    throw WeightsError(
        {.text = fmt::format("{}: {}; ", path, undecided.what()), .mentioned = "net", .rest = " says which"});
  } catch (const file::ConfigRefused& refused) {
    throw WeightsError({.text = fmt::format("{}: {}; ", path, refused.what()),
                        .mentioned = "net",
                        .rest = " takes the tensors without it"});
  } catch (const file::Error& error) {
    throw WeightsError(fmt::format("{}: {}", path, error.what()));
  }
}

}  // namespace mobilith

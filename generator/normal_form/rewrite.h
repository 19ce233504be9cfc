// How a pass makes a graph of a graph.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/value.h"

namespace mobilith::file {

// A pass goes through `from`'s operations in order, and says for each what stands for it in the new graph.
// Tensors of the old graph are meant by their index there ("old"), those of the new one by theirs ("new").
class Rewrite {
 public:
  explicit Rewrite(const Graph& from);

  const Graph& from;

  // What is known of old tensors.
  int uses(int old) const { return uses_[old]; }  // by operations, and as output
  const Extents& shape(int old) const { return *from.tensors[old].shape; }
  bool is_constant(int old) const { return old >= 0 && from.tensors[old].constant.has_value(); }
  std::vector<double> numbers(int old) const { return value_of(from.tensors[old]).numbers; }
  // The one number of a constant; nothing: it is none, or several.
  std::optional<double> scalar(int old) const;
  // The operation that makes it; null: none.
  const Operation* maker(int old) const { return maker_[old]; }

  // The new tensor that stands for an old one; -1 for -1.
  int at(int old);
  // From now on `now` stands for the old tensor, under its name.
  void stands(int old, int now);

  int constant(const std::string& name, const Extents&, std::span<const double>,
               ElementType = ElementType::f64);
  // An operation like `like`, in type and name; what it makes bears the name of the old tensor. Returns its
  // output.
  int emit(const Operation& like, OperationKind, Attributes, std::vector<int> inputs, int old);
  // The operation as it is.
  void keep(const Operation&);
  // What is known of the values of a new tensor.
  void say(int now, std::optional<Statistics> known) {
    to_.tensors[size_t(now)].statistics = std::move(known);
  }
  const Graph& made() const { return to_; }

  // The new graph, without what nobody reads; through infer().
  Graph finish();

 private:
  Graph to_;
  std::vector<int> at_, uses_;
  std::vector<const Operation*> maker_;
};

}  // namespace mobilith::file

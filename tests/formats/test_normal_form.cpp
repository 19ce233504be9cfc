// The normal form: the same function in one spelling.
#include <algorithm>
#include <cmath>

#include "catch.h"
#include "formats/cases.h"
#include "formats/numbers.h"
#include "formats/onnx_writer.h"
#include "formats/reading.h"
#include "graph/evaluate.h"
#include "normal_form/normal_form.h"

namespace test_normal_form {

using namespace mobilith;
using namespace mobilith::testing;
using Kind = file::OperationKind;

namespace {

std::vector<std::vector<double>> inputs_of(const file::Graph& graph) {
  std::vector<std::vector<double>> inputs;
  for (const int i : graph.inputs) {
    const auto x = numbers(*graph.tensors[i].shape);
    inputs.emplace_back(x.begin(), x.end());
  }
  return inputs;
}

// The largest difference between a graph's outputs and its normal form's, over the largest value.
double difference(const file::Graph& graph, const file::Graph& normal) {
  const auto before = file::evaluate(graph, inputs_of(graph)),
             after = file::evaluate(normal, inputs_of(graph));
  REQUIRE(before.size() == after.size());
  double worst = 0, largest = 1e-30;
  for (size_t k = 0; k < before.size(); ++k) {
    CHECK(before[k].shape == after[k].shape);
    CHECK(graph.tensors[graph.outputs[k]].name == normal.tensors[normal.outputs[k]].name);
    REQUIRE(before[k].numbers.size() == after[k].numbers.size());
    for (size_t i = 0; i < before[k].numbers.size(); ++i) {
      largest = std::max(largest, std::abs(before[k].numbers[i]));
      worst = std::max(worst, std::abs(before[k].numbers[i] - after[k].numbers[i]));
    }
  }
  return worst / largest;
}

std::vector<Kind> kinds(const file::Graph& graph) {
  std::vector<Kind> result;
  for (const auto& operation : graph.operations) result.push_back(operation.kind);
  return result;
}

// The normal form's operations, after its values were compared.
std::vector<Kind> normal_kinds(const std::string& bytes) {
  const file::Graph graph = read(bytes), normal = file::normalise(graph);
  CHECK(difference(graph, normal) <= 1e-12);
  return kinds(normal);
}

const Shape image{1, 4, 5, 6};

// A 1x1 convolution of an image to 3 channels, and more nodes after it.
struct Exported {
  OnnxFile file;
  explicit Exported(int64_t opset = 13) : file(opset) {
    file.input("x", image);
    file.constant("w", {3, 4, 1, 1}, numbers({3, 4, 1, 1}, 1));
    file.node("Conv", {"x", "w"}, "c");
  }
  void number(const std::string& name, float value) { file.constant(name, {}, std::vector<float>{value}); }
  std::string done() {
    file.output("y");
    return file.bytes();
  }
};

}  // namespace

TEST_CASE("the normal form of each operation computes the same") {
  for (const auto& cases : {tflite_cases(), onnx_cases()})
    for (const FormatCase& one : cases) {
      INFO(one.name);
      const file::Graph graph = read(one.bytes);
      CHECK(difference(graph, file::normalise(graph)) <= 1e-12);
    }
}

TEST_CASE("a batch norm is in the convolution before it") {
  Exported f;
  for (const char* name : {"gamma", "beta", "mean"}) f.file.constant(name, {3}, numbers({3}, 7));
  f.file.constant("variance", {3}, std::vector<float>{0.5f, 1, 2});
  f.file.node("BatchNormalization", {"c", "gamma", "beta", "mean", "variance"}, "n");
  f.file.node("Relu", {"n"}, "y");
  // The transposes are at the graph's ends alone.
  CHECK(normal_kinds(f.done()) ==
        std::vector{Kind::transpose, Kind::convolution, Kind::clamp, Kind::transpose});
}

TEST_CASE("a trained batch norm's statistics are the product's, and follow what comes after it") {
  const auto statistics = [](const std::vector<float>& mean, const std::vector<float>& variance) {
    Exported f;
    f.file.constant("gamma", {3}, std::vector<float>{2, -1, 0.5f});
    f.file.constant("beta", {3}, std::vector<float>{1, 0, -3});
    f.file.constant("mean", {3}, mean);
    f.file.constant("variance", {3}, variance);
    f.number("factor", -4), f.number("term", 0.5f);
    f.file.node("BatchNormalization", {"c", "gamma", "beta", "mean", "variance"}, "n");
    f.file.node("Mul", {"n", "factor"}, "m");
    f.file.node("Add", {"m", "term"}, "y");
    const file::Graph graph = file::normalise(read(f.done()));
    for (const file::Operation& operation : graph.operations)
      if (operation.kind == Kind::convolution) return graph.tensors[size_t(operation.outputs[0])].statistics;
    return std::optional<file::Statistics>{};
  };
  const auto known = statistics({0, 0, 0}, {0.5f, 1, 2});
  REQUIRE(known);
  CHECK(known->mean == std::vector<double>{-3.5, 0.5, 12.5});
  const double deviation[] = {8, 4, 2};  // epsilon is small
  for (size_t c = 0; c < 3; ++c) CHECK(std::abs(known->deviation[c] - deviation[c]) < 1e-3);
  CHECK(!statistics({0, 0, 0}, {1, 1, 1}));
}

TEST_CASE("a scale, a bias and a second scale written out are in the convolution before them") {
  Exported f;
  f.file.constant("a", {3, 1, 1}, numbers({3}, 2));
  f.file.constant("b", {1, 3, 1, 1}, numbers({3}, 3));
  f.number("two", 2);
  f.file.node("Mul", {"a", "c"}, "m");
  f.file.node("Sub", {"m", "b"}, "s");
  f.file.node("Div", {"s", "two"}, "y");
  CHECK(normal_kinds(f.done()) == std::vector{Kind::transpose, Kind::convolution, Kind::transpose});
}

TEST_CASE("a factor before a convolution is in it, a term only where nothing is padded") {
  const auto scaled = [](int64_t pad) {
    OnnxFile f(13);
    f.input("x", image);
    f.constant("a", {4, 1, 1}, numbers({4}, 2));
    f.constant("b", {4, 1, 1}, numbers({4}, 3));
    f.constant("w", {3, 4, 3, 3}, numbers({3, 4, 3, 3}, 1));
    f.node("Add", {"x", "b"}, "t");
    f.node("Mul", {"t", "a"}, "m");
    f.node("Conv", {"m", "w"}, "y", {integers("pads", {pad, pad, pad, pad})});
    f.output("y");
    return f.bytes();
  };
  CHECK(normal_kinds(scaled(0)) == std::vector{Kind::transpose, Kind::convolution, Kind::transpose});
  CHECK(normal_kinds(scaled(1)) ==
        std::vector{Kind::transpose, Kind::add, Kind::convolution, Kind::transpose});
}

TEST_CASE("hard swish is hard swish however it is spelt") {
  const auto spelt = [](int how) {
    Exported f(14);
    f.number("three", 3), f.number("six", 6), f.number("zero", 0);
    f.number("sixth", 1.0f / 6);
    f.file.node("Add", {"three", "c"}, "s");
    f.file.node("Clip", {"s", "zero", "six"}, "r");
    if (how == 0) {  // x relu6(x + 3) / 6
      f.file.node("Mul", {"c", "r"}, "m");
      f.file.node("Div", {"m", "six"}, "y");
    } else if (how == 1) {  // (relu6(x + 3) / 6) x
      f.file.node("Div", {"r", "six"}, "h");
      f.file.node("Mul", {"h", "c"}, "y");
    } else if (how == 2) {  // x min(max(x + 3, 0), 6) / 6
      f.file.node("Max", {"zero", "s"}, "l");
      f.file.node("Min", {"l", "six"}, "b");
      f.file.node("Mul", {"c", "b"}, "m");
      f.file.node("Div", {"m", "six"}, "y");
    } else if (how == 3) {  // x max(min(x / 6 + 1 / 2, 1), 0)
      f.number("half", 0.5f), f.number("one", 1);
      f.file.node("Div", {"c", "six"}, "d");
      f.file.node("Add", {"d", "half"}, "t");
      f.file.node("Min", {"t", "one"}, "l");
      f.file.node("Max", {"l", "zero"}, "b");
      f.file.node("Mul", {"b", "c"}, "y");
    } else {
      f.file.node("HardSwish", {"c"}, "y");
    }
    return f.done();
  };
  for (const int how : {0, 1, 2, 3, 4})
    CHECK(normal_kinds(spelt(how)) ==
          std::vector{Kind::transpose, Kind::convolution, Kind::hard_swish, Kind::transpose});
}

TEST_CASE("what is nearly hard swish stays what it is") {
  // x min(max(x + term, low), high) / divisor
  struct Near {
    float term, low, high, divisor;
  };
  for (const auto& [term, low, high, divisor] :
       {Near{3, 0, 5, 6}, Near{2.5f, 0, 5, 6}, Near{3, -1, 6, 6}, Near{2.999f, 0, 6, 6},
        Near{3, 0, 6, 6.001f}, Near{3, 6, 0, 6}})
    for (const bool clip : {true, false}) {
      INFO(term << " " << low << " " << high << " " << divisor << " " << clip);
      Exported f;
      f.number("term", term), f.number("low", low), f.number("high", high), f.number("divisor", divisor);
      f.file.node("Add", {"c", "term"}, "s");
      if (clip) {
        f.file.node("Clip", {"s", "low", "high"}, "r");
      } else {
        f.file.node("Max", {"s", "low"}, "l");
        f.file.node("Min", {"l", "high"}, "r");
      }
      f.file.node("Mul", {"c", "r"}, "m");
      f.file.node("Div", {"m", "divisor"}, "y");
      const auto found = normal_kinds(f.done());
      CHECK(std::find(found.begin(), found.end(), Kind::hard_swish) == found.end());
    }
}

TEST_CASE("a gate's hard sigmoid is one, with its 3 in the bias before it, too") {
  Exported f;
  f.number("six", 6), f.number("zero", 0);
  f.file.node("GlobalAveragePool", {"c"}, "g");
  f.file.constant("w2", {3, 3, 1, 1}, numbers({3, 3, 1, 1}, 2));
  f.file.constant("b2", {3}, std::vector<float>{3.5f, 2, 4});
  f.file.node("Conv", {"g", "w2", "b2"}, "e");
  f.file.node("Clip", {"e", "zero", "six"}, "k");
  f.file.node("Div", {"k", "six"}, "h");
  f.file.node("Mul", {"c", "h"}, "y");
  CHECK(normal_kinds(f.done()) == std::vector{Kind::transpose, Kind::convolution, Kind::reduce,
                                              Kind::convolution, Kind::hard_sigmoid, Kind::multiply,
                                              Kind::transpose});
}

TEST_CASE("what a gate's sixth in f16 or in five digits is off goes into the convolution after it") {
  for (const float sixth : {0.16662598f, 0.16667f})
    for (const bool shifted : {false, true}) {
      INFO(sixth << " " << shifted);
      Exported f;
      f.number("sixth", sixth), f.number("three", 3), f.number("six", 6), f.number("zero", 0);
      f.file.constant("w2", {3, 3, 1, 1}, numbers({3, 3, 1, 1}, 2));
      f.file.node("GlobalAveragePool", {"c"}, "g");
      f.file.node("Conv", {"g", "w2"}, "e");
      f.file.node("Add", {"e", "three"}, "s");
      f.file.node("Clip", {shifted ? "s" : "e", "zero", "six"}, "k");
      f.file.node("Mul", {"k", "sixth"}, "h");
      f.file.node("Mul", {"c", "h"}, "m");
      f.file.node("Conv", {"m", "w2"}, "y");
      CHECK(normal_kinds(f.done()) == std::vector{Kind::transpose, Kind::convolution, Kind::reduce,
                                                  Kind::convolution, Kind::hard_sigmoid, Kind::multiply,
                                                  Kind::convolution, Kind::transpose});
    }
}

TEST_CASE("ReLU6 is one clamp however it is spelt") {
  Exported f;
  f.number("six", 6), f.number("zero", 0);
  f.file.node("Max", {"zero", "c"}, "r");
  f.file.node("Min", {"r", "six"}, "y");
  const file::Graph normal = file::normalise(read(f.done()));
  REQUIRE(kinds(normal) == std::vector{Kind::transpose, Kind::convolution, Kind::clamp, Kind::transpose});
  CHECK(std::get<file::Clamp>(normal.operations[2].attributes) == file::Clamp{0, 6});
}

TEST_CASE("pads, dropouts, identities and reshapes of reshapes are gone") {
  OnnxFile f(13);
  f.input("x", image);
  f.constant("pads", {8}, std::vector<int64_t>{0, 0, 0, 0, 0, 0, 1, 1});
  f.constant("w", {3, 4, 3, 3}, numbers({3, 4, 3, 3}, 1));
  f.constant("column", {2}, std::vector<int64_t>{3, -1});
  f.node("Pad", {"x", "pads"}, "p");
  f.node("Conv", {"p", "w"}, "c", {integers("strides", {2, 2})});
  f.node("GlobalAveragePool", {"c"}, "g");
  f.node("Identity", {"g"}, "i");
  f.node("Dropout", {"i"}, "d");
  f.node("Reshape", {"d", "column"}, "r");
  f.node("Flatten", {"d"}, "y", {integer("axis", 1)});
  f.output("y");
  const file::Graph graph = read(f.bytes()), normal = file::normalise(graph);
  CHECK(difference(graph, normal) <= 1e-12);
  REQUIRE(kinds(normal) == std::vector{Kind::transpose, Kind::convolution, Kind::reduce, Kind::reshape});
  const auto& w = std::get<file::Convolution>(normal.operations[1].attributes).window;
  CHECK(w.top == 0);
  CHECK(w.bottom == 1);
  CHECK(w.right == 1);
}

}  // namespace test_normal_form

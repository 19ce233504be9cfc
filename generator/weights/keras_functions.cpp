// Keras's activation functions by name, as operations.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>

#include "weights/keras_builder.h"

namespace mobilith::keras {

using Kind = file::OperationKind;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

int linear(Making&, int x) { return x; }
int relu(Making& m, int x) { return m.append(Kind::clamp, file::Clamp{0, infinity}, {x}); }
int relu6(Making& m, int x) { return m.append(Kind::clamp, file::Clamp{0, 6}, {x}); }
int sigmoid(Making& m, int x) { return m.append(Kind::sigmoid, {}, {x}); }
int softmax(Making& m, int x) { return m.append(Kind::softmax, file::Softmax{}, {x}); }
int log_softmax(Making& m, int x) { return m.append(Kind::log_softmax, file::Softmax{}, {x}); }
int silu(Making& m, int x) { return product(m, x, sigmoid(m, x)); }
int hard_swish(Making& m, int x) { return m.append(Kind::hard_swish, {}, {x}); }
int hard_tanh(Making& m, int x) { return m.append(Kind::clamp, file::Clamp{-1, 1}, {x}); }
// Keras 2: x / 5 + 1 / 2, Keras 3: x / 6 + 1 / 2; both between 0 and 1.
int hard_sigmoid(Making& m, int x) {
  return m.append(Kind::hard_sigmoid, file::HardSigmoid{m.rules.keras3 ? 1.0 / 6 : 0.2, 0.5}, {x});
}

enum class In { both, either, keras3 };  // either: the versions mean different functions

struct Function {
  const char* name;
  int (*append)(Making&, int x);
  In in;
};
// A function that is not here is refused.
constexpr Function functions[] = {
    {"linear", linear, In::both},
    {"relu", relu, In::both},
    {"relu6", relu6, In::both},
    {"sigmoid", sigmoid, In::both},
    {"softmax", softmax, In::both},
    {"log_softmax", log_softmax, In::keras3},
    {"silu", silu, In::both},
    {"swish", silu, In::both},
    {"hard_sigmoid", hard_sigmoid, In::either},
    {"hard_silu", hard_swish, In::keras3},
    {"hard_swish", hard_swish, In::keras3},
    {"hard_tanh", hard_tanh, In::keras3},
};

}  // namespace

int append_function(Making& m, const char* setting, const std::string& name, int x) {
  for (const Function& row : functions) {
    if (name != row.name) continue;
    if (row.in == In::keras3 && !m.rules.keras3)
      m.settings.refuse(
          setting, "another one: it is known from Keras 3 alone, and Keras 2 may compute another function");
    if (row.in == In::either && m.rules.keras3 == m.rules.keras2)
      m.settings.refuse(
          setting,
          "another one: it is one function in Keras 2 and another in Keras 3, and the file does not "
          "say which of them wrote it");
    return row.append(m, x);
  }
  std::vector<std::string> names;
  for (const Function& row : functions) names.emplace_back(row.name);
  m.settings.refuse(setting, fmt::format("one of {}", fmt::join(names, ", ")));
}

int append_activation(Making& m, int x) {
  return append_function(m, "activation", m.settings.text("activation", "linear"), x);
}

}  // namespace mobilith::keras

// TFLite files with one change each: computed as they are, or refused.
#include <algorithm>
#include <cstring>
#include <functional>
#include <iostream>

#include "catch.h"
#include "formats/mutations.h"
#include "formats/network_files.h"
#include "formats/tflite_parts.h"
#include "networks/table.h"
#include "nightly.h"
#include "process.h"
#include "weights/weights.h"

namespace test_tflite_mutations {

using namespace mobilith;
using namespace mobilith::testing;
using tflite::Builtin;

namespace {

using Change = std::function<void(TfliteParts&)>;
using Changes = std::vector<std::pair<std::string, Change>>;

Change of_operator(size_t index, const std::function<void(TfliteOperator&)>& change) {
  return [=](TfliteParts& parts) { change(parts.operators[index]); };
}

// Each number one more and one less, or twice.
void options(const TfliteParts& parts, size_t n, Changes& changes) {
  for (size_t i = 0; i < parts.operators[n].options.size(); i++) {
    const auto [kind, value] = parts.operators[n].options[i];
    const std::vector<double> others = kind == 'f'   ? std::vector<double>{value * 2, 0}
                                       : kind == 't' ? std::vector<double>{1 - value}
                                       : kind == 'b' ? std::vector<double>{0, 1, 2, 3, 4}
                                                     : std::vector<double>{value + 1, value - 1};
    for (const double other : others)
      if (other != value)
        changes.emplace_back("option " + std::to_string(i) + " is " + std::to_string(other),
                             of_operator(n, [=](TfliteOperator& op) { op.options[i].value = other; }));
  }
}

void operations(const TfliteParts& parts, size_t n, Changes& changes) {
  const TfliteOperator& from = parts.operators[n];
  const auto becomes = [&](Builtin code, int type, const std::vector<TfliteField>& fields) {
    if (code == from.code) return;
    changes.emplace_back(std::string("a ") + tflite::EnumNameBuiltin(code),
                         of_operator(n, [=](TfliteOperator& op) {
                           op.code = code, op.options_type = type, op.options = fields;
                         }));
  };
  if (from.inputs.size() == 1) {
    for (const Builtin code :
         {Builtin::RELU, Builtin::RELU6, Builtin::LOGISTIC, Builtin::RELU_0_TO_1, Builtin::TANH})
      becomes(code, 0, {});
    becomes(Builtin::SOFTMAX, 9, {{'f', 1}});
  }
  if (from.code == Builtin::ADD)
    for (const Builtin code : {Builtin::MAXIMUM, Builtin::MINIMUM}) becomes(code, 0, {});
  if (from.code == Builtin::ADD) becomes(Builtin::SUB, 28, {{'b', 0}});
  if (from.code == Builtin::ADD) becomes(Builtin::MUL, 21, {{'b', 0}});
  if (from.code == Builtin::MEAN) becomes(Builtin::REDUCE_MAX, 27, from.options);
  if (from.code == Builtin::CONV_2D)
    becomes(Builtin::DEPTHWISE_CONV_2D, 2,
            {{'b', 1}, {'i', 1}, {'i', 1}, {'i', 1}, {'b', 3}, {'i', 1}, {'i', 1}});
  if (from.code == Builtin::DEPTHWISE_CONV_2D)
    becomes(Builtin::CONV_2D, 1, {{'b', 1}, {'i', 1}, {'i', 1}, {'b', 3}, {'i', 1}, {'i', 1}});
  if (from.code == Builtin::PAD) becomes(Builtin::RESHAPE, 0, {});
}

// An operand is another tensor of its shape and type, is left out, or is swapped with the next.
void wiring(const TfliteParts& parts, size_t n, Changes& changes) {
  const TfliteOperator& from = parts.operators[n];
  for (size_t i = 0; i < from.inputs.size(); i++) {
    const TfliteTensor& is = parts.tensors[from.inputs[i]];
    int tried = 0;
    for (int other = 0; other < int(parts.tensors.size()); other++)
      if (const TfliteTensor& t = parts.tensors[other];
          other != from.inputs[i] && t.shape == is.shape && t.type == is.type && tried++ < 3)
        changes.emplace_back("input " + std::to_string(i) + " is " + t.name,
                             of_operator(n, [=](TfliteOperator& op) { op.inputs[i] = other; }));
    changes.emplace_back("input " + std::to_string(i) + " is none",
                         of_operator(n, [=](TfliteOperator& op) { op.inputs[i] = -1; }));
  }
  if (from.inputs.size() > 1) {
    changes.emplace_back("inputs swapped",
                         of_operator(n, [](TfliteOperator& op) { std::swap(op.inputs[0], op.inputs[1]); }));
    changes.emplace_back("the last input left out",
                         of_operator(n, [](TfliteOperator& op) { op.inputs.pop_back(); }));
  }
}

template <class Number>
void numbers_of(const TfliteTensor& tensor, size_t n, size_t most, std::initializer_list<Number> steps,
                Changes& changes) {
  for (size_t i = 0; i < std::min(most, tensor.bytes.size() / sizeof(Number)); i++)
    for (const Number step : steps)
      changes.emplace_back("number " + std::to_string(i) + " by " + std::to_string(step),
                           [=](TfliteParts& parts) {
                             char* place = parts.tensors[n].bytes.data() + i * sizeof(Number);
                             Number number;
                             std::memcpy(&number, place, sizeof number);
                             number += step;
                             std::memcpy(place, &number, sizeof number);
                           });
}

void tensor(const TfliteParts& parts, size_t n, Changes& changes) {
  const TfliteTensor& from = parts.tensors[n];
  if (from.type == tflite::TensorType::INT32) numbers_of<int32_t>(from, n, 8, {1, -1}, changes);
  if (from.type == tflite::TensorType::FLOAT32 && !from.bytes.empty())
    numbers_of<float>(from, n, 1, {1.0f, std::numeric_limits<float>::quiet_NaN()}, changes);
  for (size_t i = 0; i < from.shape.size(); i++)
    changes.emplace_back("extent " + std::to_string(i) + " one more",
                         [=](TfliteParts& changed) { changed.tensors[n].shape[i]++; });
  if (from.shape.size() > 1)
    changes.emplace_back("extents swapped", [=](TfliteParts& changed) {
      std::swap(changed.tensors[n].shape.front(), changed.tensors[n].shape.back());
    });
  changes.emplace_back("half",
                       [=](TfliteParts& changed) { changed.tensors[n].type = tflite::TensorType::FLOAT16; });
}

// every: of the changes, one in so many is tried.
Outcome try_changes(const Network& network, int every) {
  const auto weights = open_weights("synthetic");
  const TfliteParts parts = parts_of(tflite_of(network, *weights));
  Changes changes;
  const auto from = [&](const std::string& place, size_t first) {
    for (size_t i = first; i < changes.size(); i++) changes[i].first = place + ": " + changes[i].first;
  };
  for (size_t n = 0; n < parts.operators.size(); n++) {
    const size_t first = changes.size();
    options(parts, n, changes), operations(parts, n, changes), wiring(parts, n, changes);
    from("operator " + std::to_string(n) + ", " + tflite::EnumNameBuiltin(parts.operators[n].code), first);
  }
  for (size_t n = 0; n < parts.tensors.size(); n++) {
    const size_t first = changes.size();
    tensor(parts, n, changes);
    from("tensor " + parts.tensors[n].name, first);
  }
  const TemporaryFolder folder;
  Outcome outcome;
  // The parts themselves are the network.
  write_text(folder / "model.tflite", bytes_of(parts));
  check_file(folder / "model.tflite", outcome);
  REQUIRE(outcome.answered == 1);
  for (size_t i = 0; i < changes.size(); i += size_t(every)) {
    TfliteParts changed = parts;
    changes[i].second(changed);
    INFO(changes[i].first);
    write_text(folder / "model.tflite", bytes_of(changed));
    check_file(folder / "model.tflite", outcome);
  }
  std::cout << outcome.answered << " answered, " << outcome.refused << " refused\n";
  return outcome;
}

}  // namespace

TEST_CASE("TFLite files with one change are computed as they are, or refused") {
  Outcome all;
  const bool all_night = nightly();
  for (const auto& [network, every] :
       {std::pair{build_network({"mobilenet_v1", 0.1, 1, 32, 32, 3}), all_night ? 3 : 11},
        {build_network({"mobilenet_v2", 0.1, 1, 32, 32, 3}), all_night ? 5 : 17},
        {small_network("mobilenet_v2", 5), all_night ? 1 : 3}}) {
    const Outcome outcome = try_changes(network, every);
    all.answered += outcome.answered, all.refused += outcome.refused;
  }
  CHECK(all.answered >= (all_night ? 100 : 30));
  CHECK(all.refused >= (all_night ? 150 : 50));
}

}  // namespace test_tflite_mutations

// State dicts as PyTorch writes them.
#include <map>

#include "catch.h"
#include "state_dicts/fixtures.h"

namespace test_state_dicts {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;
using file::ElementType;
using file::NamedTensor;

namespace {

std::vector<double> expected(int k, int count) {
  std::vector<double> all;
  for (int i = 0; i < count; i++) all.push_back((i % 17 - 8) / 8.0 + k);
  return all;
}

std::map<std::string, NamedTensor> by_name(const file::StateDict& dict) {
  std::map<std::string, NamedTensor> all;
  for (const NamedTensor& tensor : dict.tensors) all[tensor.name] = tensor;
  return all;
}

void check(const NamedTensor& tensor, ElementType type, const std::vector<int64_t>& shape,
           const std::vector<double>& expected) {
  INFO(tensor.name);
  CHECK(tensor.type == type);
  CHECK(tensor.shape == shape);
  CHECK(values(tensor) == expected);
}

// What write_fixtures.py calls tensors().
void check_all(const std::string& name, bool has_brain = true) {
  INFO(name);
  const auto all = by_name(read(fixture(name)));
  REQUIRE(all.size() == (has_brain ? 11 : 10));
  check(all.at("plain"), ElementType::f32, {2, 3, 1, 1}, expected(0, 6));
  check(all.at("half"), ElementType::f16, {5}, expected(1, 5));
  if (has_brain) check(all.at("brain"), ElementType::bf16, {5}, expected(2, 5));
  check(all.at("double"), ElementType::f64, {5}, expected(3, 5));
  check(all.at("whole"), ElementType::i64, {}, {7});
  check(all.at("parameter"), ElementType::f32, {3}, expected(4, 3));
  const std::vector<double> shared = expected(5, 24);
  check(all.at("shared"), ElementType::f32, {6, 4}, shared);
  std::vector<double> transposed, part;
  for (size_t x = 0; x < 4; x++)
    for (size_t y = 0; y < 6; y++) transposed.push_back(shared[4 * y + x]);
  check(all.at("transposed"), ElementType::f32, {4, 6}, transposed);
  for (const size_t y : {1, 3, 5})
    for (const size_t x : {1, 2}) part.push_back(shared[4 * y + x]);
  check(all.at("part"), ElementType::f32, {3, 2}, part);
  check(all.at("repeated"), ElementType::f32, {2, 2}, std::vector<double>(4, shared[11]));
  check(all.at("empty"), ElementType::f32, {0, 3}, {});
}

}  // namespace

TEST_CASE("both forms of torch.save give every type, view and shared storage") {
  for (const char* name : {"zip.pth", "old.pth", "protocol_4.pth", "old_protocol_4.pth"}) check_all(name);
}

TEST_CASE("a safetensors file gives the same tensors") { check_all("plain.safetensors", false); }

TEST_CASE("a format is found by its content") {
  CHECK(file::state_dict_format(fixture("zip.pth")) == "PyTorch");
  CHECK(file::state_dict_format(fixture("old.pth")) == "PyTorch");
  CHECK(file::state_dict_format(fixture("plain.safetensors")) == "safetensors");
  CHECK(file::state_dict_format("") == "");
  CHECK(file::state_dict_format("PK\x03\x04 config.json") == "");
}

TEST_CASE("what is around a state dict is undone, and what training keeps is named as left out") {
  using Names = std::vector<std::string>;
  const Names loop = {"epoch", "arch", "optimizer"};
  const Names lightning = {"epoch",         "global_step",  "pytorch-lightning_version",
                           "loops",         "callbacks",    "optimizer_states",
                           "lr_schedulers", "hparams_name", "hyper_parameters"};
  for (const auto& [name, left_out] : {std::pair{"training.pth", loop}, std::pair{"old_training.pth", loop},
                                       std::pair{"lightning.ckpt", lightning}}) {
    INFO(name);
    const file::StateDict dict = read(fixture(name));
    Names names;
    for (const NamedTensor& tensor : dict.tensors) names.push_back(tensor.name);
    CHECK(names == Names{"0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var",
                         "1.num_batches_tracked"});
    CHECK(dict.left_out == left_out);
    check(dict.tensors[0], ElementType::f32, {2, 3, 1, 1}, expected(0, 6));
    check(dict.tensors[5], ElementType::f32, {2}, expected(5, 2));
  }
}

TEST_CASE("a prefix that all names have is undone") {
  const auto first = [](const std::string& name) {
    return read(old_form("}" + text(name) + tensor(storage("FloatStorage", "0", 4), 0, {4}, {1}) + "s",
                         {{"0", std::string(16, '\0'), 4}}))
        .tensors.at(0)
        .name;
  };
  for (const char* prefix :
       {"module.", "_orig_mod.", "model.", "module.model.", "net.", "network.", "backbone."})
    CHECK(first(prefix + std::string("conv.weight")) == "conv.weight");
  CHECK(first("encoder.conv.weight") == "encoder.conv.weight");
}

TEST_CASE("an entry beside the state dict that may change the answer is refused by name") {
  CHECK_THAT(refusal(fixture("mean.pth")),
             Contains("the entry 'mean' beside 'state_dict', a list that may change"));
}

TEST_CASE("a model that was pickled whole is refused, with what to save instead") {
  CHECK_THAT(refusal(fixture("whole_model.pt")),
             Contains("an object of the class torch.nn.modules.container.Sequential") &&
                 Contains("save model.state_dict() instead"));
  CHECK_THAT(refusal(old_form(
                 tuple(text("module") + global("my", "Net") + text("net.py") + text("class Net")) + "Q")),
             Contains("an object of the class my.Net"));
}

TEST_CASE("a TorchScript archive is refused as one") {
  CHECK_THAT(refusal(fixture("script.pt")), Contains("a TorchScript archive"));
}

}  // namespace test_state_dicts

// The self-check of whole libraries: sound ones pass; wrong weights, wrong code, code that crashes or hangs
// don't.
#include <llvm/Object/Archive.h>
#include <llvm/Object/ObjectFile.h>

#include <cmath>
#include <cstring>

#include "catch.h"
#include "check/check.h"
#include "networks/output.h"
#include "networks/output_blocks.h"
#include "process.h"
#include "skip.h"
#include "targets/target.h"

namespace test_check {

using namespace mobilith;

namespace {

// The formula's weights, but for one value of one tensor.
class OneOff final : public Weights {
 public:
  OneOff(std::string layer, std::string role, float added)
      : layer_(std::move(layer)), role_(std::move(role)), added_(added) {}
  FileConfiguration configuration() const override { return {}; }
  std::string hash() const override { return "one off"; }
  Tensor tensor(const std::string& layer, const std::string& role,
                const std::vector<int>& shape) const override {
    Tensor tensor = base_->tensor(layer, role, shape);
    if (layer == layer_ && role == role_) tensor.values[tensor.values.size() / 2] += added_;
    return tensor;
  }

 private:
  std::string layer_, role_;
  float added_;
  std::unique_ptr<Weights> base_ = open_weights("synthetic");
};

// The formula's weights with V2's bottleneck channels scaled by powers of two, from 2^-most to 2^most and by
// 2^common, and scaled back by the layer that reads them: the same function.
class ScaledBottlenecks final : public Weights {
 public:
  ScaledBottlenecks(int most, int common) : most_(most), common_(common) {}
  FileConfiguration configuration() const override { return {}; }
  std::string hash() const override { return "scaled"; }
  Tensor tensor(const std::string& layer, const std::string& role,
                const std::vector<int>& shape) const override {
    Tensor tensor = base_->tensor(layer, role, shape);
    const bool scales = layer.ends_with("_project_BN") && (role == "gamma" || role == "beta"),
               unscales = (layer.ends_with("_expand") || layer == "Conv_1") && role == "kernel";
    const size_t each = unscales ? shape[3] : 1;  // values of a channel
    if (scales || unscales)
      for (size_t i = 0; i < tensor.values.size(); i++) {
        const int channel = static_cast<int>(i / each);
        const int power = (channel * 5 + 3) % (2 * most_ + 1) - most_ + common_;
        tensor.values[i] = std::ldexp(tensor.values[i], scales ? power : -power);
      }
    return tensor;
  }

 private:
  int most_, common_;
  std::unique_ptr<Weights> base_ = open_weights("synthetic");
};

const Network& v1() {
  static const Network network = build_network({"mobilenet_v1", 0.25, 1, 32, 32, 10});
  return network;
}
const Network& v2() {
  static const Network network = build_network({"mobilenet_v2", 0.35, 1, 32, 32, 10});
  return network;
}

CompiledLibrary compiled(const Network& network, LibraryOptions options = {},
                         const Weights& weights = *open_weights("synthetic")) {
  options.name = "checked_model";
  return compile_library(network, weights, options);
}

// With default options, made once.
const CompiledLibrary& plain(const Network& network) {
  static const CompiledLibrary of_v1 = compiled(v1()), of_v2 = compiled(v2());
  return &network == &v1() ? of_v1 : of_v2;
}

std::vector<CheckedCpu> checked(const CompiledLibrary& library, const Network& network,
                                const Weights& weights = *open_weights("synthetic"),
                                CheckOptions options = {}) {
  return check_library(library, network, weights, options);
}

std::string refusal(const CompiledLibrary& library, const Network& network,
                    const Weights& weights = *open_weights("synthetic"), const CheckOptions& options = {}) {
  try {
    checked(library, network, weights, options);
  } catch (const CheckError& error) {
    return error.what();
  }
  return "";
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// The archive with all code of the library's object overwritten by two bytes, again and again.
std::string with_code(std::string archive, const char (&two)[3]) {
  auto opened = llvm::object::Archive::create(llvm::MemoryBufferRef(archive, "archive"));
  REQUIRE(bool(opened));
  llvm::Error error = llvm::Error::success();
  for (const auto& child : (*opened)->children(error)) {
    auto object = llvm::object::ObjectFile::createObjectFile(llvm::cantFail(child.getMemoryBufferRef()));
    REQUIRE(bool(object));
    for (const llvm::object::SectionRef& section : (*object)->sections()) {
      if (!section.isText()) continue;
      const llvm::StringRef code = llvm::cantFail(section.getContents());
      for (size_t i = 0; i + 1 < code.size(); i += 2)
        std::memcpy(archive.data() + (code.data() - archive.data()) + i, two, 2);
    }
  }
  REQUIRE(!error);
  return archive;
}

}  // namespace

TEST_CASE("a sound library passes: every output, place of the weights, product and target that runs here") {
  std::vector<LibraryOptions> all(6);
  all[2].weights_in_file = true;
  all[3].bundle_runtime = true;
  all[4].target = "x86_64-linux-musl";
  all[5].products = Products::paired;
  const Network* network = &v1();
  for (const LibraryOptions& options : all) {
    network = network == &v1() ? &v2() : &v1();
    const Network used = &options == &all[1] ? with_output(*network, Output::logits) : *network;
    const auto found = checked(compiled(used, options), used, *open_weights("synthetic"), {});
    REQUIRE(found.size() == 1);
    CHECK(found[0].skipped == "");
    CHECK(found[0].blocks == static_cast<int>(network->blocks.size()));
    CHECK(found[0].largest_difference > 0);
    CHECK(found[0].largest_difference < 1e-5);
    CHECK(!found[0].block.empty());
  }
}

TEST_CASE("channels of very different size are no error where each product is computed") {
  LibraryOptions options;
  options.products = Products::direct;
  for (const auto& [most, common] : {std::pair{12, 0}, {0, 24}, {0, -24}}) {
    const ScaledBottlenecks weights(most, common);
    INFO("2^" << most << ", 2^" << common);
    CHECK(checked(compiled(v2(), options, weights), v2(), weights)[0].largest_difference < 1e-5);
  }
}

TEST_CASE("one weight that differs, in any block, is an error that names the block and its code") {
  for (const Network* network : {&v1(), &v2()}) {
    const CompiledLibrary& library = plain(*network);
    for (size_t i = 0; i < network->blocks.size(); i++) {
      const Block& block = network->blocks[i];
      const Layer* last = nullptr;
      for (const Layer& layer : block.layers)
        if (!layer.kernel_shape().empty()) last = &layer;
      INFO(block.name);
      const std::string message = last->batch_norm.empty()
                                      ? refusal(library, *network, OneOff(last->name, "bias", 3.0f))
                                      : refusal(library, *network, OneOff(last->batch_norm, "beta", 10.0f));
      INFO(message);
      const std::string kernel = library.manifest["variants"][0]["steps"][i]["kernel"];
      CHECK(message.starts_with("self-check: " + block.name + " (kernel " + kernel +
                                ", schedule: default, CPU " + library.cpus[0] +
                                ") differs from the reference by "));
      CHECK(!holds(message, "\n"));
    }
  }
}

TEST_CASE("one weight that differs is found in every kind of tensor") {
  const CompiledLibrary& library = plain(v2());
  for (const auto& [layer, role, added, block] :
       {std::tuple{"Conv1", "kernel", 2.0f, "stem"},
        {"bn_Conv1", "gamma", 2.0f, "stem"},
        {"block_3_expand", "kernel", 2.0f, "inverted_residual_3"},
        {"block_3_depthwise", "depthwise_kernel", 2.0f, "inverted_residual_3"},
        {"block_3_depthwise_BN", "moving_mean", 2.0f, "inverted_residual_3"},
        {"block_6_project_BN", "moving_variance", 2.0f, "inverted_residual_6"},
        {"Conv_1_bn", "beta", 10.0f, "head"},
        {"predictions", "kernel", 2.0f, "head"}}) {
    INFO(layer << "/" << role);
    const std::string message = refusal(library, v2(), OneOff(layer, role, added));
    CHECK(message.starts_with("self-check: " + std::string(block) + " "));
  }
}

TEST_CASE("an output of a block that is copied from elsewhere is an error that names the block") {
  const Network network = with_output_blocks(v1(), {"separable_3", "head"});
  CompiledLibrary library = compiled(network);
  CHECK(checked(library, network)[0].blocks == 15);
  // mobilith_copy in the library's constants: offset, step, port, stride, 0.
  const uint64_t offset = library.manifest["variants"][0]["steps"][3]["operands"].back()["offset"];
  const uint32_t rest[] = {3, 0, static_cast<uint32_t>(network.blocks[3].out().channels), 0};
  std::string record(reinterpret_cast<const char*>(&offset), sizeof offset);
  record.append(reinterpret_cast<const char*>(rest), sizeof rest);
  const size_t at = library.archive.find(record);
  REQUIRE(at != std::string::npos);
  library.archive[at] = static_cast<char>(library.archive[at] ^ 4);
  CHECK(refusal(library, network).starts_with("self-check: separable_3 (kernel separable_"));
}

TEST_CASE("code that crashes or does not end is an error that names the block") {
  CompiledLibrary library = plain(v1());
  const std::string sound = library.archive;
  library.archive = with_code(sound, "\x0f\x0b");  // ud2
  CHECK(holds(refusal(library, v1()), "self-check: stem (kernel stem_"));
  CHECK(holds(refusal(library, v1()), ") crashed"));
  library.archive = with_code(sound, "\xeb\xfe");  // a jump to itself
  CheckOptions hasty;
  hasty.seconds = 0.5;
  CHECK(holds(refusal(library, v1(), *open_weights("synthetic"), hasty), ") did not come to an end"));
  library.archive = sound.substr(0, sound.size() / 2);
  CHECK(holds(refusal(library, v1()), "self-check: lib"));
}

TEST_CASE("of several CPUs each one that can run here is checked, whatever MOBILITH_CPU says") {
  LibraryOptions options;
  options.cpus = {"x86-64-v2", "x86-64-v3"};
  CompiledLibrary library = compiled(v1(), options);
  const CpuTarget host = resolve_cpu("host"), v3 = resolve_cpu("x86-64-v3");
  if ((v3.required & ~host.required) != 0) return skip("this CPU can't run x86-64-v3");
  setenv("MOBILITH_CPU", "x86-64-v2", 1);
  for (const CheckedCpu& cpu : checked(library, v1())) {
    CHECK(cpu.skipped == "");
    CHECK(cpu.blocks == 15);
  }
  unsetenv("MOBILITH_CPU");

  // As if x86-64-v3 needed what no CPU has: its bits in the library, before those that tell it from others.
  std::string bits(reinterpret_cast<const char*>(&v3.required), 8);
  bits.append(reinterpret_cast<const char*>(&v3.identity), 8);
  const size_t at = library.archive.find(bits);
  REQUIRE(at != std::string::npos);
  REQUIRE(library.archive.find(bits, at + 1) == std::string::npos);
  std::memset(library.archive.data() + at, 0xff, 8);
  const std::vector<CheckedCpu> found = checked(library, v1());
  REQUIRE(found.size() == 2);
  CHECK(found[0].cpu == "x86-64-v3");
  CHECK(found[0].skipped == "this machine's CPU lacks instructions that it uses");
  CHECK(found[1].cpu == "x86-64-v2");
  CHECK(found[1].skipped == "");
  CHECK(check_json(found)[0] == nlohmann::json{{"cpu", "x86-64-v3"}, {"skipped", found[0].skipped}});
  CHECK(holds(check_text(found), "not checked for x86-64-v3: this machine's CPU lacks"));
  CHECK(holds(check_text(found), "checked for x86-64-v2: every block within "));
}

TEST_CASE("of kernels that differ in nothing no difference is told") {
  CHECK(check_text({{.cpu = "znver4", .skipped = ""}, {.cpu = "haswell", .skipped = ""}}) ==
        "checked for znver4, haswell: every number of every block is the reference's\n");
}

TEST_CASE("what the progress callback throws ends the check") {
  CheckOptions options;
  options.progress = [](const Progress&) { throw std::runtime_error("stop"); };
  CHECK_THROWS_WITH(checked(plain(v1()), v1(), *open_weights("synthetic"), options), "stop");
}

}  // namespace test_check

// Outputs in the middle of a network, several of them, and networks that end before their head.
#include <algorithm>
#include <map>
#include <memory>

#include "catch.h"
#include "networks/output_blocks.h"
#include "package/compile_library.h"
#include "property/compiled.h"
#include "property/guarded.h"
#include "runtime/counted.h"

namespace test_outputs_of_blocks {

using namespace mobilith;
using namespace mobilith::property;

namespace {

// Channels that are no whole vectors among them, and an odd resolution.
const Configuration configurations[] = {{"mobilenet_v1", 0.35, 1, 65, 49, 37},
                                        {"mobilenet_v2", 0.35, 1, 97, 64, 10}};

LoadedLibrary compiled(const Network& network) {
  LibraryOptions options;
  options.cpus = {"host"};
  options.name = "outputs_model";
  options.jobs = 1;
  return LoadedLibrary::from_bytes(compile_library(network, *open_weights("synthetic"), options).archive,
                                   options.name);
}

// What each block wrote, dense, by its name.
using Blocks = std::map<std::string, std::vector<float>>;

void collect(void* context, const mobilith_profile* p) {
  std::vector<float>& values = (*static_cast<Blocks*>(context))[p->name];
  values.clear();
  const auto* output = static_cast<const float*>(p->output);
  for (int pixel = 0; pixel < p->output_height * p->output_width; pixel++, output += p->output_channel_stride)
    values.insert(values.end(), output, output + p->output_channels);
}

// Buffers that end, or begin, where nothing may be touched, aligned to floats alone.
class Run {
 public:
  Run(const LoadedLibrary& library, int threads, Guarded::At at, Blocks* blocks = nullptr)
      : model_(library.model()) {
    const mobilith_port& in = *mobilith_model_input(model_, 0);
    input_ = std::make_unique<Guarded>(in.bytes, at, sizeof(float));
    const reference::Activation formula = reference::formula_input({in.height, in.width, in.channels});
    std::copy(formula.values.begin(), formula.values.end(), static_cast<float*>(input_->data()));
    input_->read_only();
    for (int i = 0; const mobilith_port* port = mobilith_model_output(model_, i); i++) {
      outputs_.push_back(std::make_unique<Guarded>(port->bytes, at, sizeof(float)));
      pointers_.push_back(outputs_.back()->data());
      bytes_.push_back(port->bytes);
    }
    mobilith_options options;
    mobilith_options_init(&options);
    options.threads = threads;
    const size_t arena = mobilith_session_bytes(model_, &options);
    arena_ = std::make_unique<Guarded>(arena, at, 64);
    options.memory = arena_->data(), options.memory_bytes = arena;
    if (blocks) options.profile = collect, options.profile_context = blocks;
    REQUIRE(mobilith_session_create(model_, &options, &session_) == MOBILITH_OK);
  }
  ~Run() { mobilith_session_destroy(session_); }
  Run(const Run&) = delete;

  mobilith_status operator()() {
    const void* inputs[] = {input_->data()};
    const size_t bytes[] = {mobilith_model_input(model_, 0)->bytes};
    return mobilith_run_ports(session_, 1, inputs, bytes, pointers_.size(), pointers_.data(), bytes_.data());
  }
  std::vector<float> output(size_t i) const {
    const auto* values = static_cast<const float*>(pointers_.at(i));
    return {values, values + bytes_.at(i) / sizeof(float)};
  }

 private:
  const mobilith_model* model_;
  std::unique_ptr<Guarded> input_, arena_;
  std::vector<std::unique_ptr<Guarded>> outputs_;
  std::vector<void*> pointers_;
  std::vector<size_t> bytes_;
  mobilith_session* session_ = nullptr;
};

// All blocks of the whole network, as it is without any outputs named: what the next block reads. Of each
// kind of network there is one here, which is compiled once.
const Blocks& blocks_of(const Network& network) {
  static std::map<std::string, Blocks> known;
  Blocks& blocks = known[network.configuration.net];
  if (!blocks.empty()) return blocks;
  const LoadedLibrary library = compiled(network);
  Run run(library, 1, Guarded::At::end, &blocks);
  REQUIRE(run() == MOBILITH_OK);
  return blocks;
}

std::map<std::string, std::vector<double>> expected_blocks(const Network& network) {
  std::map<std::string, std::vector<double>> blocks;
  reference::run_network(
      network, *open_weights("synthetic"), reference::formula_input(network.blocks.front().in()), false,
      [&](const Block& block, const reference::Activation& output) { blocks[block.name] = output.values; });
  return blocks;
}

std::vector<std::string> names_of(const Network& network) {
  std::vector<std::string> names;
  for (const Block& block : network.blocks) names.push_back(block.name);
  return names;
}

}  // namespace

TEST_CASE(
    "outputs are the reference's, and bit for bit what the network's next block reads, with 1 and 2 "
    "threads") {
  for (const Configuration& c : configurations) {
    const Network network = build_network(c);
    const Blocks& unmodified = blocks_of(network);
    const auto reference = expected_blocks(network);
    const std::vector<std::string> all = names_of(network);
    const size_t last = all.size() - 1;
    for (const std::vector<std::string>& names : std::vector<std::vector<std::string>>{
             {all[3]}, {all[last - 1]}, {all[last], all[4], all[0]}, {all[last]}, all}) {
      const Network asked = with_output_blocks(network, names);
      const LoadedLibrary library = compiled(asked);
      for (const auto at : {Guarded::At::begin, Guarded::At::end})
        for (const int threads : {1, 2}) {
          Run run(library, threads, at);
          REQUIRE(run() == MOBILITH_OK);
          for (size_t i = 0; i < names.size(); i++) {
            INFO(c.net << ", " << names[i] << ", output " << i << " of " << names.size());
            CHECK(mobilith_model_output(library.model(), static_cast<int>(i))->name == names[i]);
            const std::vector<float> output = run.output(i);
            CHECK(output == unmodified.at(names[i]));
            CHECK(difference(output, reference.at(names[i])) < 1e-4);
          }
        }
    }
  }
}

TEST_CASE("runs with several outputs allocate nothing and take no lock with one thread") {
  const Network network = build_network(configurations[1]);
  const LoadedLibrary library =
      compiled(with_output_blocks(network, {"inverted_residual_2", "inverted_residual_9", "head"}));
  for (const int threads : {1, 2}) {
    Run run(library, threads, Guarded::At::end);
    REQUIRE(run() == MOBILITH_OK);
    const long allocations = counted::allocations(), locks = counted::locks();
    int failed = 0;
    for (int i = 0; i < 20; i++) failed += run() != MOBILITH_OK;
    const long allocated = counted::allocations() - allocations, locked = counted::locks() - locks;
    CHECK(failed == 0);
    CHECK(allocated == 0);
    if (threads == 1) CHECK(locked == 0);
  }
}

TEST_CASE("a middle output costs no memory, and the model says what it has") {
  const Network network = build_network(configurations[0]);
  const LoadedLibrary whole = compiled(network),
                      both = compiled(with_output_blocks(network, {"separable_5", "head"})),
                      backbone = compiled(with_output_blocks(network, {"separable_5"}));
  const mobilith_model_info& a = *mobilith_model_describe(whole.model());
  const mobilith_model_info& b = *mobilith_model_describe(both.model());
  const mobilith_model_info& c = *mobilith_model_describe(backbone.model());
  CHECK(a.arena_bytes == b.arena_bytes);
  CHECK(a.weights_bytes == b.weights_bytes);
  CHECK(c.weights_bytes < a.weights_bytes);
  CHECK(c.kernels == 6);
  CHECK(a.outputs == 1);
  CHECK(b.outputs == 2);
  CHECK(b.classes == a.classes);
  CHECK(b.output_is_probabilities == 1);
  CHECK(c.classes == 0);
  CHECK(c.output_is_probabilities == 0);
  const mobilith_port& port = *mobilith_model_output(both.model(), 0);
  const Shape shape = network.blocks[5].out();
  CHECK(port.struct_bytes == offsetof(mobilith_port, format));  // of no frame: as ever
  CHECK(port.type == MOBILITH_F32);
  CHECK((port.height == shape.height && port.width == shape.width && port.channels == shape.channels));
  CHECK(port.pixel_bytes == sizeof(float) * shape.channels);
  CHECK(port.row_bytes == port.pixel_bytes * shape.width);
  CHECK(port.bytes == port.row_bytes * shape.height);
  CHECK(c.output_bytes == port.bytes);
  CHECK(std::string(mobilith_model_input(whole.model(), 0)->name) == "input");
}

TEST_CASE("padded outputs are the dense ones with zeros behind each pixel's channels") {
  size_t padding = 0;
  for (const Configuration& c : configurations) {
    const Network network = build_network(c);
    const Blocks& dense = blocks_of(network);
    const std::vector<std::string> all = names_of(network);
    Network asked = with_output_blocks(network, {all[2], all[4], all.back()});
    asked.padded_outputs = true;
    const LoadedLibrary library = compiled(asked);
    Run run(library, 2, Guarded::At::end);
    REQUIRE(run() == MOBILITH_OK);
    for (int i = 0; const mobilith_port* port = mobilith_model_output(library.model(), i); i++) {
      const std::vector<float> output = run.output(size_t(i));
      const size_t stride = port->pixel_bytes / sizeof(float), channels = size_t(port->channels);
      std::vector<float> values;
      for (size_t at = 0; at < output.size(); at += stride) {
        values.insert(values.end(), &output[at], &output[at] + channels);
        for (size_t k = channels; k < stride; k++) CHECK(output[at + k] == 0);
        padding += stride - channels;
      }
      INFO(c.net << ", " << port->name);
      CHECK(values == dense.at(port->name));
    }
  }
  CHECK(padding > 0);  // some channels are no whole vectors
}

TEST_CASE("CPUs that store an output differently can't share a library of padded outputs") {
  Network network = with_output_blocks(build_network(configurations[0]), {"separable_3"});
  LibraryOptions options;
  options.name = "outputs_model";
  options.cpus = {"x86-64-v4", "x86-64-v2"};
  options.jobs = 1;
  const auto compile = [&] { compile_library(network, *open_weights("synthetic"), options); };
  CHECK_NOTHROW(compile());
  network.padded_outputs = true;
  CHECK_THROWS_WITH(compile(),
                    Catch::Matchers::Contains("separable_3") && Catch::Matchers::Contains("x86-64-v2"));
}

}  // namespace test_outputs_of_blocks

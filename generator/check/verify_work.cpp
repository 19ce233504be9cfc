#include "check/verify_work.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <numeric>

#include "bench/loaded_library.h"
#include "check/exact.h"
#include "check/frame_image.h"
#include "check/output_difference.h"
#include "check/verify_lines.h"
#include "networks/output_blocks.h"
#include "reference/narrowed.h"
#include "text/sha256.h"

namespace mobilith::check {

using nlohmann::json;

namespace {

using Values = std::vector<double>;

std::vector<RankedValue> first_five(const Values& values) {
  std::vector<int> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  const auto count = static_cast<std::ptrdiff_t>(std::min<size_t>(order.size(), 5));
  // NaN would have no place in the order.
  auto before = [&](int a, int b) { return values[size_t(a)] > values[size_t(b)]; };
  if (std::none_of(values.begin(), values.end(), [](double x) { return x != x; }))
    std::partial_sort(order.begin(), order.begin() + count, order.end(), before);
  std::vector<RankedValue> first;
  for (std::ptrdiff_t i = 0; i < count; i++) first.push_back({order[size_t(i)], values[size_t(order[i])]});
  return first;
}

class Verifier {
 public:
  Verifier(const VerifyWork& work, const std::filesystem::path& results)
      : work_(work), results_(results, std::ios::app), outputs_(output_blocks(work.network)) {}

  void run() {
    stage("loading the library");
    const LibraryRun library(work_.tree.library);
    require_own_weights(library.model());
    for (size_t i = 0; i < work_.inputs.size(); i++) {
      VerifiedInput verified{work_.inputs[i].name, "", {}};
      stage("reading", verified.name);
      FrameInput image;
      try {
        if (work_.network.frame)
          image = frame_input(work_.network, work_.inputs[i].frame());
        else
          image.image = work_.inputs[i].values();
      } catch (const std::exception& error) {
        verified.error = error.what();
      }
      if (verified.error.empty()) compare(library, image, i == 0, verified);
      say(line_of(verified));
    }
  }

  void say(const json& line) {
    results_ << line.dump(-1, ' ', true, json::error_handler_t::replace) << '\n' << std::flush;
  }

 private:
  void stage(const std::string& what, const std::string& input = "") {
    say({{"stage", what}, {"input", input}});
  }

  void require_own_weights(const mobilith_model& model) const {
    const GeneratedLibrary& tree = work_.tree;
    if (model.variants_count != tree.library.cpus.size())
      throw LoadError(fmt::format("{}: the library of {} is for {} CPUs, its manifest is for {}", tree.folder,
                                  tree.name, model.variants_count, tree.library.cpus.size()));
    if (!model.weights) return;  // in a file: the runtime looks at its checksum
    const std::string has =
        sha256({reinterpret_cast<const char*>(model.weights), static_cast<size_t>(model.weights_bytes)});
    const std::string said = tree.library.manifest.at("weights").at("sha256");
    if (has != said)
      throw LoadError(
          fmt::format("{}: the weights in the library of {} are not those that were written: "
                      "their SHA-256 is {}, that in the manifest is {}",
                      tree.folder, tree.name, has, said));
  }

  // What the outputs must be, and who says so.
  struct Expected {
    std::vector<Values> values;
    std::string of;
  };

  // Of a quantised network no number may differ.
  void compare_exact(const LibraryRun& library, const Values& values, bool first, VerifiedInput& verified,
                     const std::vector<uint8_t>& frame = {}) {
    stage("the file's graph", verified.name);
    const Values image = as_image(work_.network, values);
    const std::vector<Values> blocks = work_.weights.block_outputs(image);
    Expected expected{{}, "the file's graph"};
    for (const Block* output : outputs_)
      expected.values.push_back(blocks.at(size_t(output - work_.network.blocks.data())));
    for (size_t v = 0; v < work_.tree.library.cpus.size(); v++) {
      const std::string& cpu = work_.tree.library.cpus[v];
      stage("the code for " + cpu, verified.name);
      const auto found = exact_outputs(library, v, work_.network, image, frame);
      if (!found && first)
        say({{"cpu", cpu}, {"skipped", "this machine's CPU lacks instructions that it uses"}});
      if (found) add(verified, outputs_, *found, expected, "CPU " + cpu, 0);
    }
  }

  void require_image(const FrameInput& input, const Values& found) const {
    if (const auto wrong = wrong_image(work_.network, input, found))
      throw LoadError("the image that it makes of the frame " + *wrong);
  }

  // A quantised network is compared on the image that the library makes of the frame.
  void compare_frame_exact(const LibraryRun& library, const FrameInput& input, bool first,
                           VerifiedInput& verified) {
    for (size_t v = 0; v < work_.tree.library.cpus.size(); v++) {
      const auto image = library.image_of(v, input.bytes, work_.network.image_type);
      if (!image) continue;
      require_image(input, *image);
      return compare_exact(library, *image, first, verified, input.bytes);
    }
    throw LoadError("this machine's CPU can run none of its code");
  }

  void compare(const LibraryRun& library, const FrameInput& read, bool first, VerifiedInput& verified) {
    const bool frames = work_.network.frame.has_value();
    const Values& image = read.image;
    if (work_.network.quantised())
      return frames ? compare_frame_exact(library, read, first, verified)
                    : compare_exact(library, image, first, verified);
    stage("the file's graph", verified.name);
    const std::vector<Values> of_file = work_.weights.outputs_for(image);
    const bool same = !of_file.empty() && is_whole();
    const reference::Activation as_activation{work_.network.image(), image};
    if (!of_file.empty() && (first || !same)) {
      if (whole_blocks_.empty()) whole_blocks_ = prepared(work_.whole, work_.weights);
      add(verified, output_blocks(work_.whole), output_values(work_.whole, whole_blocks_, as_activation),
          {of_file, "the file's graph"}, "recognised blocks", reference::bound);
    }
    Expected expected{of_file, "the file's graph"};
    const ElementType factors = factors_type(work_.network.configuration);
    if (!same) {
      if (blocks_.empty()) blocks_ = prepared(work_.network, work_.weights);
      expected = {output_values(work_.network, blocks_, as_activation, factors), "its blocks in double"};
    }
    const std::vector<float> input(image.begin(), image.end());
    for (size_t v = 0; v < work_.tree.library.cpus.size(); v++) {
      const std::string& cpu = work_.tree.library.cpus[v];
      stage("the code for " + cpu, verified.name);
      std::optional<BlockOutputs> found =
          frames ? library.run(v, read.bytes, [](size_t) {}) : library.run(v, input, [](size_t) {});
      if (!found && first)
        say({{"cpu", cpu}, {"skipped", "this machine's CPU lacks instructions that it uses"}});
      if (!found) continue;
      if (frames && !found->empty()) {
        require_image(read, {found->front().begin(), found->front().end()});
        found->erase(found->begin());
      }
      if (found->size() != work_.network.blocks.size())
        throw LoadError("it runs another number of kernels than its network has blocks");
      add(verified, outputs_, outputs_among(work_.network, *found), expected, "CPU " + cpu,
          whole_bound_of(factors));
    }
  }

  // Whether the library gives what the file does.
  bool is_whole() const {
    const std::vector<const Block*> theirs = output_blocks(work_.whole);
    if (theirs.size() != outputs_.size()) return false;
    for (size_t i = 0; i < theirs.size(); i++)
      if (theirs[i]->name != outputs_[i]->name ||
          (is_classifier(*theirs[i]) && output_function(*theirs[i]) != output_function(*outputs_[i])))
        return false;
    return true;
  }

  static void add(VerifiedInput& verified, const std::vector<const Block*>& blocks,
                  const std::vector<Values>& found, const Expected& expected, const std::string& by,
                  double allowed) {
    if (found.size() != expected.values.size())
      throw LoadError(
          fmt::format("{} outputs, {} has {}", found.size(), expected.of, expected.values.size()));
    for (size_t i = 0; i < found.size(); i++) {
      const std::string& name = blocks[i]->name;
      if (found[i].size() != expected.values[i].size())
        throw LoadError(fmt::format("output '{}' has {} values, in {} {}", name, found[i].size(), expected.of,
                                    expected.values[i].size()));
      const OutputDifference difference = output_difference(found[i], expected.values[i]);
      VerifiedOutput output{
          name, by, expected.of, difference.apart, difference.largest, allowed, difference.within(allowed),
          {},   {}};
      const Shape shape = blocks[i]->out();
      if (shape.height * shape.width == 1 && shape.channels > 1)
        output.expected = first_five(expected.values[i]), output.found = first_five(found[i]);
      verified.outputs.push_back(std::move(output));
    }
  }

  const VerifyWork& work_;
  std::ofstream results_;
  std::vector<const Block*> outputs_;
  std::vector<reference::PreparedBlock> blocks_, whole_blocks_;
};

}  // namespace

void verify_in_child(const VerifyWork& work, const std::filesystem::path& results) {
  Verifier verifier(work, results);
  try {
    verifier.run();
  } catch (const std::exception& error) {
    const std::string what = error.what();
    const bool named = what.starts_with(work.tree.folder);
    verifier.say({{"failure", named ? what : work.tree.folder + ": " + what}});
  }
}

}  // namespace mobilith::check

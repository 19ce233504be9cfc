#include "cli/labels.h"

#include <fmt/format.h>

#include "cli/schedule_options.h"
#include "networks/output_blocks.h"
#include "process/read_file.h"
#include "weights/file_labels.h"

namespace mobilith {

constexpr size_t longest = size_t{16} << 20;

std::vector<std::string> read_labels(const std::string& option, const std::string& path) {
  std::vector<std::string> labels;
  try {
    labels = lines_of(read_regular_file(path, longest));
  } catch (const FileFault& fault) {
    throw UsageError(option, fmt::format("{}: {}", path, fault.what()));
  }
  if (labels.empty()) throw UsageError(option, fmt::format("{}: is empty", path));
  return labels;
}

std::vector<std::string> labels_of_tree(const std::string& folder, const std::string& name) {
  try {
    return lines_of(
        read_regular_file(std::filesystem::path(folder) / "share" / name / "labels.txt", longest));
  } catch (const FileFault&) {
    return {};  // a tree may have none
  }
}

ChosenLabels chosen_labels(const options::variables_map& values, const Network& network,
                           const Weights& weights) {
  const Block* head = output_head(network);
  const auto classes = static_cast<size_t>(head ? head->out().channels : 0);
  if (values.count("labels")) {
    if (!head) throw UsageError("labels", "names classes, and no output of the library is a classifier's");
    ChosenLabels labels{read_labels("labels", values["labels"].as<std::string>()), "--labels"};
    if (labels.names.size() != classes)
      throw UsageError("labels",
                       fmt::format("{}: {} lines, expected {}, one for each class",
                                   values["labels"].as<std::string>(), labels.names.size(), classes));
    return labels;
  }
  const FileLabels found = weights.labels();
  std::string problem = found.left_out;
  if (head && !found.names.empty() && found.names.size() != classes)
    problem = fmt::format("{} names for {} classes", found.names.size(), classes);
  if (head && !problem.empty()) warn(fmt::format("the labels in the model file are left out: {}", problem));
  if (!head || !problem.empty() || found.names.empty()) return {};
  return {found.names, "the model file"};
}

}  // namespace mobilith

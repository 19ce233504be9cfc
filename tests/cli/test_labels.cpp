// Names of classes: of an option, and of the model file itself.
#include <nlohmann/json.hpp>

#include "cli/errors.h"
#include "cli/model_files.h"
#include "skip.h"
#include "weights/file_labels.h"

namespace test_labels {

using namespace mobilith::testing;
using nlohmann::json;

TEST_CASE("names of classes come from --labels or from the file, and are in the tree") {
  const TemporaryFolder folder;
  const std::string model = folder / "model.tflite";
  write_model(model);
  std::string ten;
  for (int i = 0; i < 10; i++) ten += "class of kind " + std::to_string(i) + "\r\n";
  write_text(folder / "ten.txt", ten);
  write_text(folder / "two.txt", "a\nb\n");
  const auto labels = [&](const char* tree) { return (folder / tree) / "share/net/labels.txt"; };
  generate_net(model, folder / "none");
  CHECK(!std::filesystem::exists(labels("none")));
  generate_net(model, folder / "given", {"--labels", folder / "ten.txt"});
  CHECK(lines(read_text(labels("given"))) == 10);
  CHECK(holds(read_text(labels("given")), "class of kind 3\nclass of kind 4\n"));
  CHECK(holds(read_text(folder / "given/lib/cmake/net/net-config.cmake"), "set(net_LABELS "));
  check_refused({"generate", "--weights", model, "--name", "net", "--out", folder / "x", "--labels",
                 folder / "two.txt"},
                2, {"--labels", "2 lines, expected 10"});
  const ProcessResult headless =
      run_mobilith({"generate", "--weights", model, "--name", "net", "--out", folder / "x", "--outputs",
                    "stem", "--labels", folder / "ten.txt"});
  CHECK(headless.code == 2);
  CHECK(holds(headless.err, "\nmobilith: --labels: names classes, and no output"));

  append_zip(model, {{"some_labels.txt", ten}});
  generate_net(model, folder / "carried");
  CHECK(read_text(labels("carried")) == read_text(labels("given")));
  const json manifest = json::parse(read_text(folder / "carried/share/net/manifest.json"));
  CHECK(manifest["labels"]["from"] == "the model file");
  const ProcessResult checked = run_mobilith({"verify", folder / "carried", "--weights", model});
  CHECK(checked.code == 0);
  CHECK(holds(checked.out, "class of kind "));

  for (const auto& [members, why] :
       std::vector<std::pair<std::vector<std::pair<std::string, std::string>>, std::string>>{
           {{{"labels.txt", "a\nb\n"}}, "2 names for 10 classes"},
           {{{"labels.txt", ten}, {"labels-de.txt", ten}}, "several members with labels"}}) {
    const std::string other = folder / "other.tflite";
    write_model(other);
    append_zip(other, members);
    const ProcessResult made = run_mobilith(
        {"generate", "--weights", other, "--name", "net", "--out", folder / "other", "--no-check"});
    CHECK(made.code == 0);
    CHECK(holds(made.err, "the labels in the model file are left out: "));
    CHECK(holds(made.err, why));
    CHECK(!std::filesystem::exists(labels("other")));
  }
}

TEST_CASE("labels of files that others made", "[.samples]") {
  const std::filesystem::path file =
      std::filesystem::path(MOBILITH_SAMPLE_MODELS) / "files/automl_labeler_model.tflite";
  if (!std::filesystem::exists(file)) return skip("the sample models are missing");
  CHECK(mobilith::labels_in(read_text(file)).names ==
        std::vector<std::string>{"daisy", "dandelion", "roses", "sunflowers", "tulips"});
}

}  // namespace test_labels

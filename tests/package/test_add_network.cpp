// find_package(Mobilith) and mobilith_add_network() in a project of a user's, from an installed prefix.
#include "catch.h"
#include "formats/saved_models.h"
#include "nightly.h"
#include "package/network_project.h"
#include "weights_file/keras_file.h"

namespace test_add_network {

using namespace mobilith::package;
namespace fs = std::filesystem;

namespace {

// Newer than anything built so far.
void touch(const fs::path& file) { fs::last_write_time(file, fs::file_time_type::clock::now()); }

std::string mobilenet_file(const fs::path& path) {
  mobilith::Configuration configuration;
  configuration.net = "mobilenet_v1";
  configuration.alpha = 0.25;
  configuration.height = configuration.width = 32;
  mobilith::testing::KerasFile(configuration).write(mobilith::testing::Layout::hdf5_model, path);
  return path;
}

// Configuring fails, and the error holds these words (CMake breaks its lines).
void check_refused(const std::string& arguments, const std::vector<std::string>& words) {
  static const NetworkProject project;  // one for all: CMake looks at the compilers once
  const ProcessResult result = project.configure(arguments);
  std::string error;
  for (char letter : result.err)
    if (letter != '\n' && letter != ' ')
      error += letter;
    else if (!error.empty() && error.back() != ' ')
      error += ' ';
  INFO(arguments << ": " << result.err);
  CHECK(result.code != 0);
  for (const std::string& word : words) CHECK(error.find(word) != std::string::npos);
}

}  // namespace

TEST_CASE("one network for three programs in two folders is generated once, and computes what Keras does") {
  for (const char* generator : {"Ninja", "Unix Makefiles"}) {
    INFO(generator);
    const NetworkProject project(generator);
    project.configured(small_network + ";WEIGHTS;synthetic");
    CHECK(project.build() == 1);
    const std::string best = project.run("first");
    CHECK(classes(best) == small_best);
    CHECK(project.run("second") == best);
    CHECK(project.run("nested/third") == best);
  }
}

TEST_CASE("the generator runs again when an input changes, once, and else not") {
  std::vector<std::string> generators{"Ninja"};  // Makefiles have the same dependencies: at night
  if (mobilith::testing::nightly()) generators.emplace_back("Unix Makefiles");
  for (const std::string& generator : generators) {
    INFO(generator);
    const NetworkProject project(generator);
    const std::string weights = mobilenet_file(project.folder / "source/weights.h5");
    write_text(project.folder / "source/tuned/README", "no records yet");
    const std::string arguments = "WEIGHTS;weights.h5;TUNED;tuned";
    project.configured(arguments);
    CHECK(project.build() == 1);
    const std::string before = project.run("first");
    CHECK(project.build() == 0);
    project.configured(arguments);  // configured again, nothing else
    CHECK(project.build() == 0);
    touch(project.folder / "source/nested/CMakeLists.txt");  // something else of the project changes
    CHECK(project.build() == 0);

    touch(weights);
    CHECK(project.build() == 1);
    CHECK(project.build() == 0);
    project.configured(arguments + ";OUTPUT;logits");
    CHECK(project.build() == 1);
    CHECK(project.run("nested/third") != before);  // every program is linked anew
    CHECK(project.build() == 0);

    const fs::path records = project.folder / "source/tuned/znver4.json";
    fs::copy_file(MOBILITH_SOURCE "/schedules/tuned/znver4.json", records);  // a record file comes
    CHECK(project.build() == 1);
    CHECK(project.build() == 0);
    touch(records);
    CHECK(project.build() == 1);
    CHECK(project.build() == 0);
    touch(prefix().path() / "bin/mobilith");
    CHECK(project.build() == 1);
    CHECK(project.build() == 0);
  }
}

TEST_CASE("cleaned, it is generated again; interrupted halfway too") {
  const NetworkProject project;
  project.configured(small_network + ";WEIGHTS;synthetic");
  CHECK(project.build() == 1);
  REQUIRE(run_process({"cmake", "--build", project.folder / "build", "--target", "clean"}).code == 0);
  CHECK(project.build() == 1);
  fs::remove(project.folder / "build/mobilith/my_net/share/my_net/manifest.json");
  CHECK(project.build() == 1);
  CHECK(project.build() == 0);
}

TEST_CASE("a weights file that the build makes is waited for") {
  const NetworkProject project;
  const std::string weights = mobilenet_file(project.folder / "trained.h5");
  write_text(
      project.folder / "source/CMakeLists.txt",
      "cmake_minimum_required(VERSION 3.21)\nproject(made LANGUAGES C)\nfind_package(Mobilith REQUIRED)\n"
      "add_custom_command(OUTPUT made.h5 COMMAND ${CMAKE_COMMAND} -E copy " +
          weights +
          " made.h5)\n"
          "mobilith_add_network(NAME my_net WEIGHTS ${CMAKE_CURRENT_BINARY_DIR}/made.h5)\n"
          "add_executable(first ${APP})\ntarget_link_libraries(first my_net)\n"
          "target_compile_definitions(first PRIVATE MODEL=my_net MODEL_HEADER=\"my_net.h\")\n");
  project.configured("");
  CHECK(project.build() == 1);
  CHECK(!project.run("first").empty());
  CHECK(project.build() == 0);
}

TEST_CASE("a SavedModel's folder is made anew when one of its files changes") {
  const NetworkProject project;
  const mobilith::testing::SavedModelFiles& files =
      mobilith::testing::saved_models().at("tensorflow_1_simple");
  for (const auto& [name, bytes] : files) {
    fs::create_directories((project.folder / "source/model" / name).parent_path());
    write_text(project.folder / "source/model" / name, bytes);
  }
  project.configured("WEIGHTS;model");
  CHECK(project.build() == 1);
  CHECK(project.build() == 0);
  touch(project.folder / "source/model/variables/variables.index");
  CHECK(project.build() == 1);
}

TEST_CASE("a wrong argument is one error that names it") {
  const std::string rest = small_network + ";WEIGHTS;synthetic";
  check_refused(small_network, {"mobilith_add_network: WEIGHTS: missing"});
  check_refused("WEIGHTS;synthetic", {"mobilith_add_network: NET: missing"});
  check_refused("NET;mobilnet_v1;WEIGHTS;synthetic",
                {"mobilith_add_network: NET: ", "mobilnet_v1", "mobilenet_v1"});
  check_refused("NET;mobilenet_v1;ALPHA;zero;WEIGHTS;synthetic",
                {"mobilith_add_network: ALPHA: expected a number, got 'zero'"});
  check_refused("NET;mobilenet_v1;RESOLUTION;12;WEIGHTS;synthetic", {"mobilith_add_network: RESOLUTION: "});
  check_refused("NET;mobilenet_v2;DEPTH_MULTIPLIER;2;WEIGHTS;synthetic",
                {"mobilith_add_network: DEPTH_MULTIPLIER: "});
  check_refused(rest + ";CLASSES;-1", {"mobilith_add_network: CLASSES: "});
  check_refused(rest + ";CPU;znver33", {"mobilith_add_network: CPU: unknown CPU 'znver33'"});
  check_refused(rest + ";OUTPUT;logit",
                {"mobilith_add_network: OUTPUT: expected model or probabilities or logits, got 'logit'"});
  check_refused(rest + ";PRODUCTS;both",
                {"mobilith_add_network: PRODUCTS: expected auto or direct or paired, got 'both'"});
  check_refused(rest + ";THREADS;0", {"mobilith_add_network: THREADS: "});
  check_refused(rest + ";TUNED;nowhere", {"mobilith_add_network: TUNED: expected a folder", "nowhere"});
  check_refused(small_network + ";WEIGHTS;\"a\\;b.keras\"",
                {"mobilith_add_network: WEIGHTS: expected one path, without ';'"});
  check_refused(rest + ";ALPHA", {"mobilith_add_network: ALPHA: has no value"});
  check_refused(rest + ";CPU;znver3;CPUS;znver3;znver4", {"mobilith_add_network: CPUS: excludes CPU"});
  check_refused(rest + ";SIZE;3", {"mobilith_add_network: SIZE: unknown argument; expected NAME, "});
  check_refused(rest + ";NAME;2_nets", {"mobilith_add_network: NAME: expected a C identifier, got '2_nets'"});
  check_refused(rest + ";NAME;int", {"mobilith_add_network: NAME: 'int' is a word of C"});
  check_refused(
      "WEIGHTS;nowhere.h5",
      {"mobilith_add_network: WEIGHTS: expected a file, the folder of a SavedModel or 'synthetic', got",
       "nowhere.h5"});
  check_refused("WEIGHTS;CMakeLists.txt", {"mobilith_add_network: ", "CMakeLists.txt"});
}

}  // namespace test_add_network

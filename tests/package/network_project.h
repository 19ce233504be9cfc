// tests/package/add_network as a project of a user's, with a build of its own.
#pragma once

#include "package/prefix.h"

namespace mobilith::package {

// The one small network of these tests, as arguments of mobilith_add_network().
inline const std::string small_network = "NET;mobilenet_v1;ALPHA;0.25;RESOLUTION;32";

class NetworkProject {
 public:
  explicit NetworkProject(std::string generator = "Ninja");

  // arguments: of mobilith_add_network(), but for NAME; more: of cmake.
  ProcessResult configure(const std::string& arguments, const std::vector<std::string>& more = {}) const;
  // The same, where it must succeed.
  void configured(const std::string& arguments, const std::vector<std::string>& more = {}) const;
  // Builds all, and says how often that ran the generator.
  int build() const;
  // The standard output of first, second or nested/third, after words that run it (an emulator).
  std::string run(const std::string& program, std::vector<std::string> with = {}) const;

  TemporaryFolder folder;  // source/, build/

 private:
  std::string generator_;
};

// The classes that the app has printed, best first.
std::vector<int> classes(const std::string& printed);

// What the app must print for small_network: tests/data/golden, top5.
inline const std::vector<int> small_best{213, 523, 215, 7, 236};

}  // namespace mobilith::package

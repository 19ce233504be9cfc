// With the weights beside it, a library is small: every published network. MOBILITH_SHARD=I/N takes every
// N-th.
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "catch.h"
#include "networks/table.h"
#include "package/compile_library.h"
#include "tune/kernel_tasks.h"

using namespace mobilith;

TEST_CASE("with --weights-file the library of every published network is below 600 KB") {
  int shard = 0, shards = 1, checked = 0;
  if (const char* wanted = std::getenv("MOBILITH_SHARD"))
    REQUIRE(std::sscanf(wanted, "%d/%d", &shard, &shards) == 2);
  const std::vector<Configuration> published = published_configurations();
  CHECK(published.size() >= 38);
  const std::unique_ptr<Weights> weights = open_weights("synthetic");
  for (size_t i = shard; i < published.size(); i += shards) {
    LibraryOptions options;
    options.name = "published";
    options.cpus = {"x86-64-v3"};
    options.weights_in_file = true;
    const CompiledLibrary library = compile_library(build_network(published[i]), *weights, options);
    const Configuration& c = published[i];
    std::cout << c.net << " " << c.alpha << "-" << c.height << ": " << library.archive.size() << " bytes\n";
    INFO(c.net << " " << c.alpha << "-" << c.height);
    CHECK(library.archive.size() < 600'000);
    CHECK(library.weights_file.size() > library.archive.size());
    checked++;
  }
  CHECK(checked > 0);
}

// The child that parses a model: what it does wrong is one line about the file, at its own cost.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "apart/open_apart.h"
#include "catch.h"
#include "graph/file_error.h"
#include "process.h"
#include "process/confined_child.h"
#include "weights_file/keras_file.h"

namespace test_children {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;

namespace {

ModelFiles model(ModelFiles::Beside beside = {}) {
  return ModelFiles("a/model", false, std::make_shared<const std::string>("bytes"), std::move(beside));
}

// What is said of a child that does this.
std::string said(
    const std::function<HeldByFile(ModelFiles&)>& read, const ChildLimits& limits = {},
    const std::function<void(const HeldByFile&)>& use = [](const HeldByFile&) {}) {
  ModelFiles files = model([](const std::string& name, size_t) { return "beside " + name; });
  try {
    read_apart(files, {read, use}, limits);
  } catch (const WeightsError& error) {
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
    return error.what();
  }
  return "";
}

HeldByFile nothing(ModelFiles&) { return GraphContent{}; }

// The error of a system call that the child tried.
std::string tried(const std::function<bool()>& call) {
  return said([&](ModelFiles&) -> HeldByFile {
    errno = 0;
    const bool done = call();
    throw WeightsError(done ? "done" : std::strerror(errno));
  });
}

}  // namespace

TEST_CASE("what the child reads arrives, and what it refuses is thrown here") {
  ModelFiles files = model();
  const HeldByFile content = read_apart(
      files,
      {[](ModelFiles& own) { return GraphContent{.graph = {}, .assumed = *own.bytes()}; }, [](auto&) {}}, {});
  CHECK(std::get<GraphContent>(content).assumed == "bytes");
  CHECK(said([](ModelFiles&) -> HeldByFile {
          throw WeightsError({.field = "weights", .text = "no ", .mentioned = "dtype", .rest = " here"});
        }) == "weights: no dtype here");
  CHECK(said(nothing, {}, [](auto&) { throw WeightsError("as the caller will find"); }) == "");
}

TEST_CASE("a child that dies, or does not end, is one line that names the file") {
  const auto crash = [](ModelFiles&) -> HeldByFile {
    volatile int* nowhere = nullptr;
    *nowhere = 1;
    return {};
  };
  CHECK_THAT(said(crash), Contains("a/model: the process that read it"));
  CHECK_THAT(said([](ModelFiles&) -> HeldByFile { std::abort(); }), Contains("a/model: the process that"));
  CHECK_THAT(said([](ModelFiles&) -> HeldByFile { _exit(0); }), Contains("gave no answer"));
  CHECK_THAT(said([](ModelFiles&) -> HeldByFile { _exit(3); }), Contains("ended with status 3"));
  const auto endless = [](ModelFiles&) -> HeldByFile {
    for (;;) getpid();
  };
  CHECK_THAT(said(endless, {.seconds = 1}), Contains("took more than"));
  // Also where the content has come: looking for a network in it is tried there, too.
  CHECK_THAT(said(nothing, {}, [&](const HeldByFile&) { std::abort(); }), Contains("a/model: the process"));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a child that waits for a word is told that none will come") {
  ConfinedChild child(
      [](int channel) {
        char byte;
        _exit(read(channel, &byte, 1) == 0 ? 0 : 3);
      },
      {.seconds = 1});
  CHECK(child.end().empty());
}

TEST_CASE("a child that wants more memory than it may have is told apart from others") {
  CHECK_THAT(said(
                 [](ModelFiles&) -> HeldByFile {
                   return GraphContent{.graph = {}, .assumed = std::string(size_t{1} << 30, 'x')};
                 },
                 {.bytes = 64 << 20}),
             Contains("a/model: would take more than 64 MB"));
}

TEST_CASE("a child opens nothing, makes no process, sends no signal and writes no code") {
  const std::string no = std::strerror(EPERM);
  CHECK(tried([] { return open("/etc/passwd", O_RDONLY) >= 0; }) != "done");
  CHECK(tried([] { return open("/tmp", O_TMPFILE | O_WRONLY, 0600) >= 0; }) != "done");
  CHECK(tried([] { return socket(AF_INET, SOCK_STREAM, 0) >= 0; }) != "done");
#if defined(__x86_64__) || defined(__aarch64__)
  CHECK(tried([] { return kill(getppid(), 0) == 0; }) == no);
  CHECK(tried([] { return fork() >= 0; }) == no);
  CHECK(tried([] { return unlink("/nonexistent") == 0; }) == no);
  CHECK(tried([] { return execl("/bin/true", "true", nullptr) == 0; }) == no);
  CHECK(tried([] {
          return mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
        }) == no);
#endif
}
#endif

TEST_CASE("a child has none of this process's files") {
  const TemporaryFolder folder;
  write_text(folder / "open", "secret");
  const int file = open((folder / "open").c_str(), O_RDONLY);
  CHECK(tried([&] {
          char byte;
          return read(file + 20, &byte, 1) == 1 || read(STDIN_FILENO, &byte, 1) == 1 ||
                 (file > 3 && read(file, &byte, 1) == 1);
        }) != "done");
  close(file);
}

TEST_CASE("files beside are read by this process, if the name is one beside it") {
  ModelFiles files = model([](const std::string& name, size_t) { return "beside " + name; });
  const ChildWork work{[](ModelFiles& own) {
                         return GraphContent{.graph = {},
                                             .assumed = own.request({}, {}).beside("shard", 100)};
                       },
                       [](auto&) {}};
  const std::string before = files.hash();
  CHECK(std::get<GraphContent>(read_apart(files, work, {})).assumed == "beside shard");
  CHECK(files.hash() != before);
  for (const char* name : {"/etc/passwd", "../model", "a/../../b"})
    CHECK_THAT(said([name](ModelFiles& own) -> HeldByFile {
                 return GraphContent{.graph = {}, .assumed = own.request({}, {}).beside(name, 100)};
               }),
               Contains("is not beside it"));
}

TEST_CASE("names that a terminal would take for commands are refused, whatever bears them") {
  const auto refused = [](HeldByFile content) {
    CHECK_THROWS_WITH(weights_of({"model", "", std::move(content)}, {}), Contains("without control"));
  };
  for (const std::string name : {"a\x1b[31m", "a\nb",
                                 "\xc2\x9b"
                                 "31m",
                                 "\xff"}) {
    GraphContent by_tensor, by_operation;
    by_tensor.graph.tensors.push_back({.name = name});
    by_operation.graph.operations.push_back({file::OperationKind::identity, "Identity", name, {}, {}});
    refused(by_tensor), refused(by_operation);
    refused(file::StateDict{{}, {name}});
    refused(KerasArrays{{{.path = "/" + name, .shape = {}, .group_name = "", .unreadable = ""}}});
  }
}

TEST_CASE("a file is the same network with and without a child") {
  const TemporaryFolder folder;
  for (const Layout layout : {Layout::hdf5_model, Layout::keras3_weights, Layout::keras_zip}) {
    KerasFile({"mobilenet_v2", 0.35, 1, 32, 32, 5}).write(layout, folder / "w");
    const auto apart = open_weights_apart(folder / "w"), here = open_weights(folder / "w");
    const Configuration c{"mobilenet_v2", 0.35, 1, 32, 32, 5};
    const Network network = apart->network(c);
    CHECK(network.blocks.size() == here->network(c).blocks.size());
    for (const Block& block : network.blocks)
      for (const Layer& layer : block.layers)
        if (!layer.kernel_shape().empty()) CHECK(fold(layer, *apart).kernel == fold(layer, *here).kernel);
    CHECK(apart->hash() == here->hash());
    CHECK(apart->assumed() == here->assumed());
  }
}

}  // namespace test_children

#include "package/network_project.h"

#include <sstream>
#include <stdexcept>

namespace mobilith::package {

namespace {

void require(const ProcessResult& result, const char* what) {
  if (result.code != 0) throw std::runtime_error(what + (": " + result.out + result.err));
}

}  // namespace

NetworkProject::NetworkProject(std::string generator) : generator_(std::move(generator)) {
  std::filesystem::copy(MOBILITH_SOURCE "/tests/package/add_network", folder / "source",
                        std::filesystem::copy_options::recursive);
}

ProcessResult NetworkProject::configure(const std::string& arguments,
                                        const std::vector<std::string>& more) const {
  std::vector<std::string> call{"cmake", "-S", folder / "source", "-B", folder / "build", "-G", generator_};
  call.push_back("-DCMAKE_PREFIX_PATH=" + prefix().path().string());
  call.push_back("-DAPP=" MOBILITH_SOURCE "/generated/apps/best_five/best_five.c");
  call.push_back("-DARGUMENTS=" + arguments);
  call.insert(call.end(), more.begin(), more.end());
  return run_process(call);
}

void NetworkProject::configured(const std::string& arguments, const std::vector<std::string>& more) const {
  require(configure(arguments, more), "configuring");
}

int NetworkProject::build() const {
  const int before = prefix().generated();
  require(run_process({"cmake", "--build", folder / "build", "--parallel", "2"}), "building");
  return prefix().generated() - before;
}

std::string NetworkProject::run(const std::string& program, std::vector<std::string> with) const {
  with.push_back(folder / ("build/" + program));
  const ProcessResult result = run_process(with);
  require(result, "running");
  return result.out;
}

std::vector<int> classes(const std::string& printed) {
  std::istringstream lines(printed);
  std::vector<int> all;
  for (int number = 0; lines >> number; lines.ignore(100, '\n')) all.push_back(number);
  return all;
}

}  // namespace mobilith::package

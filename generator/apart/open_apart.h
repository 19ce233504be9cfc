// Model files of others as Weights: parsed in a process that can do nothing but that.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "process/confined_child.h"
#include "weights/model_content.h"

namespace mobilith {

// open_weights(), but that a child (ConfinedChild) parses the file and looks for the network first: what this
// process then does with the parsed content has been done before, under limits. Throws WeightsError, one line
// that names the file, also where the child dies, or takes more memory or time than any such file needs. Call
// it with no other thread running.
std::unique_ptr<Weights> open_weights_apart(const std::string& source, const ReadOptions& = {});

// What a file may take: 1 GB of memory and 64 times its own size, 120 s of computing.
ChildLimits limits_for(const ModelFiles&);

// What a child does with the files: reads their content, and uses it as the caller will.
struct ChildWork {
  std::function<HeldByFile(ModelFiles&)> read;
  std::function<void(const HeldByFile&)> use;
};
// Runs it in a child. Files beside are read by this process when the child asks, and their hashes are in
// `files` then. The child's WeightsError is thrown here. For tests apart from open_weights_apart().
HeldByFile read_apart(ModelFiles& files, const ChildWork&, const ChildLimits&);

}  // namespace mobilith

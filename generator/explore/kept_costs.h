// Costs of earlier calls, so that only what is new is compiled and measured.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "explore/exploration.h"

namespace mobilith::explore {

// A folder with one file for each question; any number of processes may share it. What others than this user
// and root may have written is not believed.
class KeptCosts {
 public:
  // folder: made where it is missing; empty: nothing is kept. complain: a line about what can't be used, and
  // why. Nothing is kept either where nothing says which generator this is.
  KeptCosts(const std::filesystem::path& folder, std::function<void(const std::string&)> complain);

  bool keeps() const { return !folder_.empty(); }

  // question: all that the costs depend on, but for the generator itself, which is added. Nothing where there
  // is no answer, or one that is damaged or another question's.
  std::optional<Costs> read(const nlohmann::json& question) const;
  // All at once. Best effort: a full or read-only disk only costs the next call time.
  void write(const nlohmann::json& question, const Costs&) const;

 private:
  std::filesystem::path file_of(const nlohmann::json& whole) const;

  std::filesystem::path folder_;
  std::function<void(const std::string&)> complain_;
};

}  // namespace mobilith::explore

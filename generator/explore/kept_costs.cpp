#include "explore/kept_costs.h"

#include <fmt/format.h>

#include "codegen/generator_identity.h"
#include "process/files.h"
#include "process/trusted.h"
#include "text/sha256.h"

namespace mobilith::explore {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

json with_generator(const json& question) {
  json whole = question;
  whole["generator"] = generator_identity();
  return whole;
}

// The answer in a file's bytes; throws where they hold none to this question.
Costs answer_in(const std::string& bytes, const json& whole) {
  const json file = json::parse(bytes);
  if (file.at("question") != whole) throw std::runtime_error("is another question's");
  if (file.at("sha256") != sha256(file.at("answer").dump())) throw std::runtime_error("is damaged");
  return file.at("answer").get<Costs>();
}

}  // namespace

KeptCosts::KeptCosts(const fs::path& folder, std::function<void(const std::string&)> complain)
    : complain_(std::move(complain)) {
  if (folder.empty()) return;
  std::error_code error;
  if (!fs::is_directory(folder, error) && fs::create_directories(folder, error))
    fs::permissions(folder, fs::perms::group_write | fs::perms::others_write, fs::perm_options::remove,
                    error);
  std::optional<std::string> why = why_untrusted(folder);
  if (!why && generator_identity().empty()) why = "can't tell generators apart: this one has no build id";
  if (why) {
    complain_(fmt::format("costs are not kept: {} {}", folder.string(), *why));
    return;
  }
  folder_ = folder;
  clear_unfinished(folder_);
}

fs::path KeptCosts::file_of(const json& whole) const { return folder_ / (sha256(whole.dump()) + ".json"); }

std::optional<Costs> KeptCosts::read(const json& question) const {
  if (!keeps()) return std::nullopt;
  const json whole = with_generator(question);
  std::string why;
  const std::optional<std::string> bytes = read_trusted(file_of(whole), why);
  if (bytes) try {
      return answer_in(*bytes, whole);
    } catch (const json::exception&) {
      why = "is damaged";
    } catch (const std::runtime_error& error) {
      why = error.what();
    }
  if (!why.empty()) complain_(fmt::format("{}: {}; it is made again", file_of(whole).string(), why));
  return std::nullopt;
}

void KeptCosts::write(const json& question, const Costs& costs) const {
  if (!keeps()) return;
  const json whole = with_generator(question), answer = costs;
  try {
    replace_file(file_of(whole),
                 json{{"question", whole}, {"answer", answer}, {"sha256", sha256(answer.dump())}}.dump(1));
  } catch (const std::runtime_error&) {
  }
}

}  // namespace mobilith::explore

// SPDX 2.3, in JSON: https://spdx.github.io/spdx-spec/v2.3/
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <ctime>

#include "package/provenance.h"
#include "text/sha256.h"

namespace mobilith {

namespace {

using nlohmann::json;

constexpr const char *document = "SPDXRef-DOCUMENT", *library = "SPDXRef-Library", *model = "SPDXRef-Model",
                     *runtime = "SPDXRef-Runtime", *unknown = "NOASSERTION", *apache = "Apache-2.0";

// https://reproducible-builds.org/docs/source-date-epoch/
std::string created() {
  std::time_t seconds = 0;
  if (const char* text = std::getenv("SOURCE_DATE_EPOCH")) {
    const std::string given = text;
    const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), seconds);
    if (error != std::errc() || end != given.data() + given.size() || seconds < 0 || seconds > 253402300799)
      seconds = 0;
  }
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds));
}

json package_of(const char* id, const std::string& name, const std::string& version,
                const std::string& licence, const std::string& home) {
  json made{{"SPDXID", id},
            {"name", name},
            {"downloadLocation", home},
            {"filesAnalyzed", false},
            {"licenseConcluded", licence},
            {"licenseDeclared", licence},
            {"copyrightText", unknown}};
  if (!version.empty()) made["versionInfo"] = version;
  return made;
}

std::string tool_id(const Tool& tool) { return fmt::format("SPDXRef-Tool-{}", tool.name); }

std::string file_id(size_t number) { return fmt::format("SPDXRef-File-{}", number); }

bool is_archive(const TreeFile& file) {
  const std::string end = file.path.extension();
  return end == ".a" || end == ".lib";
}

json file_of(size_t number, const TreeFile& file) {
  const std::string start = *file.path.begin();
  return {{"SPDXID", file_id(number)},
          {"fileName", "./" + file.path.string()},
          {"fileTypes",
           {is_archive(file)                       ? "ARCHIVE"
            : start == "include" || start == "src" ? "SOURCE"
                                                   : "OTHER"}},
          {"checksums",
           {{{"algorithm", "SHA1"}, {"checksumValue", sha1(file.bytes)}},
            {{"algorithm", "SHA256"}, {"checksumValue", sha256(file.bytes)}}}},
          {"licenseConcluded", unknown},
          {"licenseInfoInFiles", {unknown}},
          {"copyrightText", unknown}};
}

// The standard's: of the files' SHA-1, sorted, one after the other.
std::string verification_code(const std::vector<TreeFile>& files) {
  std::vector<std::string> hashes;
  for (const TreeFile& file : files) hashes.push_back(sha1(file.bytes));
  std::sort(hashes.begin(), hashes.end());
  std::string all;
  for (const std::string& hash : hashes) all += hash;
  return sha1(all);
}

json library_of(const Package& package, const std::vector<TreeFile>& files) {
  json made = package_of(library, package.name, "", unknown, unknown);
  const std::string share = "./share/" + package.name + "/";
  made["filesAnalyzed"] = true;
  made["licenseInfoFromFiles"] = {unknown};
  made["packageVerificationCode"] = {
      {"packageVerificationCodeValue", verification_code(files)},
      {"packageVerificationCodeExcludedFiles", {share + "manifest.json", share + "sbom.spdx.json"}}};
  for (size_t i = 0; i < files.size(); i++) made["hasFiles"].push_back(file_id(i));
  return made;
}

// "synthetic" is no file.
json model_of(const Package& package) {
  json made = package_of(model, "model of " + package.name, "", unknown, unknown);
  const std::string hash = package.library.manifest.at("inputs").at("weights_sha256");
  if (hash.size() == sha256("").size())
    made["checksums"] = {{{"algorithm", "SHA256"}, {"checksumValue", hash}}};
  else
    made["comment"] = "weights: " + hash;
  return made;
}

json relationship(const std::string& from, const char* type, const std::string& to) {
  return {{"spdxElementId", from}, {"relationshipType", type}, {"relatedSpdxElement", to}};
}

}  // namespace

std::string spdx_document(const Package& package, const std::vector<TreeFile>& files) {
  json packages{library_of(package, files), model_of(package),
                package_of(runtime, "mobilith runtime", MOBILITH_VERSION, apache, unknown)};
  json relationships{relationship(document, "DESCRIBES", library),
                     relationship(library, "GENERATED_FROM", model),
                     relationship(library, "DEPENDS_ON", runtime)};
  for (const Tool& tool : tools()) {
    packages.push_back(package_of(tool_id(tool).c_str(), tool.name, tool.version, tool.licence, tool.home));
    relationships.push_back(relationship(tool_id(tool), "BUILD_TOOL_OF", library));
  }
  json of_files = json::array();
  for (size_t i = 0; i < files.size(); i++) {
    of_files.push_back(file_of(i, files[i]));
    relationships.push_back(relationship(library, "CONTAINS", file_id(i)));
  }
  const std::string unique = sha256(packages.dump() + of_files.dump());
  return json{{"spdxVersion", "SPDX-2.3"},
              {"dataLicense", "CC0-1.0"},
              {"SPDXID", document},
              {"name", package.name},
              {"documentNamespace", fmt::format("https://mobilith.invalid/spdx/{}-{}", package.name, unique)},
              {"creationInfo", {{"created", created()}, {"creators", {"Tool: mobilith-" MOBILITH_VERSION}}}},
              {"documentDescribes", {library}},
              {"packages", packages},
              {"files", of_files},
              {"relationships", relationships}}
             .dump(2) +
         "\n";
}

}  // namespace mobilith

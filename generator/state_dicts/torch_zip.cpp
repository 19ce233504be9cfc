// torch.save's zip form: FOLDER/data.pkl, and a member FOLDER/data/KEY for each storage.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "graph/file_error.h"
#include "state_dicts/checkpoint.h"
#include "state_dicts/containers.h"
#include "state_dicts/zip_extent.h"
#include "state_dicts/zip_members.h"

namespace mobilith::file {

namespace {

// What torch.save adds; none of it says anything of values but the order of bytes, which is looked at.
constexpr std::string_view marks[] = {
    "data.pkl", "version", "byteorder", ".format_version", ".storage_alignment", ".data/serialization_id"};

std::string folder_of(const ZipMembers& zip) {
  std::string folder;
  for (const auto& [name, place] : zip.names()) {
    if (!name.ends_with("/data.pkl")) continue;
    if (!folder.empty()) throw Error("the zip file has two members 'data.pkl'");
    folder = name.substr(0, name.size() - std::string_view("data.pkl").size());
  }
  if (folder.empty()) throw Error("the zip file has no member 'data.pkl'");
  return folder;
}

void expect_no_code(const ZipMembers& zip, const std::string& folder) {
  for (const auto& [name, place] : zip.names())
    if (name == folder + "constants.pkl" || name.starts_with(folder + "code/"))
      throw Error(
          "a TorchScript archive: a program, not only tensors; save the model's state_dict() with torch.save "
          "instead");
}

void expect_known_members(const ZipMembers& zip, const std::string& folder, const pickle::Pickle& pickle) {
  for (const auto& [name, place] : zip.names()) {
    const std::string own = name.starts_with(folder) ? name.substr(folder.size()) : "";
    const bool is_storage = own.starts_with("data/") && pickle.storages.contains(own.substr(5));
    if (!is_storage && std::ranges::find(marks, own) == std::end(marks))
      throw Error(fmt::format("the zip file has the member {}, which a state dict has not", quoted(name)));
  }
}

}  // namespace

bool is_torch_zip(const std::string& bytes) {
  return bytes.starts_with("PK\x03\x04") && bytes.find("/data.pkl") != std::string::npos;
}

StateDict read_torch_zip(const std::shared_ptr<const std::string>& bytes) {
  if (const std::string fault = zip_extent_fault(*bytes); !fault.empty())
    throw Error(fmt::format("the zip file {}", fault));
  ZipMembers zip(*bytes);
  const std::string folder = folder_of(zip);
  expect_no_code(zip, folder);
  if (zip.has(folder + "byteorder"))
    if (const std::string order = zip.read(folder + "byteorder"); order != "little")
      throw Error(fmt::format("its numbers are stored in the order {}, expected 'little'", quoted(order)));
  const std::string text = zip.read(folder + "data.pkl");
  const pickle::Pickle pickle = pickle::read_pickle(text);
  if (pickle.end != text.size()) throw Error("the pickle ends before its member does");
  expect_known_members(zip, folder, pickle);
  std::map<std::string, Storage> read;  // tensors share storages
  return unwrap(pickle, [&](const std::string& key) {
    Storage& storage = read[key];
    if (!storage.owner) {
      storage.owner = std::make_shared<const std::string>(zip.read(folder + "data/" + key));
      storage.bytes = *storage.owner;
    }
    return storage;
  });
}

}  // namespace mobilith::file

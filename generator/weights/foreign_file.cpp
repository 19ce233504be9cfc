#include "weights/foreign_file.h"

#include <algorithm>
#include <string_view>

#include "weights/zip_archive.h"

namespace mobilith {

namespace {

// A kind of file by bytes at a place, as file(1) knows it.
struct Kind {
  size_t at;
  std::string_view bytes;
  const char* what;
};
constexpr Kind kinds[] = {
    {0, "version https://git-lfs.github.com",
     "a Git LFS pointer, not the file itself (git lfs pull fetches it)"},
    {0, "<!DOCTYPE html", "an HTML page"},
    {0, "<!doctype html", "an HTML page"},
    {0, "<html", "an HTML page"},
    {0, "\x89PNG", "a PNG picture"},
    {0, "\xff\xd8\xff", "a JPEG picture"},
    {0,
     "\x7f"
     "ELF",
     "a program (ELF)"},
    {0, "\x1f\x8b", "compressed with gzip; unpack it first"},
    {0, "\x93NUMPY", "a NumPy array"},
    {0, "{", "JSON: the settings of a model without its weights"},
};

// A zip file by its members.
std::string zip_kind(const std::string& bytes, const std::string& path) {
  const auto names = ZipArchive(bytes, path).members();
  const auto some = [&](auto test) { return std::any_of(names.begin(), names.end(), test); };
  if (some([](const std::string& name) { return name == "config.json"; })) return "";
  if (some([](const std::string& name) { return name.ends_with("/data.pkl"); })) return "";
  if (!names.empty() &&
      std::all_of(names.begin(), names.end(), [](auto& name) { return name.ends_with(".npy"); }))
    return "NumPy arrays (.npz)";
  if (some([](const std::string& name) { return name.ends_with("saved_model.pb"); }))
    return "a zipped TensorFlow SavedModel";
  return "a zip file without config.json, so no .keras file";
}

}  // namespace

std::string foreign_file(const std::string& bytes, const std::string& path) {
  if (bytes.starts_with("PK\x03\x04")) return zip_kind(bytes, path);
  for (const Kind& kind : kinds)
    if (bytes.size() > kind.at && std::string_view(bytes).substr(kind.at).starts_with(kind.bytes))
      return kind.what;
  return "";
}

}  // namespace mobilith

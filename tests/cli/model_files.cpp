#include "cli/model_files.h"

#include <zip.h>

#include "formats/network_files.h"
#include "weights_file/keras_file.h"

namespace mobilith::testing {

namespace {

Configuration small_configuration() {
  Configuration c;
  c.net = "mobilenet_v1", c.alpha = 0.25, c.height = c.width = 32, c.classes = 10;
  return c;
}

}  // namespace

Network small_network() { return build_network(small_configuration()); }

void write_model(const std::filesystem::path& path) {
  const std::string end = path.extension();
  if (end == ".h5") return KerasFile(small_configuration()).write(Layout::hdf5_model, path);
  if (end == ".keras") return KerasFile(small_configuration()).write(Layout::keras_zip, path);
  const auto weights = open_weights("synthetic");
  write_text(path,
             end == ".onnx" ? onnx_of(small_network(), *weights) : tflite_of(small_network(), *weights));
}

void append_zip(const std::filesystem::path& path,
                const std::vector<std::pair<std::string, std::string>>& members) {
  const TemporaryFolder folder;
  const std::filesystem::path archive = folder / "metadata.zip";
  zip_t* zip = zip_open(archive.c_str(), ZIP_CREATE, nullptr);
  REQUIRE(zip != nullptr);
  for (const auto& [name, text] : members) {
    zip_source_t* source = zip_source_buffer(zip, text.data(), text.size(), 0);
    const zip_int64_t index = zip_file_add(zip, name.c_str(), source, 0);
    REQUIRE(index >= 0);
    REQUIRE(zip_set_file_compression(zip, zip_uint64_t(index), ZIP_CM_STORE, 0) == 0);
  }
  REQUIRE(zip_close(zip) == 0);
  write_text(path, read_text(path) + read_text(archive));
}

void change_settings(const std::filesystem::path& path, const std::string& from, const std::string& to) {
  zip_t* zip = zip_open(path.c_str(), 0, nullptr);
  REQUIRE(zip != nullptr);
  const zip_int64_t index = zip_name_locate(zip, "config.json", 0);
  REQUIRE(index >= 0);
  zip_file_t* file = zip_fopen_index(zip, zip_uint64_t(index), 0);
  std::string text(1 << 20, '\0');
  const zip_int64_t read = zip_fread(file, text.data(), text.size());
  REQUIRE(read > 0);
  text.resize(size_t(read));
  zip_fclose(file);
  REQUIRE(holds(text, from));
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  zip_source_t* source = zip_source_buffer(zip, text.data(), text.size(), 0);
  REQUIRE(zip_file_replace(zip, zip_uint64_t(index), source, 0) == 0);
  REQUIRE(zip_close(zip) == 0);
}

ProcessResult run_mobilith(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), MOBILITH_PROGRAM);
  return run_process(arguments);
}

void generate_net(const std::filesystem::path& model, const std::filesystem::path& tree,
                  const std::vector<std::string>& more) {
  std::vector<std::string> call{"generate", "--weights", model, "--name", "net", "--out", tree};
  call.insert(call.end(), more.begin(), more.end());
  const ProcessResult made = run_mobilith(call);
  INFO(made.err);
  REQUIRE(made.code == 0);
}

}  // namespace mobilith::testing

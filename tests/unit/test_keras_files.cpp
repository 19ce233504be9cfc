// Files of Keras's layouts with something in them that no reader may pass over.
#include <fcntl.h>
#include <hdf5.h>
#include <sys/file.h>
#include <unistd.h>
#include <zip.h>

#include <filesystem>

#include "catch.h"
#include "process.h"
#include "unit/keras_files.h"
#include "weights/weights.h"
#include "weights_file/keras_file.h"

namespace test_keras_files {

using namespace mobilith;
using mobilith::testing::KerasFile;
using mobilith::testing::Layout;
using namespace mobilith::testing::keras_files;

namespace {

constexpr Layout hdf5_layouts[] = {Layout::hdf5_model, Layout::hdf5_weights, Layout::hdf5_nested,
                                   Layout::keras3_weights, Layout::keras2_weights};

// A dataset of `type` with a dimension, made with `properties`.
void add_dataset(hid_t file, const std::string& path, hid_t type, hid_t properties = H5P_DEFAULT) {
  const hsize_t extent = 8;
  const hid_t space = H5Screate_simple(1, &extent, nullptr), link = H5Pcreate(H5P_LINK_CREATE);
  H5Pset_create_intermediate_group(link, 1);
  const hid_t dataset = H5Dcreate2(file, path.c_str(), type, space, link, properties, H5P_DEFAULT);
  CHECK(dataset >= 0);
  H5Dclose(dataset), H5Pclose(link), H5Sclose(space);
}

}  // namespace

TEST_CASE("a tensor that no layer has is refused by its path, of whatever type, in every layout") {
  for (Layout layout : hdf5_layouts)
    for (hid_t type : {H5T_IEEE_F32LE, H5T_IEEE_F64LE, H5T_STD_I32LE})
      for (const char* path : {"/layers/dense_7/vars/0", "/model_weights/dense_7/dense_7/kernel:0",
                               "/conv_dw_1/lora_kernel_a", "/layers/conv2d_3/vars/9", "/top"}) {
        const TemporaryFolder folder;
        KerasFile(small).write(layout, folder / "w.h5");
        change(folder / "w.h5", [&](hid_t file) { add_dataset(file, path, type); });
        const std::string found = refusal(folder / "w.h5");
        INFO("layout " << static_cast<int>(layout) << ", " << path << ": " << found);
        CHECK(!found.empty());
      }
}

TEST_CASE("the optimiser's tensors and the seeds of dropout are no layer's") {
  for (Layout layout : hdf5_layouts)
    for (const char* path : {"/optimizer/vars/3", "/optimizer_weights/adam/conv1_kernel_momentum",
                             "/layers/dropout/seed_generator/vars/0"}) {
      const TemporaryFolder folder;
      KerasFile(small).write(layout, folder / "w.h5");
      change(folder / "w.h5", [&](hid_t file) { add_dataset(file, path, H5T_STD_U32LE); });
      INFO(path);
      CHECK(refusal(folder / "w.h5") == "");
    }
}

TEST_CASE("links, virtual and external data are refused, so that nothing outside the file is read") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::function<void(hid_t)>& edit, const char* why) {
    KerasFile(small).write(Layout::hdf5_model, folder / "w.h5");
    change(folder / "w.h5", edit);
    const std::string found = refusal(folder / "w.h5");
    INFO(found);
    CHECK(contains(found, why));
  };
  refused(
      [](hid_t f) {
        H5Lcreate_soft("/model_weights/conv1", f, "/model_weights/other", H5P_DEFAULT, H5P_DEFAULT);
      },
      "'/model_weights/other' is a link");
  refused([](hid_t f) { H5Lcreate_external("/etc/passwd", "/x", f, "/other", H5P_DEFAULT, H5P_DEFAULT); },
          "is a link");
  refused(
      [](hid_t f) {
        H5Lcreate_hard(f, "/model_weights", f, "/model_weights/again", H5P_DEFAULT, H5P_DEFAULT);
      },
      "another name");
  refused(
      [&](hid_t f) {
        H5Ldelete(f, "/model_weights/conv1_bn/conv1_bn/beta", H5P_DEFAULT);
        const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
        write_text(folder / "other", std::string(32, 'x'));
        H5Pset_external(properties, (folder / "other").c_str(), 0, 32);
        add_dataset(f, "/model_weights/conv1_bn/conv1_bn/beta", H5T_IEEE_F32LE, properties);
        H5Pclose(properties);
      },
      "lies in another file");
  refused(
      [&](hid_t f) {
        H5Ldelete(f, "/model_weights/conv1_bn/conv1_bn/beta", H5P_DEFAULT);
        const hid_t properties = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate(H5S_SCALAR);
        const hsize_t extent = 8;
        const hid_t from = H5Screate_simple(1, &extent, nullptr);
        H5Pset_virtual(properties, from, "/etc/passwd", "/x", from);
        add_dataset(f, "/model_weights/conv1_bn/conv1_bn/beta", H5T_IEEE_F32LE, properties);
        H5Pclose(properties), H5Sclose(space), H5Sclose(from);
      },
      "virtual");
}

// 31 groups, each with two names in the one before: 2^31 ways.
TEST_CASE("groups with many ways to them are refused at the second way") {
  const TemporaryFolder folder;
  KerasFile(small).write(Layout::hdf5_model, folder / "w.h5");
  change(folder / "w.h5", [](hid_t f) {
    std::string path = "/model_weights/loop";
    for (int level = 0; level < 31; level++) {
      H5Gclose(H5Gcreate2(f, path.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
      if (level > 0) H5Lcreate_hard(f, path.c_str(), f, (path + "2").c_str(), H5P_DEFAULT, H5P_DEFAULT);
      path += "/a";
    }
  });
  CHECK(contains(refusal(folder / "w.h5"), "another name"));
}

TEST_CASE("a named type that has many names is looked at once, too") {
  const TemporaryFolder folder;
  KerasFile(small).write(Layout::hdf5_model, folder / "w.h5");
  change(folder / "w.h5", [](hid_t f) {
    const hid_t type = H5Tcopy(H5T_IEEE_F32LE);
    H5Tcommit2(f, "/type", type, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_hard(f, "/type", f, "/type2", H5P_DEFAULT, H5P_DEFAULT);
    H5Tclose(type);
  });
  CHECK(contains(refusal(folder / "w.h5"), "another name"));
}

TEST_CASE("a file of more objects than a network has is refused") {
  const TemporaryFolder folder;
  KerasFile(small).write(Layout::hdf5_model, folder / "w.h5");
  change(folder / "w.h5", [](hid_t f) {
    for (int i = 0; i < 20000; i++)
      H5Gclose(
          H5Gcreate2(f, ("/optimizer" + std::to_string(i)).c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  });
  CHECK(contains(refusal(folder / "w.h5"), "over 20000"));
}

TEST_CASE("numbers that the file has not are not made up, and many datasets are not more than one may be") {
  const TemporaryFolder folder;
  // Datasets in one compressed chunk each, whose bytes are of no use where they are too many.
  const auto with_chunks = [&](hsize_t numbers, int count, const std::string& bytes) {
    KerasFile(small).write(Layout::hdf5_model, folder / "w.h5");
    change(folder / "w.h5", [&](hid_t f) {
      H5Ldelete(f, "/model_weights/conv1_bn/conv1_bn/beta", H5P_DEFAULT);
      const hid_t properties = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(1, &numbers, nullptr);
      H5Pset_chunk(properties, 1, &numbers), H5Pset_deflate(properties, 1);
      for (int i = 0; i < count; i++) {
        const std::string path = "/model_weights/conv1_bn/conv1_bn/beta" + (i ? std::to_string(i) : "");
        const hid_t dataset =
            H5Dcreate2(f, path.c_str(), H5T_IEEE_F32LE, space, H5P_DEFAULT, properties, H5P_DEFAULT);
        const hsize_t at = 0;
        if (!bytes.empty())
          CHECK(H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &at, bytes.size(), bytes.data()) >= 0);
        H5Dclose(dataset);
      }
      H5Pclose(properties), H5Sclose(space);
    });
    return refusal(folder / "w.h5");
  };
  const std::string zeros("\x78\x01\x63\x60\xc0\x0f\x00\x00\x20\x00\x01", 11);  // 32 bytes, by zlib
  CHECK(contains(with_chunks(8, 1, ""), "never wholly written"));
  CHECK(with_chunks(8, 1, zeros) == "");
  CHECK(contains(with_chunks(hsize_t{1} << 27, 3, zeros), "over 2^28 numbers"));
}

TEST_CASE("a filter that is not here is named") {
  const TemporaryFolder folder;
  KerasFile(small).write(Layout::hdf5_model, folder / "w.h5");
  change(folder / "w.h5", [](hid_t f) {
    H5Ldelete(f, "/model_weights/conv1_bn/conv1_bn/beta", H5P_DEFAULT);
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    const hsize_t chunk = 8;
    H5Pset_chunk(properties, 1, &chunk);
    H5Pset_filter(properties, 32000, H5Z_FLAG_OPTIONAL, 0, nullptr);  // lzf, as h5py numbers it
    add_dataset(f, "/model_weights/conv1_bn/conv1_bn/beta", H5T_IEEE_F32LE, properties);
    H5Pclose(properties);
  });
  const std::string found = refusal(folder / "w.h5");
  INFO(found);
  CHECK(contains(found, "conv1_bn/beta"));
  CHECK(contains(found, "32000"));
  CHECK(contains(found, "gzip"));
}

TEST_CASE("a zip file that is inflated to far more than it is is refused before it is") {
  const TemporaryFolder folder;
  const std::string blanks(size_t{60} << 20, ' ');
  zip_t* archive = zip_open((folder / "w.keras").c_str(), ZIP_CREATE, nullptr);
  for (const char* member : {"config.json", "model.weights.h5"})
    zip_file_add(archive, member, zip_source_buffer(archive, blanks.data(), blanks.size(), 0), 0);
  REQUIRE(zip_close(archive) == 0);
  CHECK(std::filesystem::file_size(folder / "w.keras") < (1 << 20));
  CHECK(contains(refusal(folder / "w.keras"), "compressed"));
}

TEST_CASE("two members of one name are refused: Python reads the last, libzip the first") {
  const TemporaryFolder folder;
  zip_t* archive = zip_open((folder / "w.keras").c_str(), ZIP_CREATE, nullptr);
  for (const char* member : {"config.json", "model.weights.h5", "model.weights.h6"})
    zip_file_add(archive, member, zip_source_buffer(archive, "{}", 2, 0), 0);
  REQUIRE(zip_close(archive) == 0);
  std::string bytes = read_text(folder / "w.keras");
  for (size_t at = 0; (at = bytes.find(".h6", at)) != std::string::npos; at++) bytes[at + 2] = '5';
  write_text(folder / "w.keras", bytes);
  CHECK(contains(refusal(folder / "w.keras"), "has two members 'model.weights.h5'"));
  write_text(folder / "w.keras", bytes + bytes);
  CHECK(contains(refusal(folder / "w.keras"), "does not begin where its directory says"));
}

TEST_CASE("a file that a writer has locked is said to be locked") {
  const TemporaryFolder folder;
  KerasFile(small).write(Layout::hdf5_model, folder / "w.h5");
  const int writer = open((folder / "w.h5").c_str(), O_RDWR);
  REQUIRE(flock(writer, LOCK_EX) == 0);
  CHECK(contains(refusal(folder / "w.h5"), "locked"));
  close(writer);
  CHECK(refusal(folder / "w.h5") == "");
}

TEST_CASE("a file is read once: what happens to it later changes neither its tensors nor its hash") {
  for (Layout layout : {Layout::hdf5_model, Layout::keras3_weights, Layout::keras_zip}) {
    const TemporaryFolder folder;
    KerasFile file(small);
    file.write(layout, folder / "w");
    std::filesystem::copy(folder / "w", folder / "copy");
    const auto weights = open_weights(folder / "w"), untouched = open_weights(folder / "copy");
    std::filesystem::resize_file(folder / "w", 100);
    const Network network = weights->network(small);
    int layers = 0;
    for (const Block& block : network.blocks)
      for (const Layer& layer : block.layers) {
        if (layer.kernel_shape().empty()) continue;
        layers++;
        CHECK(weights->tensor(layer.name, layer.kernel_role(), layer.kernel_shape()).values ==
              untouched->tensor(layer.name, layer.kernel_role(), layer.kernel_shape()).values);
      }
    CHECK(layers > 20);
    CHECK(weights->hash() == untouched->hash());
  }
}

TEST_CASE("what is no model file is named for what it is") {
  const TemporaryFolder folder;
  const std::vector<std::pair<std::string, const char*>> files{
      {"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"},
      {"<!DOCTYPE html><html>404</html>", "HTML"},
      {"\x89PNG\r\n\x1a\n", "PNG"},
      {"\x7f"
       "ELF\x02\x01",
       "ELF"},
      {"{\"class_name\": \"Functional\"}", "JSON"},
  };
  for (const auto& [bytes, what] : files) {
    write_text(folder / "model.h5", bytes);
    const std::string found = refusal(folder / "model.h5");
    INFO(found);
    CHECK(contains(found, what));
    CHECK(contains(found, "model.h5"));
    CHECK(contains(found, "expected a Keras"));
  }
}

}  // namespace test_keras_files

#include <cstring>

#include "catch.h"
#include "examples/example.h"
#include "package/png.h"

namespace test_python {

using namespace mobilith::examples;

namespace {

// The module, with NumPy and Pillow: those that scripts/example_inputs.sh fetched, or else the system's.
const std::vector<std::string> environment{"PYTHONPATH=" MOBILITH_SOURCE "/python:" MOBILITH_SOURCE
                                           "/.deps/examples/numpy:" MOBILITH_SOURCE "/.deps/examples/pillow",
                                           "PYTHONDONTWRITEBYTECODE=1", "MOBILITH_PROGRAM=" MOBILITH_PROGRAM};

// NumPy's format, version 1.0: float32 (side, side, 3).
std::string npy(const std::string& rgb) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (32, 32, 3), }";
  header.resize(128 - 10 - 1, ' ');
  header += '\n';
  std::string bytes = std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size()) + '\0' + header;
  for (const char byte : rgb) {
    const float value = static_cast<float>(static_cast<unsigned char>(byte)) / 127.5f - 1;
    char raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);
    bytes.append(raw, sizeof raw);
  }
  return bytes;
}

}  // namespace

TEST_CASE("The Python example gives the reference's best five of pictures and arrays", "[python]") {
  if (run_process({"python3", "-c", "import numpy, PIL"}, environment).code != 0)
    return skip("Python 3 has no NumPy or no Pillow; scripts/example_inputs.sh fetches them");
  const TemporaryFolder folder;
  const Copy copy("python");
  const std::string tree = copy / "tree", script = copy / "classify.py";
  copy.generate("classify.py");
  const std::vector<std::string> pictures{write_ppm(folder.path(), 0), folder / "1.png", folder / "2.npy"};
  write_text(pictures[1], mobilith::package::png(side, side, mobilith::package::PngColour::rgb, pixels(1)));
  write_text(pictures[2], npy(pixels(2)));
  check_lines(must({"python3", script, tree, pictures[0], pictures[1], pictures[2]}, environment), pictures);

  write_text(folder / "short.npy",
             npy(pixels(0)).replace(0, 128, npy("").replace(61, 2, "31").substr(0, 128)));
  const ProcessResult wrong = run_process({"python3", script, tree, folder / "short.npy"}, environment);
  CHECK(wrong.code == 1);
  CHECK(wrong.err.find("classify.py: input: expected a NumPy array of float32, shape (32, 32, 3)") == 0);
}

}  // namespace test_python

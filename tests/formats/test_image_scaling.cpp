// Which pixels a model takes, by what it does to them before its first layer.
#include <functional>
#include <optional>

#include "catch.h"
#include "formats/onnx_writer.h"
#include "formats/reading.h"
#include "models/image_scaling.h"
#include "normal_form/normal_form.h"

namespace test_image_scaling {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

struct Step {
  const char* type;
  std::vector<float> numbers;  // one, or one for each channel
};

// These steps, then a convolution with or without padding.
ImageScaling scaling(const std::vector<Step>& steps, bool padded) {
  OnnxFile file(14);
  file.input("x", {1, 3, 8, 8});
  std::string at = "x";
  for (const Step& step : steps) {
    const std::string made = at + "i";
    file.constant(made + " numbers", {int64_t(step.numbers.size()), 1, 1}, step.numbers);
    file.node(step.type, {at, made + " numbers"}, made);
    at = made;
  }
  file.constant("kernel", {4, 3, 3, 3}, std::vector<float>(4 * 27, 0.1f));
  const int64_t pad = padded;
  file.node("Conv", {at, "kernel"}, "y",
            {integers("kernel_shape", {3, 3}), integers("pads", {pad, pad, pad, pad})});
  file.output("y");
  return image_scaling(file::with_factors(read(file.bytes())));
}

std::string pixels(const std::vector<Step>& steps, bool padded) {
  const std::optional<PixelRange> range = pixel_range(scaling(steps, padded));
  return !range ? "not said" : range->high == 255 ? "0..255" : "0..1";
}

const std::vector<float> means{0.485f, 0.456f, 0.406f}, deviations{0.229f, 0.224f, 0.225f},
    byte_means{123, 117, 104}, byte_deviations{58, 57, 57};

}  // namespace

TEST_CASE("a file's own scaling says which pixels it takes, wherever its last factor would be folded into") {
  const std::pair<std::vector<Step>, const char*> cases[] = {
      {{}, "not said"},
      {{{"Mul", {1 / 255.f}}}, "0..255"},
      {{{"Div", {127.5f}}, {"Sub", {1}}}, "0..255"},
      {{{"Sub", {127.5f}}, {"Div", {127.5f}}}, "0..255"},
      {{{"Sub", byte_means}}, "0..255"},
      {{{"Sub", byte_means}, {"Mul", {0.017f}}}, "0..255"},
      {{{"Sub", byte_means}, {"Div", byte_deviations}}, "0..255"},
      {{{"Div", {255}}, {"Sub", means}, {"Div", deviations}}, "0..255"},
      {{{"Sub", means}, {"Div", deviations}}, "0..1"},
      {{{"Sub", {0.5f}}, {"Mul", {2}}}, "0..1"},
      {{{"Mul", {2}}, {"Sub", {1}}}, "0..1"},
      // of any pixels
      {{{"Mul", {2}}}, "not said"},
      {{{"Add", {1}}, {"Div", {2}}}, "not said"},
      {{{"Sub", {0.1f}}, {"Div", {0.5f}}}, "not said"},
      {{{"Mul", {0}}}, "not said"},
  };
  for (const auto& [steps, expected] : cases)
    for (const bool padded : {false, true}) {
      std::string text;
      for (const Step& step : steps)
        text += std::string(step.type) + " " + std::to_string(step.numbers[0]) + " ";
      INFO(text << (padded ? "padded" : "not padded"));
      CHECK(pixels(steps, padded) == expected);
    }
  const ImageScaling whole = scaling({{"Sub", byte_means}, {"Div", byte_deviations}}, true);
  REQUIRE(whole.scale.size() == 3);
  CHECK(whole.scale[1] == Approx(1 / 57.0));
  CHECK(whole.shift[2] == Approx(-104 / 57.0));
}

// What it has learned may be of any pixels, unless their mean is that of bytes.
TEST_CASE("a batch norm before the first layer says that pixels are bytes, or nothing") {
  const auto learned = [](float mean, float variance) {
    OnnxFile file(14);
    file.input("x", {1, 3, 8, 8});
    for (const auto& [name, value] :
         {std::pair{"gamma", 1.f}, {"beta", 0.f}, {"mean", mean}, {"variance", variance}})
      file.constant(name, {3}, std::vector<float>(3, value));
    file.constant("kernel", {4, 3, 3, 3}, std::vector<float>(4 * 27, 0.1f));
    file.node("BatchNormalization", {"x", "gamma", "beta", "mean", "variance"}, "n");
    file.node("Conv", {"n", "kernel"}, "y", {integers("kernel_shape", {3, 3})});
    file.output("y");
    return pixel_range(image_scaling(file::with_factors(read(file.bytes()))));
  };
  CHECK(!learned(0.4f, 0.08f));
  CHECK(!learned(-0.1f, 0.3f));
  REQUIRE(learned(118, 4000));
  CHECK(learned(118, 4000)->high == 255);
}

}  // namespace test_image_scaling

#include "cli/frame_option.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "cli/model_facts.h"

namespace mobilith {

namespace {

PixelFormat format_named(const std::string& name) {
  try {
    return pixel_format_of(name);
  } catch (const std::invalid_argument&) {
    throw UsageError("input",
                     fmt::format("'{}' is no pixel format: expected one of {}, with :HEIGHTxWIDTH for frames "
                                 "of another size than the network's",
                                 name, fmt::join(pixel_format_words, ", ")));
  }
}

void read_size(const std::string& size, Frame& frame) {
  const size_t cross = size.find('x');
  if (cross == std::string::npos)
    throw UsageError("input",
                     fmt::format("expected HEIGHTxWIDTH behind the colon, as rgb8:720x1280, got '{}'", size));
  frame.height = whole("input", size.substr(0, cross), 1, most_frame_side);
  frame.width = whole("input", size.substr(cross + 1), 1, most_frame_side);
}

// Of pixels that share their colour.
void require_even(const Frame& frame) {
  const bool rows = frame.format == PixelFormat::nv12, columns = rows || frame.format == PixelFormat::yuyv;
  if ((columns && frame.width % 2 != 0) || (rows && frame.height % 2 != 0))
    throw UsageError("input", fmt::format("{} of {}x{}: expected an even {}", to_string(frame.format),
                                          frame.height, frame.width, rows ? "height and width" : "width"));
}

bool near(double a, double b) { return std::abs(a - b) <= 1e-6 * std::max({std::abs(a), std::abs(b), 1.0}); }

// A file that scales pixels itself says what it takes them as.
void require_no_contradiction(const options::variables_map& values, const Normalisation& n,
                              const Network& model, const Weights& weights) {
  const char* given = values.count("mean") ? "mean" : values.count("pixels") ? "pixels" : nullptr;
  if (!given || model.quantised()) return;
  const std::optional<PixelRange> said = pixel_range(scaling_of(graph_of(weights, model)));
  if (!said) return;
  const PixelRange range = *said;
  for (size_t c = 0; c < n.scale.size(); c++)
    if (!near(n.shift[c], range.low) || !near(n.scale[c] + n.shift[c], range.high))
      throw UsageError(
          given,
          fmt::format(
              "makes {:g}..{:g} of black and white, and the file scales its image itself, from {:g}..{:g}: "
              "expected --pixels {:g}..{:g}, or nothing",
              n.shift[c], n.scale[c] + n.shift[c], range.low, range.high, range.low, range.high));
}

// Without a normalisation; sides are the network's where --input says none.
std::optional<Frame> asked_frame(const options::variables_map& values, const Network& model) {
  const std::string resize = choice(values, "resize", {"bilinear", "antialiased"}),
                    fit = choice(values, "fit", {std::begin(fit_words), std::end(fit_words)});
  const bool sized =
      values.count("input") && values["input"].as<std::string>().find(':') != std::string::npos;
  for (const char* option : {"resize", "fit"})
    if (!sized && !values[option].defaulted())
      throw UsageError(option, "needs a frame's size, as --input rgb8:720x1280");
  if (!values.count("input")) return std::nullopt;
  Frame frame;
  const std::string& given = values["input"].as<std::string>();
  const Shape& image = model.image();
  frame.format = format_named(given.substr(0, given.find(':')));
  frame.height = image.height, frame.width = image.width;
  if (sized) {
    read_size(given.substr(given.find(':') + 1), frame);
    frame.resize = resize_of(resize), frame.fit = fit_of(fit);
  }
  require_even(frame);
  if (image.channels != 3 && (image.channels != 1 || frame.format != PixelFormat::gray8))
    throw UsageError("input", fmt::format("the network reads an image of {} channel{}: expected {}",
                                          image.channels, image.channels == 1 ? "" : "s",
                                          image.channels == 1 ? "gray8" : "a network of 1 or 3"));
  return frame;
}

}  // namespace

void add_frame_options(options::options_description& description) {
  auto text = [](const char* placeholder) { return options::value<std::string>()->value_name(placeholder); };
  description.add_options()  //
      ("input", text("FORMAT[:HxW]"),
       "the library takes a camera's frames and makes the network's image of them: rgb8, bgr8, rgba8, gray8, "
       "nv12 "
       "or yuyv, of the network's size or of H rows of W pixels")  //
      ("resize", text("bilinear|antialiased")->default_value("bilinear"),
       "of --input's frames: the nearest pixels, as OpenCV and Keras, or all that an output covers, as "
       "Pillow and "
       "torchvision")  //
      ("fit", text("crop|letterbox|stretch")->default_value("crop"),
       "of --input's frames of another shape than the network's: the centre, the whole with black beside, or "
       "the "
       "whole out of shape");
}

std::optional<FrameOption> frame_option(const options::variables_map& values, const Network& model,
                                        const Weights& weights) {
  const std::optional<Frame> frame = asked_frame(values, model);
  if (!frame) return std::nullopt;
  FrameOption option{*frame, {}};
  option.n = normalisation_option(values, model, weights, model.image_type == ElementType::f32);
  require_no_contradiction(values, option.n, model, weights);
  return option;
}

Frame frame_for(const FrameOption& option, const Network& network, bool says_pixels) {
  Frame frame = option.frame;
  const auto channels = size_t(network.image().channels);
  const ByteScale bytes = network.image_scale;
  frame.normalised_by = option.n.from;
  for (size_t c = 0; c < channels; c++) {
    double scale = option.n.scale[c] / 255, shift = option.n.shift[c];
    if (network.image_type != ElementType::f32 && !says_pixels) {
      scale = 1, shift = network.image_type == ElementType::i8 ? -128 : 0;
      frame.normalised_by = "the file, whose image is of bytes";
    } else if (network.image_type != ElementType::f32) {
      scale /= bytes.scale, shift = shift / bytes.scale + bytes.zero;
    }
    frame.scale.push_back(static_cast<float>(scale));
    frame.shift.push_back(static_cast<float>(shift));
  }
  return frame;
}

std::optional<Frame> frame_to_tune(const options::variables_map& values, const Network& network) {
  const std::optional<Frame> frame = asked_frame(values, network);
  if (!frame) return std::nullopt;
  const auto channels = static_cast<size_t>(network.image().channels);
  Normalisation n;
  n.scale.assign(channels, 2), n.shift.assign(channels, -1);
  return frame_for({*frame, n}, network, false);
}

}  // namespace mobilith

// Options of TFLite's operators that move numbers, or compute shapes.
#include <fmt/format.h>

#include "formats/tflite_operators.h"

namespace mobilith::file {

void operators::reshape(OperatorReading& reading) {
  const auto* options = reading.options<tflite::ReshapeOptions>();
  Reshape settings;
  if (reading.to.inputs.size() < 2) {
    if (!options || !options->new_shape()) refuse(reading.to, "it has no shape");
    if (options->new_shape()->size() > 8) refuse(reading.to, "a shape of more than 8 axes");
    settings.shape.emplace(options->new_shape()->begin(), options->new_shape()->end());
  }
  reading.to.attributes = settings;
}

void operators::squeeze(OperatorReading& reading) {
  const auto* options = reading.options<tflite::SqueezeOptions>();
  Axes settings;
  if (options && options->squeeze_dims() && options->squeeze_dims()->size()) {
    if (options->squeeze_dims()->size() > 8) refuse(reading.to, "more than 8 axes");
    settings.axes.emplace(options->squeeze_dims()->begin(), options->squeeze_dims()->end());
  }
  reading.to.attributes = settings;
}

void operators::expand_dims(OperatorReading& reading) {
  no_settings(reading);
  reading.to.attributes = Axes{};
}

void operators::pad(OperatorReading& reading) {
  no_settings(reading);
  reading.to.attributes = Pad{.interleaved = true};
}

void operators::transpose(OperatorReading& reading) {
  no_settings(reading);
  if (reading.to.inputs.size() != 2) refuse(reading.to, "it has no order of axes");
  reading.to.attributes = Transpose{};
}

void operators::concatenation(OperatorReading& reading) {
  const auto* options = reading.options<tflite::AxisOptions>();
  reading.to.attributes = options ? Axis{options->axis(), fused(reading, options->fused())} : Axis{};
}

void operators::gather(OperatorReading& reading) {
  const auto* options = reading.options<tflite::GatherOptions>();
  if (options && options->batch_dims()) refuse(reading.to, "batch_dims");
  reading.to.attributes = Axis{options ? options->axis() : 0};
}

void operators::pack(OperatorReading& reading) {
  const auto& options = reading.needed<tflite::PackOptions>();
  if (options.values_count() != int(reading.to.inputs.size()))
    refuse(reading.to,
           fmt::format("{} values and {} inputs", options.values_count(), reading.to.inputs.size()));
  reading.to.attributes = Axis{options.axis()};
}

void operators::strided_slice(OperatorReading& reading) {
  const auto& options = reading.needed<tflite::StridedSliceOptions>();
  if (options.ellipsis_mask() || options.new_axis_mask() || options.offset())
    refuse(reading.to, "ellipsis_mask, new_axis_mask or offset");
  reading.to.attributes = StridedSlice{uint32_t(options.begin_mask()), uint32_t(options.end_mask()),
                                       uint32_t(options.shrink_axis_mask())};
}

// The tensors say the types; the options, which old files don't have, say them again.
void operators::cast(OperatorReading& reading) {
  reading.options<tflite::CastOptions>();
  reading.to.attributes = Cast{reading.output().type};
}

void operators::shape(OperatorReading& reading) {
  reading.options<tflite::ShapeOptions>();
  reading.to.attributes = ShapeOf{.type = reading.output().type};
}

}  // namespace mobilith::file

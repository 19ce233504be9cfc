#include "schedules/kernel_types.h"

#include <stdexcept>

#include "schedules/convolution.h"
#include "schedules/dense.h"
#include "schedules/depthwise.h"
#include "schedules/frame.h"
#include "schedules/gate.h"
#include "schedules/head.h"
#include "schedules/inverted_residual.h"
#include "schedules/normalise.h"
#include "schedules/pool.h"
#include "schedules/quantised_pixels.h"
#include "schedules/quantised_products.h"
#include "schedules/separable.h"
#include "schedules/stem.h"
#include "schedules/window_pool.h"

namespace mobilith {

namespace {

template <typename Shape>
nlohmann::json default_of(const nlohmann::json& shape, const Machine& machine) {
  return default_schedule(shape.get<Shape>(), machine);
}

template <typename Shape, typename Schedule>
BuiltKernel build_of(const nlohmann::json& shape, const nlohmann::json& schedule, const Machine& machine) {
  const Shape s = shape.get<Shape>();
  auto pipeline = scheduled(s, schedule.get<Schedule>(), machine);
  return {pipeline.output, pipeline.operands()};
}

template <typename Shape, typename Schedule>
bool fits_of(const nlohmann::json& shape, const nlohmann::json& schedule, const Machine& machine) {
  const Shape s = shape.get<Shape>();
  try {
    check(schedule.get<Schedule>(), s, machine);
  } catch (const std::exception&) {
    return false;
  }
  return true;
}

template <typename Shape>
ScheduleSpace space_of(const nlohmann::json& shape, const Machine& machine) {
  return space(shape.get<Shape>(), machine);
}

template <typename Shape, typename Schedule>
double cycles_of(const nlohmann::json& shape, const nlohmann::json& schedule, const Machine& machine) {
  return predicted_cycles(shape.get<Shape>(), schedule.get<Schedule>(), machine);
}

template <typename Shape, typename Schedule>
Operands operands_of(const nlohmann::json& shape, const Machine& machine) {
  const Shape s = shape.get<Shape>();
  return scheduled(s, default_schedule(s, machine), machine).operands();
}

template <typename Shape>
nlohmann::json canonical_of(const nlohmann::json& shape) {
  return shape.get<Shape>();
}

template <typename Shape, typename Schedule>
KernelType row(const char* name, ElementType dtype = ElementType::f32) {
  return {name,
          dtype,
          default_of<Shape>,
          build_of<Shape, Schedule>,
          fits_of<Shape, Schedule>,
          space_of<Shape>,
          cycles_of<Shape, Schedule>,
          operands_of<Shape, Schedule>,
          canonical_of<Shape>};
}

}  // namespace

const std::vector<KernelType>& kernel_types() {
  static const std::vector<KernelType> types{
      row<StemShape, StemSchedule>("stem"),
      row<SeparableShape, SeparableSchedule>("separable"),
      row<InvertedResidualShape, InvertedResidualSchedule>("inverted_residual"),
      row<HeadShape, HeadSchedule>("head"),
      row<ConvolutionShape, ConvolutionSchedule>("convolution"),
      row<DepthwiseShape, DepthwiseSchedule>("depthwise"),
      row<GateShape, GateSchedule>("gate"),
      row<PoolShape, PoolSchedule>("pool"),
      row<DenseShape, DenseSchedule>("dense"),
      row<NormaliseShape, NormaliseSchedule>("normalise"),
      row<WindowPoolShape, WindowPoolSchedule>("window_pool"),
      row<FrameShape, FrameSchedule>("frame"),
      row<QuantisedConvolutionShape, QuantisedConvolutionSchedule>("quantised_convolution", ElementType::u8),
      row<QuantisedDepthwiseShape, QuantisedDepthwiseSchedule>("quantised_depthwise", ElementType::u8),
      row<QuantisedSumShape, OnlySchedule>("quantised_sum", ElementType::u8),
      row<QuantisedProductShape, OnlySchedule>("quantised_product", ElementType::u8),
      row<ConcatenationShape, OnlySchedule>("concatenation", ElementType::u8),
      row<QuantisedPoolShape, OnlySchedule>("quantised_pool", ElementType::u8),
      row<QuantisedMeanShape, OnlySchedule>("quantised_mean", ElementType::u8),
      row<QuantisedSoftmaxShape, OnlySchedule>("quantised_softmax", ElementType::u8),
      row<LookupShape, OnlySchedule>("lookup", ElementType::u8),
      row<QuantiseShape, OnlySchedule>("quantise", ElementType::u8),
      row<DequantiseShape, OnlySchedule>("dequantise", ElementType::u8),
  };
  return types;
}

const KernelType& kernel_type(const std::string& name) {
  for (const KernelType& type : kernel_types())
    if (name == type.name) return type;
  throw std::invalid_argument("unknown kernel type '" + name + "'");
}

}  // namespace mobilith

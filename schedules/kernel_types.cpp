#include "schedules/kernel_types.h"

#include <stdexcept>

#include "schedules/head.h"
#include "schedules/inverted_residual.h"
#include "schedules/separable.h"
#include "schedules/stem.h"

namespace mobilith {

namespace {

std::vector<Halide::ImageParam> arguments(const Stem& s, const StemShape&) {
  return {s.input, s.weights, s.bias};
}

std::vector<Halide::ImageParam> arguments(const Separable& s, const SeparableShape&) {
  return {s.input, s.depthwise_weights, s.depthwise_bias, s.pointwise.weights, s.pointwise.bias};
}

std::vector<Halide::ImageParam> arguments(const InvertedResidual& s, const InvertedResidualShape& shape) {
  if (!shape.expand)
    return {s.input, s.depthwise_weights, s.depthwise_bias, s.project.weights, s.project.bias};
  return {s.input,          s.expand.weights,  s.expand.bias, s.depthwise_weights,
          s.depthwise_bias, s.project.weights, s.project.bias};
}

std::vector<Halide::ImageParam> arguments(const Head& s, const HeadShape& shape) {
  if (shape.hidden_channels == 0) return {s.input, s.weights, s.bias};
  return {s.input, s.convolution.weights, s.convolution.bias, s.weights, s.bias};
}

template <typename Shape>
nlohmann::json default_of(const nlohmann::json& shape, const Machine& machine) {
  return default_schedule(shape.get<Shape>(), machine);
}

template <typename Shape, typename Schedule>
BuiltKernel build_of(const nlohmann::json& shape, const nlohmann::json& schedule, const Machine& machine) {
  const Shape s = shape.get<Shape>();
  auto pipeline = scheduled(s, schedule.get<Schedule>(), machine);
  return {pipeline.output, arguments(pipeline, s)};
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

template <typename Shape>
nlohmann::json canonical_of(const nlohmann::json& shape) {
  return shape.get<Shape>();
}

template <typename Shape, typename Schedule>
KernelType row(const char* name) {
  return {name,
          default_of<Shape>,
          build_of<Shape, Schedule>,
          fits_of<Shape, Schedule>,
          space_of<Shape>,
          cycles_of<Shape, Schedule>,
          canonical_of<Shape>};
}

}  // namespace

const std::vector<KernelType>& kernel_types() {
  static const std::vector<KernelType> types{
      row<StemShape, StemSchedule>("stem"),
      row<SeparableShape, SeparableSchedule>("separable"),
      row<InvertedResidualShape, InvertedResidualSchedule>("inverted_residual"),
      row<HeadShape, HeadSchedule>("head"),
  };
  return types;
}

const KernelType& kernel_type(const std::string& name) {
  for (const KernelType& type : kernel_types())
    if (name == type.name) return type;
  throw std::invalid_argument("unknown kernel type '" + name + "'");
}

}  // namespace mobilith

// How a kernel's tensors are stored and its products multiplied on a machine: decided here once, from shape
// and machine, and read by algorithms, packing, schedules and the plan.
#pragma once

#include "layout/classifier_order.h"
#include "layout/matrix.h"
#include "layout/shapes.h"

namespace mobilith {

struct StemLayout {
  Channels out;
  // in: the window's elements of all channels, which are no stored tensor; of dots, each of its rows is
  // filled up to whole pairs.
  Matrix products;
};
StemLayout layout_of(const StemShape&, const Machine&);

struct SeparableLayout {
  Channels in, out;
  Matrix pointwise;
};
SeparableLayout layout_of(const SeparableShape&, const Machine&);

struct InvertedResidualLayout {
  Channels in, middle, out;  // middle: the expanded channels
  Matrix expand, project;    // expand: only if the shape expands
};
InvertedResidualLayout layout_of(const InvertedResidualShape&, const Machine&);

struct HeadLayout {
  Channels in, features, classes;
  Matrix convolution;  // only if the shape convolves
  ClassifierOrder order;
  ElementType weights = ElementType::f32;  // the classifier's
  int chunks() const { return features.stored() / order.chunk; }
  int chunk_vectors() const { return order.chunk / features.width; }
};
HeadLayout layout_of(const HeadShape&, const Machine&);

}  // namespace mobilith

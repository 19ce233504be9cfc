// What blocks of quantised operations are put together from.
#pragma once

#include "models/quantised_blocks.h"
#include "quantised/factors.h"

namespace mobilith::quantised_parts {

Block block_of(const char* name, Layer, Quantised);

// Its first input's shape and its result's.
Layer layer_of(LayerKind, const quantised::Step&);

Quantised begin(const quantised::Step&, QuantisedKind);

// A tensor's zero point in the library's bytes.
double stored_zero(const file::Tensor&);

// Zero point, least and most of the library's bytes.
Numbers limits_of(const quantised::Step&, const quantised::Bounds&);

void add(Numbers&, const quantised::Multiplier&);

// The caller's.
ElementType type_of(file::ElementType);

// Of bytes; of floats {}.
ByteScale scale_of(const file::Tensor&);

// The image with channels last, where nothing else is made of the file's; else the file's.
int turned(const file::Graph&, int tensor);

// Of a network that has its blocks and outputs.
Configuration configuration_of(const Network&, quantised::Requantise);

// Whether it has one number, whatever its axes.
bool of_one(const file::Tensor&);

// Of a pad's operation. Throws file::Error for pads of other axes than rows and columns.
Pads pads_of(const quantised::Step&);

}  // namespace mobilith::quantised_parts

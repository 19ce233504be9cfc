// Names of a model file go to terminals, manifests and headers.
#pragma once

#include "weights/model_content.h"

namespace mobilith {

// Throws WeightsError for the first name that is no UTF-8, or has control characters.
void expect_plain_names(const ModelContent&);

}  // namespace mobilith

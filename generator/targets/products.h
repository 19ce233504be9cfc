// How pointwise convolutions multiply: an option of the user's.
#pragma once

#include <array>

namespace mobilith {

enum class Products {
  automatic,  // what is fastest on the CPU (machine_rules.h)
  direct,     // one multiplication each
  paired,     // Winograd's inner product (products/winograd.h), on any CPU
};

// Their names for users, in that order.
inline constexpr std::array product_names = {"auto", "direct", "paired"};

}  // namespace mobilith

// Batch norms with constants, as numbers of each channel.
#pragma once

#include <cmath>
#include <vector>

#include "normal_form/rewrite.h"

namespace mobilith::file {

// x factor + term, for each channel.
struct Affine {
  std::vector<double> factors, terms;
};

// Of a batch norm, whose inputs but the first are constants.
inline Affine affine_of(const Rewrite& rewrite, const Operation& batch_norm) {
  const auto& in = batch_norm.inputs;
  const double epsilon = std::get<BatchNorm>(batch_norm.attributes).epsilon;
  const auto gamma = rewrite.numbers(in[1]), beta = rewrite.numbers(in[2]), mean = rewrite.numbers(in[3]),
             variance = rewrite.numbers(in[4]);
  Affine affine;
  for (size_t c = 0; c < gamma.size(); ++c) {
    affine.factors.push_back(gamma[c] / std::sqrt(variance[c] + epsilon));
    affine.terms.push_back(beta[c] - mean[c] * affine.factors[c]);
  }
  return affine;
}

}  // namespace mobilith::file

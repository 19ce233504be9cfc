// What a network ends in, and what a library is asked to end in.
#pragma once

#include "networks/network.h"

namespace mobilith {

// Of the network's last layer.
OutputFunction output_function(const Block& last);
OutputFunction output_function(const Network&);

// Whether its output are the classes' values: a head, a dense layer, or the softmax or sigmoids behind one.
bool is_classifier(const Block&);

// What a library gives: what the network does, its probabilities, or the values before its last function.
enum class Output { model, probabilities, logits };
inline constexpr const char* output_names[] = {"model", "probabilities", "logits"};

// The network with that end; it stays as it is where its last block is no classifier, or there are several
// outputs. Throws ConfigurationError
// where `probabilities` means nothing: of one class, or of sigmoids.
Network with_output(Network, Output);

}  // namespace mobilith

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

// The network with that end. Throws ConfigurationError where that means nothing: probabilities of one class,
// of sigmoids, of what is no classifier's values; logits of hard sigmoids; either of several outputs.
Network with_output(Network, Output);

}  // namespace mobilith

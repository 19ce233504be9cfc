// The functions that end a layer or a network, element by element or over all classes.
#pragma once

namespace mobilith {

// What a layer's values go through last, after its batch norm: relu is max(x, 0), relu6 min(max(x, 0), 6).
enum class ActivationFunction { none, relu, relu6 };
const char* to_string(ActivationFunction);

// What the classifier's values go through last: nothing (they are logits), a softmax, or a sigmoid each.
enum class OutputFunction { linear, softmax, sigmoid };
const char* to_string(OutputFunction);  // "linear", "softmax", "sigmoid"

}  // namespace mobilith

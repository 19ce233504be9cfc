// Answers for people and for machines.
#pragma once

#include <string>
#include <vector>

#include "answer.h"

// The lines of a file. Throws std::runtime_error.
std::vector<std::string> read_labels(const std::string& path);

// The class's name, or its number where there is none.
std::string label_of(const std::vector<std::string>& labels, int index);

// probabilities: shown as shares; other values as they are.
void print_text(const std::string& picture, const Answer&, const std::vector<std::string>& labels,
                bool probabilities);

// One JSON document for all pictures, with a "probability" or a "value" for each class.
void print_json(const std::vector<std::pair<std::string, Answer>>&, const std::vector<std::string>& labels,
                bool probabilities);

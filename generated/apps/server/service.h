// What the server answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "options.h"

struct Answer {
  int status = 200;
  std::string body;  // JSON
};

Answer refusal(int status, const std::string& why);  // {"error": "one line"}

// GET /health: {"status": "ok", "network", "cpu"}. Every other path but POST /classify is refused. Nothing
// for that one: its body is still to come, and goes to classify(). At once, without a session.
std::optional<Answer> answer_without_body(std::string_view method, std::string_view path);

// The body, or the first part of a form (`content_type`: multipart/form-data), is a JPEG or PNG. 200:
// {"classes": [{"class", "label", "probability"} x 5], "seconds"}, with a "value" for "probability" where the
// library gives logits; 400: no readable picture, or one of more pixels than allowed. Each calling thread
// gets a session of its own.
Answer classify(std::string_view body, std::string_view content_type, const Options&);

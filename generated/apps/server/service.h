// What the server answers.
#pragma once

#include <httplib.h>

#include "options.h"

// Adds to the server:
//   POST /classify   the body, or the first part of a form, is a JPEG or PNG. 200: {"classes": [{"class",
//   "label", "probability"} x 5], "seconds"}, with a "value" for "probability" where the library gives
//                    logits; 400: no readable picture; 413: a larger body, or more pixels, than allowed
//   GET /health      200: {"status": "ok", "network", "cpu"}
// Every other answer is an error, {"error": "one line"}, too. Each of the server's threads gets a session of
// its own.
void add_service(httplib::Server&, const Options&);

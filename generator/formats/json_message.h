// Protobuf messages that are written as JSON.
#pragma once

#include <google/protobuf/message.h>

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace mobilith::file {

// The JSON of a file's bytes. Throws Error for what is no JSON, nested more than 32 deep, or of more than two
// million values.
nlohmann::json parse_json(const std::string& bytes);

// Fills the message, whose fields have their names of JSON (tensorShape). Bytes are text, but for those
// fields that hold any bytes ("s", "tensorContent"), which are in base64. Throws Error for a field that the
// schema does not know, or of another kind.
void read_message(const nlohmann::json&, google::protobuf::Message&);

}  // namespace mobilith::file

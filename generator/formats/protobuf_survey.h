// Looking at Protobuf messages before and after they are parsed.
#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace mobilith::file {

// Throws Error where the bytes hold so many fields that their objects would be far larger than the file: an
// empty message is two bytes in a file, and two hundred in memory.
void expect_few_fields(const std::string& bytes, const google::protobuf::Descriptor&);

// The same of messages that belong together; `left`: how many fields they may still have.
constexpr int64_t most_fields = 1 << 21;
void expect_few_fields(const std::string& bytes, const google::protobuf::Descriptor&, int64_t& left);

// Throws Error for a field that the schema does not know; what it says may change what the file computes.
void expect_known_fields(const google::protobuf::Message&);

}  // namespace mobilith::file

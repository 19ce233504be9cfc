#include "formats/protobuf_survey.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/unknown_field_set.h>
#include <google/protobuf/wire_format_lite.h>

#include "graph/file_error.h"

namespace mobilith::file {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;

// Schemas are not nested in themselves, so this is as deep as a schema. What is damaged ends it; the parser
// will say so.
void count(google::protobuf::io::CodedInputStream& in, const Descriptor& message, int64_t& left) {
  while (const uint32_t tag = in.ReadTag()) {
    if (--left < 0) throw Error("more than two million fields");
    if (WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_START_GROUP)
      throw Error("a group of fields, which no message of the schema has");
    const FieldDescriptor* field = message.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    const bool nested = field && field->type() == FieldDescriptor::TYPE_MESSAGE &&
                        WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
    if (!nested) {
      if (!WireFormatLite::SkipField(&in, tag)) return;
      continue;
    }
    int length;
    if (!in.ReadVarintSizeAsInt(&length)) return;
    const auto limit = in.PushLimit(length);
    count(in, *field->message_type(), left);
    if (!in.ConsumedEntireMessage()) return;
    in.PopLimit(limit);
  }
}

}  // namespace

void expect_few_fields(const std::string& bytes, const Descriptor& message) {
  int64_t left = most_fields;
  expect_few_fields(bytes, message, left);
}

void expect_few_fields(const std::string& bytes, const Descriptor& message, int64_t& left) {
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                                            int(bytes.size()));
  count(in, message, left);
}

void expect_known_fields(const google::protobuf::Message& message) {
  const auto& reflection = *message.GetReflection();
  const auto& unknown = reflection.GetUnknownFields(message);
  if (unknown.field_count())
    throw Error(fmt::format(
        "a {} has a field {} that is not known, or of another kind; is the file newer than Mobilith?",
        message.GetDescriptor()->name(), unknown.field(0).number()));
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->type() != FieldDescriptor::TYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      expect_known_fields(reflection.GetMessage(message, field));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i)
      expect_known_fields(reflection.GetRepeatedMessage(message, field, i));
  }
}

}  // namespace mobilith::file

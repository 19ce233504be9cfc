#include "formats/tensorflow_library.h"

#include <fmt/format.h>

#include <algorithm>

#include "formats/protobuf_survey.h"
#include "graph/file_error.h"

namespace mobilith::file {

namespace {

std::map<std::string, int> places_of(const tensorflow::Graph& graph) {
  std::map<std::string, int> places;
  for (int i = 0; i < graph.node_size(); ++i)
    if (!places.emplace(graph.node(i).name(), i).second)
      throw Error(fmt::format("node {} twice", quoted(graph.node(i).name())));
  return places;
}

// Remarks begin with an underscore; the others tie a function to its gradient.
void expect_remarks(const tensorflow::Function& function, const std::string& place) {
  for (const std::string& bytes : function.attr()) {
    tensorflow::WordEntry entry;  // its value is an attribute, of which nothing is asked
    if (!entry.ParseFromString(bytes)) throw Error(place + " is damaged");
    const std::string& name = entry.key();
    if (!name.starts_with('_') && name != "forward_function_name" && name != "backward_function_name")
      throw Error(fmt::format("{}: attribute {} is not known", place, quoted(name)));
  }
}

void expect_plain(const tensorflow::Argument& argument, const std::string& place) {
  if (argument.has_type_attr() || argument.has_number_attr() || argument.has_type_list_attr())
    throw Error(place + " is generic; expected one of given types");
}

}  // namespace

GraphBody body_of_graph(std::shared_ptr<const tensorflow::Graph> graph) {
  GraphBody body{.graph = std::move(graph)};
  body.places = places_of(*body.graph);
  return body;
}

FunctionLibrary::FunctionLibrary(const std::string& bytes) : fields_left_(most_fields) {
  expect_few_fields(bytes, *tensorflow::FunctionLibrary::descriptor());
  if (!library_.ParseFromString(bytes)) throw Error("its functions are cut or damaged");
  for (const tensorflow::Function& function : library_.function())
    if (!functions_.emplace(function.signature().name(), &function).second)
      throw Error(fmt::format("function {} twice", quoted(function.signature().name())));
}

const GraphBody& FunctionLibrary::body(const std::string& name) {
  if (const auto found = bodies_.find(name); found != bodies_.end()) return found->second;
  const std::string place = "function " + quoted(name);
  const auto found = functions_.find(name);
  if (found == functions_.end()) throw Error(place + " is called and is not there");
  const tensorflow::Function& function = *found->second;
  expect_known_fields(function);
  expect_remarks(function, place);
  if (function.signature().attr_size()) throw Error(place + " is generic; expected one of given types");

  const auto graph = std::make_shared<tensorflow::Graph>();
  for (const std::string& bytes : function.node_def()) {
    expect_few_fields(bytes, *tensorflow::Node::descriptor(), fields_left_);
    if (!graph->add_node()->ParseFromString(bytes)) throw Error(place + " is cut or damaged");
  }
  expect_known_fields(*graph);
  GraphBody body{.name = name, .graph = graph, .places = places_of(*graph)};
  for (const tensorflow::Argument& argument : function.signature().input_arg()) {
    expect_plain(argument, place);
    if (!body.arguments.emplace(argument.name(), int(body.arguments.size())).second ||
        body.places.count(argument.name()))
      throw Error(fmt::format("{}: {} twice", place, quoted(argument.name())));
  }
  std::map<std::string, std::string> returned;
  for (const tensorflow::WordEntry& entry : function.ret())
    if (!returned.emplace(entry.key(), entry.value()).second)
      throw Error(fmt::format("{}: result {} twice", place, quoted(entry.key())));
  for (const tensorflow::Argument& result : function.signature().output_arg()) {
    expect_plain(result, place);
    const auto from = returned.find(result.name());
    if (from == returned.end())
      throw Error(fmt::format("{}: result {} is made by nothing", place, quoted(result.name())));
    body.results.push_back(from->second);
  }
  for (const tensorflow::WordEntry& entry : function.control_ret()) body.effects.push_back(entry.value());
  return bodies_.emplace(name, std::move(body)).first->second;
}

}  // namespace mobilith::file

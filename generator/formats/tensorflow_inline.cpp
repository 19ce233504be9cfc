#include "formats/tensorflow_inline.h"

#include <fmt/format.h>

#include <deque>
#include <set>

#include "formats/tensorflow_calls.h"
#include "graph/file_error.h"

namespace mobilith::file {

namespace {

constexpr int deepest = 32, most_calls = 1 << 14;
constexpr size_t most_nodes = 1 << 16;
// Of looking where a tensor comes from; a network of a thousand nodes takes some ten thousand.
constexpr int64_t most_steps = int64_t(1) << 24;

// The graph, or one call of a function.
struct Frame {
  const GraphBody* body;
  int parent;                    // -1: the graph
  const tensorflow::Node* call;  // in the parent
  int depth;
  std::string path;  // what names of its nodes begin with, where they are taken
  std::vector<const std::string*> arguments{};
  std::map<int, int> calls{};  // frames, by the node that calls
};

class Inliner {
 public:
  Inliner(const GraphBody& graph, FunctionLibrary& library,
          const std::map<std::string, tensorflow::Node>& inputs, size_t room)
      : library_(library), inputs_(inputs), room_(room), made_(std::make_shared<tensorflow::Graph>()) {
    frames_.push_back({&graph, -1, nullptr, 0, ""});
    for (const auto& [name, node] : inputs)
      if (!graph.places.count(name)) throw Error(fmt::format("input {} is no node", quoted(name)));
  }

  Inlined inlined(const std::vector<std::string>& wanted) {
    Inlined result{.graph = made_};
    for (const std::string& name : wanted) {
      const std::string from = follow(0, name);
      if (!from.empty()) result.outputs.push_back(from);
    }
    while (!waiting_.empty()) {
      const auto [frame, node] = waiting_.front();
      waiting_.pop_front();
      make(frame, node);
    }
    return result;
  }

 private:
  using Place = std::pair<int, int>;  // a frame, and a node of it

  void step() {
    if (++steps_ > most_steps) throw Error("its calls of functions go too far, or in a circle");
  }

  void take(size_t bytes) {
    if (bytes > room_) throw Error("its calls of functions are far larger than the file");
    room_ -= bytes;
  }

  const tensorflow::Node& node(Place at) const { return frames_[at.first].body->graph->node(at.second); }

  // The node that makes a tensor, and which of its outputs, through arguments and results.
  std::pair<Place, int> source(int frame, Reference from, const std::string& text) {
    for (;;) {
      step();
      const Frame& in = frames_[frame];
      if (const auto argument = in.body->arguments.find(from.node); argument != in.body->arguments.end()) {
        if (from.index != 0) throw Error(fmt::format("{} is no tensor", quoted(text)));
        from = reference_of(*in.arguments[argument->second]);
        frame = in.parent;
        continue;
      }
      const auto found = in.body->places.find(from.node);
      if (found == in.body->places.end()) throw Error(fmt::format("{} is made by no node", quoted(text)));
      const Place place{frame, found->second};
      const int callee = is_input(place) ? -1 : frame_of(place);
      if (callee < 0) return {place, place_of_output(node(place), from)};
      const auto& results = frames_[callee].body->results;
      if (size_t(from.index) >= results.size())
        throw Error(fmt::format("{} is none of its function's results", quoted(text)));
      from = reference_of(results[from.index]);
      frame = callee;
    }
  }

  bool is_input(Place at) const { return at.first == 0 && inputs_.count(node(at).name()); }

  // The frame of a call; -1: the node is an operation.
  int frame_of(Place at) {
    Frame& in = frames_[at.first];
    if (const auto known = in.calls.find(at.second); known != in.calls.end()) return known->second;
    const tensorflow::Node& call = node(at);
    const std::string name = called_by(call, library_);
    if (name.empty()) return in.calls[at.second] = -1;
    for (int frame = at.first; frame >= 0; frame = frames_[frame].parent)
      if (frames_[frame].body->name == name)
        throw Error(fmt::format("function {} calls itself", quoted(name)));
    if (in.depth == deepest) throw Error("calls of functions more than 32 deep");
    if (frames_.size() == most_calls) throw Error("more than 16384 calls of functions");
    const int made = in.calls[at.second] = int(frames_.size());
    const GraphBody& body = library_.body(name);
    frames_.push_back({&body, at.first, &call, in.depth + 1, in.path + call.name() + "/"});
    Frame& frame = frames_.back();
    take(frame.path.size());
    for (const std::string& input : call.input()) {
      step();
      if (!input.starts_with('^')) frame.arguments.push_back(&input);
    }
    if (frame.arguments.size() != body.arguments.size())
      throw Error(fmt::format("call {} has {} inputs; its function takes {}", quoted(call.name()),
                              frame.arguments.size(), body.arguments.size()));
    calls_.push_back(made);
    return made;
  }

  // A node is in the result, under the name that is returned.
  const std::string& reach(Place at) {
    const auto [found, added] = names_.emplace(at, "");
    if (!added) return found->second;
    if (names_.size() > most_nodes) throw Error("more than 65536 operations");
    const std::string& own = node(at).name();
    std::string& name = found->second = own;
    if (at.first != 0 && (frames_[0].body->places.count(name) || !taken_.insert(name).second)) {
      name = frames_[at.first].path + own;
      if (frames_[0].body->places.count(name) || !taken_.insert(name).second)
        throw Error(fmt::format("node {} twice", quoted(name)));
    }
    take(name.size());
    waiting_.push_back(at);
    return name;
  }

  // What an input of a node, or what is wanted, is called in the result; empty: only control.
  std::string follow(int frame, const std::string& text) {
    const Reference from = reference_of(text);
    const auto [place, output] = from.control && !frames_[frame].body->arguments.count(from.node)
                                     ? run(frame, from, text)
                                     : source(frame, from, text);
    begin_calls();
    if (place.first < 0) return "";
    const std::string& name = reach(place);
    if (from.control) return "";
    return output == 0 ? name : fmt::format("{}:{}", name, output);
  }

  // A node that is run, whatever it makes; of a call, what has effects in it.
  std::pair<Place, int> run(int frame, const Reference& from, const std::string& text) {
    step();
    const auto found = frames_[frame].body->places.find(from.node);
    if (found == frames_[frame].body->places.end())
      throw Error(fmt::format("{} is made by no node", quoted(text)));
    const Place place{frame, found->second};
    if (!is_input(place) && frame_of(place) >= 0) return {{-1, -1}, 0};
    return {place, 0};
  }

  // A call runs what has effects in its function, and what must have run before it. What its inputs are made
  // by is reached where they are used; a value that is not used is made by something all the same.
  void begin_calls() {
    if (beginning_) return;
    beginning_ = true;
    while (!calls_.empty()) {
      const int made = calls_.back();
      calls_.pop_back();
      const GraphBody& body = *frames_[made].body;
      const int parent = frames_[made].parent;
      const tensorflow::Node& call = *frames_[made].call;
      for (const std::string& effect : body.effects) follow(made, "^" + effect);
      for (const std::string& input : call.input())
        if (input.starts_with('^') || !is_plain_source(parent, input)) follow(parent, input);
    }
    beginning_ = false;
  }

  // A value that nothing is run for.
  bool is_plain_source(int frame, const std::string& input) {
    const auto [place, output] = source(frame, reference_of(input), input);
    const std::string& op = node(place).op();
    return op == "Placeholder" || op == "Const" || op == "VarHandleOp" || op == "VariableV2";
  }

  void make(int frame, int at) {
    step();
    const Place place{frame, at};
    const tensorflow::Node& from = is_input(place) ? inputs_.at(node(place).name()) : node(place);
    if (from.op() == "Placeholder" && !is_input(place))
      throw Error(fmt::format("placeholder {} is needed and is no input", quoted(from.name())));
    if (from.op() == "VarHandleOp" && frame != 0)
      refuse({.kind = {}, .type = from.op(), .name = from.name(), .inputs = {}, .outputs = {}},
             "a variable that a function makes");
    take(from.ByteSizeLong());
    tensorflow::Node& to = *made_->add_node();
    to = from;
    to.set_name(names_.at(place));
    to.clear_input(), to.clear_device(), to.clear_experimental_debug_info();
    for (const std::string& input : from.input())
      if (std::string name = follow(frame, input); !name.empty()) to.add_input(std::move(name));
  }

  FunctionLibrary& library_;
  const std::map<std::string, tensorflow::Node>& inputs_;
  size_t room_;
  std::shared_ptr<tensorflow::Graph> made_;
  std::deque<Frame> frames_{};
  std::vector<int> calls_{};  // frames that are new
  bool beginning_ = false;
  std::map<Place, std::string> names_{};
  std::set<std::string> taken_{};
  std::deque<Place> waiting_{};
  int64_t steps_ = 0;
};

}  // namespace

Inlined inlined(const GraphBody& graph, FunctionLibrary& library,
                const std::map<std::string, tensorflow::Node>& inputs, const std::vector<std::string>& wanted,
                size_t room) {
  return Inliner(graph, library, inputs, room).inlined(wanted);
}

}  // namespace mobilith::file

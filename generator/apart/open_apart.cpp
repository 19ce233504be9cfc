#include "apart/open_apart.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "apart/computed_apart.h"
#include "apart/graph_wire.h"
#include "graph/file_error.h"
#include "weights/synthetic.h"

namespace mobilith {

void fields(auto& wire, FieldMessage& of) {
  auto& [field, text, mentioned, rest] = of;
  wire(field, text, mentioned, rest);
}

namespace {

// What the child says. `used` is the last word after `content`.
enum class Word : uint8_t { beside, refused, no_memory, content, used };
constexpr Word last_of(Word) { return Word::used; }

// Files beside the model's, which the parent reads.
ModelFiles::Beside asked_for(Channel& channel) {
  return [&channel](const std::string& name, size_t most) {
    Sender send(channel, {});
    Receiver receive(channel, nullptr);
    Word word = Word::beside;
    std::string asked = name, bytes, refusal;
    uint64_t room = most;
    send(word, asked, room);
    channel.flush();
    receive(refusal, bytes);
    if (!refusal.empty()) throw file::Error(refusal);
    return bytes;
  };
}

void work_in_child(int end, const ModelFiles& files, const ChildWork& work) {
  Channel channel(end, ~uint64_t{0});
  Sender send(channel, *files.bytes());
  Word word = Word::content;
  try {
    ModelFiles own(files.path(), files.folder(), files.bytes(), asked_for(channel));
    HeldByFile content = work.read(own);
    send(word, content);
    channel.flush();
    try {
      work.use(content);
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception&) {  // the parent will find the same
    }
    word = Word::used;
    send(word);
  } catch (const std::bad_alloc&) {
    word = Word::no_memory;
    send(word);
  } catch (const WeightsError& error) {
    word = Word::refused;
    FieldMessage message = error.message;
    send(word, message);
  } catch (const std::exception& error) {
    word = Word::refused;
    FieldMessage message{.text = fmt::format("{}: {}", files.path(), error.what())};
    send(word, message);
  }
  channel.flush();
}

void answer_beside(ModelFiles& files, Channel& channel, Receiver& receive) {
  std::string name, bytes, refusal;
  uint64_t room = 0;
  receive(name, room);
  try {
    // Readers look at names themselves; this is for a child that is not ours any more.
    if (name.starts_with('/') || name.find("..") != name.npos || name.find('\0') != name.npos)
      throw file::Error(fmt::format("file {} is not beside it", file::quoted(name)));
    bytes = files.request({}, {}).beside(name, size_t(std::min<uint64_t>(room, uint64_t{1} << 30)));
  } catch (const file::Error& error) {
    refusal = error.what();
  }
  channel.allow(32 * bytes.size());
  Sender send(channel, {});
  send(refusal, bytes);
  channel.flush();
}

[[noreturn]] void fail(const ModelFiles& files, const std::string& what) {
  throw WeightsError("weights", fmt::format("{}: {}", files.path(), what));
}

[[noreturn]] void refuse_memory(const ModelFiles& files, const ChildLimits& limits) {
  fail(files, fmt::format("would take more than {} MB of memory, which no model of its size needs",
                          limits.bytes >> 20));
}

// Until the child has said its last word.
HeldByFile answer_of(ModelFiles& files, Channel& channel, const ChildLimits& limits) {
  Receiver receive(channel, files.bytes());
  HeldByFile content;
  bool got = false;
  for (;;) {
    Word word{};
    receive(word);
    if (word == Word::beside) {
      answer_beside(files, channel, receive);
    } else if (word == Word::no_memory) {
      refuse_memory(files, limits);
    } else if (word == Word::refused) {
      FieldMessage message;
      receive(message);
      throw WeightsError(message);
    } else if (word == Word::content && !got) {
      receive(content);
      got = true;
    } else if (word == Word::used && got) {
      return content;
    } else {
      throw BadAnswer("a word that does not fit");
    }
  }
}

}  // namespace

ChildLimits limits_for(const ModelFiles& files) {
  constexpr size_t least = size_t{1} << 30, most = size_t{16} << 30;
  return {.bytes = std::min(least + 64 * files.bytes()->size(), most), .seconds = 120};
}

HeldByFile read_apart(ModelFiles& files, const ChildWork& work, const ChildLimits& limits) {
  ConfinedChild child([&](int end) { work_in_child(end, files, work); }, limits);
  Channel channel(child.channel(), (uint64_t{256} << 20) + 32 * files.bytes()->size(),
                  [&] { return child.readable(); });
  try {
    return answer_of(files, channel, limits);
  } catch (const BadAnswer& bad) {
    fail(files, harm_of(child, bad));
  }
}

std::unique_ptr<Weights> open_weights_apart(const std::string& source, const ReadOptions& options) {
  if (source == "synthetic") return synthetic_weights();
  ModelFiles files(source);
  // What was recognised of a graph that is refused is asked of the caller's own try alone.
  ReadOptions rehearsal = options;
  rehearsal.part = nullptr;
  const ChildWork work{
      [&](ModelFiles& own) { return read_held(own, options); },
      [&](const HeldByFile& content) { weights_of({files.path(), "", content}, rehearsal); }};
  HeldByFile content = read_apart(files, work, limits_for(files));
  return weights_of({files.path(), files.hash(), std::move(content)}, options);
}

}  // namespace mobilith

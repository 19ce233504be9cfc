#include "inspect/natural_loops.h"

#include <algorithm>
#include <map>
#include <set>

namespace mobilith::inspect {

namespace {

struct Flow {
  std::vector<int> begin, end;  // of each basic block, positions
  std::vector<std::vector<int>> next, before;
};

Flow flow_of(const std::vector<Instruction>& code) {
  std::map<uint64_t, int> position;
  for (size_t i = 0; i < code.size(); i++) position[code[i].address] = static_cast<int>(i);
  auto target = [&](int i) {
    const auto found = position.find(code[i].target);
    return code[i].target && found != position.end() ? found->second : -1;
  };
  std::set<int> starts{0};
  const int count = static_cast<int>(code.size());
  for (int i = 0; i < count; i++) {
    if (code[i].ends_block && i + 1 < count) starts.insert(i + 1);
    if (target(i) >= 0) starts.insert(target(i));
  }
  Flow flow;
  std::map<int, int> number;
  for (const int start : starts)
    number[start] = static_cast<int>(flow.begin.size()), flow.begin.push_back(start);
  const size_t blocks = flow.begin.size();
  flow.next.resize(blocks), flow.before.resize(blocks);
  for (size_t b = 0; b < blocks; b++) {
    flow.end.push_back(b + 1 < blocks ? flow.begin[b + 1] : count);
    const int last = flow.end[b] - 1;
    if (code[last].falls_through && b + 1 < blocks) flow.next[b].push_back(static_cast<int>(b) + 1);
    if (target(last) >= 0) flow.next[b].push_back(number[target(last)]);
  }
  return flow;
}

// reached: the blocks that are, in depth-first order; fills Flow::before with those alone.
std::vector<int> reach(Flow& flow) {
  std::vector<int> reached{0}, work{0};
  std::vector<bool> seen(flow.begin.size());
  seen[0] = true;
  while (!work.empty()) {
    const int block = work.back();
    work.pop_back();
    for (const int next : flow.next[block]) {
      flow.before[next].push_back(block);
      if (seen[next]) continue;
      seen[next] = true;
      reached.push_back(next), work.push_back(next);
    }
  }
  return reached;
}

// [block]: the blocks on every path to it.
std::vector<std::vector<bool>> dominators(const Flow& flow, const std::vector<int>& reached) {
  const size_t count = flow.begin.size();
  std::vector<std::vector<bool>> all(count, std::vector<bool>(count, true));
  all[0].assign(count, false);
  all[0][0] = true;
  for (bool changed = true; changed;) {
    changed = false;
    for (const int block : reached) {
      if (block == 0) continue;
      std::vector<bool> met(count, true);
      for (const int before : flow.before[block])
        for (size_t i = 0; i < count; i++) met[i] = met[i] && all[before][i];
      met[block] = true;
      if (met != all[block]) all[block] = std::move(met), changed = true;
    }
  }
  return all;
}

}  // namespace

std::vector<NaturalLoop> natural_loops(const std::vector<Instruction>& code) {
  if (code.empty()) return {};
  Flow flow = flow_of(code);
  const std::vector<int> reached = reach(flow);
  const auto dominating = dominators(flow, reached);
  std::set<std::set<int>> sets;
  for (const int latch : reached)
    for (const int header : flow.next[latch]) {
      if (!dominating[latch][header]) continue;
      std::set<int> inside{header};
      std::vector<int> work{latch};
      while (!work.empty()) {
        const int block = work.back();
        work.pop_back();
        if (!inside.insert(block).second) continue;
        work.insert(work.end(), flow.before[block].begin(), flow.before[block].end());
      }
      sets.insert(inside);
    }
  std::vector<std::set<int>> blocks(sets.begin(), sets.end());
  std::stable_sort(blocks.begin(), blocks.end(), [](const auto& a, const auto& b) {
    return *a.begin() != *b.begin() ? *a.begin() < *b.begin() : a.size() > b.size();
  });
  std::vector<NaturalLoop> loops(blocks.size());
  auto holds = [&](size_t outer, size_t inner) {
    return outer != inner && blocks[outer].size() > blocks[inner].size() &&
           std::includes(blocks[outer].begin(), blocks[outer].end(), blocks[inner].begin(),
                         blocks[inner].end());
  };
  for (size_t i = 0; i < loops.size(); i++) {
    std::set<int> within;
    for (size_t j = 0; j < loops.size(); j++) {
      if (holds(j, i) && (loops[i].parent < 0 || blocks[j].size() < blocks[loops[i].parent].size()))
        loops[i].parent = static_cast<int>(j);
      if (holds(i, j)) loops[i].innermost = false, within.insert(blocks[j].begin(), blocks[j].end());
    }
    for (const int block : blocks[i])
      for (int at = flow.begin[block]; at < flow.end[block]; at++) {
        loops[i].code.push_back(at);
        if (!within.contains(block)) loops[i].own.push_back(at);
      }
  }
  return loops;
}

std::vector<int> outside_loops(const std::vector<Instruction>& code, const std::vector<NaturalLoop>& loops) {
  std::vector<bool> inside(code.size());
  for (const NaturalLoop& loop : loops)
    for (const int at : loop.code) inside[at] = true;
  std::vector<int> outside;
  for (size_t i = 0; i < code.size(); i++)
    if (!inside[i]) outside.push_back(static_cast<int>(i));
  return outside;
}

}  // namespace mobilith::inspect

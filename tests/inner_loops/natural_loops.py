"""Natural loops of a machine function. By its control flow, not its layout: a jump backward may also leave a loop."""


def blocks_of(body, syntax):
    """Basic blocks: [first, end) positions in body, and each block's successors."""
    position = {address: i for i, (address, _, _) in enumerate(body)}
    targets = [position.get(syntax.jump_target(mnemonic, operands)) for _, mnemonic, operands in body]
    leaves = [syntax.leaves(mnemonic) for _, mnemonic, _ in body]
    starts = sorted({0} | {t for t in targets if t is not None} | {i + 1 for i in range(len(body) - 1) if leaves[i]})
    number = {start: i for i, start in enumerate(starts)}
    blocks = list(zip(starts, starts[1:] + [len(body)]))
    successors = []
    for _, end in blocks:
        falls = end < len(body) and syntax.falls_through(body[end - 1][1])
        successors.append(([number[end]] if falls else []) + ([number[targets[end - 1]]] if targets[end - 1] is not None else []))
    return blocks, successors


def dominators(successors):
    """block -> the set of blocks on every path to it, of the blocks that are reached."""
    predecessors, reached, work = {0: []}, [0], [0]
    while work:
        block = work.pop()
        for next_block in successors[block]:
            if next_block not in predecessors:
                predecessors[next_block] = []
                reached.append(next_block)
                work.append(next_block)
            predecessors[next_block].append(block)
    dominating = {block: set(reached) for block in reached}
    dominating[0] = {0}
    changed = True
    while changed:
        changed = False
        for block in reached[1:]:
            new = set.intersection(*(dominating[p] for p in predecessors[block])) | {block}
            changed |= new != dominating[block]
            dominating[block] = new
    return dominating, predecessors


def innermost_loops(body, syntax):
    """Instructions of each loop that holds no other. body: [(address, mnemonic, operands)] of one function."""
    blocks, successors = blocks_of(body, syntax)
    dominating, predecessors = dominators(successors)
    loops = set()  # one for each jump back to a header: an outer loop may share its inner loop's header
    for latch in dominating:
        for header in set(successors[latch]) & dominating[latch]:
            inside, work = {header}, [latch]
            while work:
                member = work.pop()
                if member not in inside:
                    inside.add(member)
                    work += predecessors[member]
            loops.add(frozenset(inside))
    return [[body[i] for block in sorted(inside) for i in range(*blocks[block])]
            for inside in loops if not any(other < inside for other in loops)]

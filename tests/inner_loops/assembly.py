"""Counts what the innermost loops of a generated library's kernels do, from its disassembly."""
import collections
import re
import subprocess

from natural_loops import innermost_loops
from syntax import X86

# accumulates: writes nothing but spills, so results stay in registers (a tile of a matrix product).
# bits: the vectors of most FMAs. instructions: all. loads, stores: vector instructions with a memory operand, broadcasts and
# spills included. spills: those of them that read or write the stack frame. moves: from one vector register to another.
Loop = collections.namedtuple("Loop", "accumulates bits fmas instructions loads stores spills moves")

FUNCTION = re.compile(r"[0-9a-f]+ <(?:k(\d+)(?:\.\d+)?|.*)>:")  # a kernel is k7, and k7.0, k7.1... of its parallel loops
INSTRUCTION = re.compile(r" *([0-9a-f]+): *\t(?:\{\w+\} )?(\S+)\s*(.*)")
COMMENT = re.compile(r"\s+(#|//) .*")  # a constant after the operands


def disassemble(archive, syntax=X86):
    return subprocess.run(syntax.disassembly(archive), check=True, stdout=subprocess.PIPE, text=True).stdout


def functions(text):
    """(index of the kernel, [(address, mnemonic, operands)]) for every function of a kernel."""
    found, body = [], None
    for line in text.splitlines():
        if match := FUNCTION.fullmatch(line):
            body = [] if match[1] else None
            if match[1]:
                found.append((int(match[1]), body))
        elif body is not None and (match := INSTRUCTION.match(line)):
            body.append((int(match[1], 16), match[2], COMMENT.sub("", match[3]).strip()))
    return found


def count(loop, frame, syntax):
    """frame: a pattern that finds an operand in the stack frame."""
    fmas, written, tally = collections.Counter(), 0, collections.Counter()
    for _, mnemonic, operands in loop:
        if not syntax.is_vector(mnemonic, operands):
            continue
        if syntax.fma.fullmatch(mnemonic):
            fmas[next(bits for prefix, bits in syntax.bits.items() if operands.startswith(prefix))] += 1
        tally["moves"] += bool(syntax.is_move(mnemonic, operands))
        if syntax.memory.search(operands):
            spill = bool(frame.search(operands)) or bool(syntax.is_spill(mnemonic, operands))
            store = bool(syntax.is_store(mnemonic, operands))
            tally["stores" if store else "loads"] += 1
            tally["spills"] += spill
            written += store and not spill
    bits = fmas.most_common(1)[0][0] if fmas else 0
    return Loop(not written, bits, sum(fmas.values()), len(loop), tally["loads"], tally["stores"], tally["spills"], tally["moves"])


def kernel_loops(text, syntax=X86):
    """index of the kernel -> its innermost loops with FMAs."""
    found = collections.defaultdict(list)
    for kernel, body in functions(text):
        frame = syntax.frame(body)
        found[kernel] += [counted for loop in innermost_loops(body, syntax) if (counted := count(loop, frame, syntax)).fmas]
    return found

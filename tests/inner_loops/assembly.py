"""Counts what the innermost loops of a generated library's kernels do, from its disassembly."""
import collections
import re
import subprocess

from natural_loops import innermost_loops

# accumulates: writes nothing but spills, so results stay in registers (a tile of a matrix product).
# bits: the vectors of most FMAs. loads, stores: vector instructions with a memory operand, broadcasts and spills included.
# spills: those of them that read or write the stack frame.
Loop = collections.namedtuple("Loop", "accumulates bits fmas loads stores spills")

FUNCTION = re.compile(r"[0-9a-f]+ <(?:k(\d+)(?:\.\d+)?|.*)>:")  # a kernel is k7, and k7.0, k7.1... of its parallel loops
INSTRUCTION = re.compile(r" *([0-9a-f]+):\t(?:\{\w+\} )?(\S+) *([^#]*)")
FMA = re.compile(r"vfn?m(add|sub)\d+ps")
BITS = {"xmm": 128, "ymm": 256, "zmm": 512}


def disassemble(archive):
    command = ["objdump", "-d", "--no-show-raw-insn", "-Mintel", archive]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def functions(text):
    """(index of the kernel, [(address, mnemonic, operands)]) for every function of a kernel."""
    found, body = [], None
    for line in text.splitlines():
        if match := FUNCTION.fullmatch(line):
            body = [] if match[1] else None
            if match[1]:
                found.append((int(match[1]), body))
        elif body is not None and (match := INSTRUCTION.match(line)):
            body.append((int(match[1], 16), match[2], match[3].strip()))
    return found


def count(loop, frame):
    """frame: a pattern that finds an operand in the stack frame."""
    fmas, written, tally = collections.Counter(), 0, collections.Counter()
    for _, mnemonic, operands in loop:
        if not mnemonic.startswith("v"):
            continue
        if FMA.fullmatch(mnemonic):
            fmas[BITS[operands[:3]]] += 1
        if "[" in operands:
            spill = bool(frame.search(operands))
            store = "[" in operands.split(",")[0]
            tally["stores" if store else "loads"] += 1
            tally["spills"] += spill
            written += store and not spill
    bits = fmas.most_common(1)[0][0] if fmas else 0
    return Loop(not written, bits, sum(fmas.values()), tally["loads"], tally["stores"], tally["spills"])


def kernel_loops(text):
    """index of the kernel -> its innermost loops with FMAs."""
    found = collections.defaultdict(list)
    for kernel, body in functions(text):
        # rbp is a register like any other unless the function makes it the frame's pointer. An index makes an operand an array's.
        pointer = "r[sb]p" if any((m, o) == ("mov", "rbp,rsp") for _, m, o in body) else "rsp"
        frame = re.compile(rf"\[{pointer}([+-]0x[0-9a-f]+)?\]")
        found[kernel] += [counted for loop in innermost_loops(body) if (counted := count(loop, frame)).fmas]
    return found

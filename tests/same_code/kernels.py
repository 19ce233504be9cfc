"""What a generated library holds, kernel by kernel, as digests that are equal where code and packed weights are."""
import collections
import hashlib
import json
import pathlib
import re

import elf
import wasm
from object_code import Damaged, first_member

FUNCTION = re.compile(r"(.*\.)?k(\d+)(?:\.\d+)?")  # a kernel is k7; k7.0, k7.1... are its parallel loops
WEIGHTS_HEADER = 64  # bytes of the weights file before the weights (runtime/include/mobilith_weights.h)


def digest(value):
    return hashlib.sha256(value if isinstance(value, bytes) else repr(value).encode()).hexdigest()


def renamed(target, ranks):
    """Functions by their place in their kernel: what number they got elsewhere makes no difference."""
    kind, what, offset = target
    if kind == "function":
        return (kind, ranks.get(what, what), offset)
    if kind == "data" and what != "again":
        contents, inner = what
        return (kind, (contents, [(at, how, renamed(inside, ranks)) for at, how, inside in inner]), offset)
    return target


def code_of(functions):
    """functions: of one kernel, in the order in which they lie. Their digest, and bytes."""
    ranks = {f.name: rank for rank, f in enumerate(functions)}
    form = [(f.code, f.signature, [(at, how, renamed(target, ranks)) for at, how, target in f.references]) for f in functions]
    return digest(form), sum(f.size for f in functions)


def functions_by_kernel(archive, prefix=""):
    """prefix: of one CPU's functions in a library for several, "znver3."."""
    data, found = first_member(archive), collections.defaultdict(list)
    for function in (wasm if data.startswith(b"\0asm") else elf).functions(data):
        match = FUNCTION.fullmatch(function.name)
        if match and (match[1] or "") == prefix:
            found[int(match[2])].append(function)
    return found


def weights_of(steps, weights):
    """Block -> digests and bytes of its packed constants, each with what fills up to the next one."""
    offsets = sorted({o["offset"] for step in steps for o in step["operands"] if o["space"] == "weights"} | {len(weights)})
    ends = dict(zip(offsets, offsets[1:]))
    found = {}
    for step in steps:
        places = [o["offset"] for o in step["operands"] if o["space"] == "weights"]
        constants = [weights[at:ends[at]] for at in places]
        found[step["block"]] = {"digest": digest([digest(c) for c in constants]), "bytes": sum(map(len, constants))}
    return found


def summary(tree, name):
    """Of an install tree for one CPU, made with --weights-file: {kernel: {code, bytes, schedule, blocks: {block: weights}}}."""
    tree = pathlib.Path(tree)
    manifest = json.loads((tree / "share" / name / "manifest.json").read_text())
    variant, = manifest["variants"]
    code = functions_by_kernel((tree / "lib" / f"lib{name}.a").read_bytes())
    weights = weights_of(variant["steps"], (tree / "share" / name / f"{name}.weights").read_bytes()[WEIGHTS_HEADER:])
    if sorted(code) != list(range(len(variant["kernels"]))):
        raise Damaged(f"{len(variant['kernels'])} kernels in the manifest, functions of {sorted(code)} in the library")
    found = {}
    for index, kernel in enumerate(variant["kernels"]):
        same, size = code_of(code[index])
        blocks = {step["block"]: weights[step["block"]] for step in variant["steps"] if step["kernel"] == kernel["name"]}
        found[kernel["name"]] = {"code": same, "bytes": size, "schedule": kernel["schedule"], "blocks": blocks}
    return found

"""compare_engine.py TOOL MODEL... [--random N] [--pictures FILE...] [--modes integer,floating] [--every] [--where]: LiteRT's outputs beside
those of quantised_answers (TOOL), element for element, for N random inputs and for pictures. integer is LiteRT's reference kernels, floating
its default delegate, XNNPACK. Ends with 1 where anything differs. --every: of copies of the model that give each operation's output, some at
a time. --where: for inputs that differ in `integer`, the first operation.
Needs ai-edge-litert 2.3.0, numpy; Pillow for pictures."""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from engine import answers_of, copies_of, engine_of
from inputs import picture_inputs, random_inputs


def ours(tool, model, mode, inputs, details):
    """For each list of inputs the outputs, in the engine's order and shapes."""
    sent = b"".join(numbers.tobytes() for each in inputs for numbers in each)
    run = subprocess.run([tool, model, mode], input=sent, stdout=subprocess.PIPE, check=True)
    at, results = 0, []
    for _ in inputs:
        results.append([])
        for detail in details:
            size = int(np.prod(detail["shape"])) * np.dtype(detail["dtype"]).itemsize
            results[-1].append(np.frombuffer(run.stdout[at:at + size], detail["dtype"]).reshape(detail["shape"]))
            at += size
    assert at == len(run.stdout), f"{len(run.stdout)} bytes of {at}"
    return results


def where(tool, model, inputs):
    """The first operation whose tensor is not the reference kernels'."""
    engine = engine_of(model, "integer", experimental_preserve_all_tensors=True)
    answers_of(engine, inputs)
    names = {d["index"]: d["name"] for d in engine.get_tensor_details()}
    run = subprocess.run([tool, model, "integer", "--tensors"], input=b"".join(x.tobytes() for x in inputs),
                         stdout=subprocess.PIPE, check=True).stdout
    at = 0
    while at < len(run):
        end = run.index(b"\n", at)
        index, size = map(int, run[at:end].split())
        expected = engine.get_tensor(index)
        got = np.frombuffer(run[end + 1:end + 1 + size], expected.dtype).reshape(expected.shape)
        if not np.array_equal(got, expected):
            wrong = np.argwhere(got != expected)
            place = tuple(wrong[0])
            return f"tensor {index} {names[index]!r}: {len(wrong)} of {got.size}, first at {place}: {got[place]}, expected {expected[place]}"
        at = end + 1 + size
    return "every tensor agrees"


def compare(model, mode, options):
    """A line for the model; whether all is equal."""
    engine = engine_of(model, mode)
    inputs = list(random_inputs(engine, options.random, options.seed)) + list(picture_inputs(engine, options.pictures))
    expected = [answers_of(engine, each) for each in inputs]
    got = ours(options.tool, model, mode, inputs, engine.get_output_details())
    elements = different = files = 0
    largest, wrong_outputs = 0.0, {}
    for k, (theirs, mine) in enumerate(zip(expected, got)):
        wrong = 0
        for a, b, detail in zip(theirs, mine, engine.get_output_details()):
            unequal = (a != b) & ~((a != a) & (b != b))
            elements, wrong = elements + a.size, wrong + int(unequal.sum())
            if unequal.any():
                wrong_outputs[detail["name"]] = wrong_outputs.get(detail["name"], 0) + int(unequal.sum())
                largest = max(largest, float(np.abs(a.astype(np.float64) - b.astype(np.float64)).max()))
        different, files = different + wrong, files + (wrong > 0)
        if wrong and options.where and mode == "integer":
            print("   ", where(options.tool, model, inputs[k]))
            break
    verdict = "equal" if not different else f"{different} elements differ in {files} inputs, by up to {largest:g}"
    print(f"{pathlib.Path(model).stem:52} {mode:9} {len(inputs):3} inputs, {elements:7} elements: {verdict}", flush=True)
    for name, count in list(wrong_outputs.items())[:8]:
        print(f"    {name!r}: {count}")
    return not different


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--random", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pictures", nargs="*", default=[])
    parser.add_argument("--modes", default="integer,floating")
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--where", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        models = [copy for model in options.models for copy in copies_of(model, folder)] if options.every else options.models
        results = [compare(model, mode, options) for model in models for mode in options.modes.split(",")]
    return 0 if all(results) else 1


sys.exit(main())

"""hash_samples.py SAMPLES: into tests/data/quantised/samples.json, for each quantised model file of SAMPLES and in both of LiteRT's
arithmetics, the first 16 digits of the SHA-256 of each operation's output, in the order of operations, for the reference's formula as the
image. Needs ai-edge-litert 2.3.0, numpy."""
import hashlib
import json
import pathlib
import sys
import tempfile

import numpy as np
from engine import RESOLVERS, answers_of, copies_of, engine_of

FILE = pathlib.Path(__file__).resolve().parents[1] / "data" / "quantised" / "samples.json"


def formula(detail):
    _, height, width, channels = detail["shape"]
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    pixels = (31 * y + 17 * x + 101 * c + 13 * ((y * x) % 7)) % 256
    return (pixels + (-128 if detail["dtype"] == np.int8 else 0)).astype(detail["dtype"])[None]


def hashes(model, mode, folder):
    said = []
    for copy in copies_of(model, folder):
        engine = engine_of(copy, mode)
        said += [hashlib.sha256(a.tobytes()).hexdigest()[:16] for a in answers_of(engine, [formula(engine.get_input_details()[0])])]
    return said


def main():
    samples, said = pathlib.Path(sys.argv[1]), {}
    for reference in sorted(samples.glob("reference/*int8*.json")):
        model = samples / json.loads(reference.read_text())["model"]
        with tempfile.TemporaryDirectory() as folder:
            said[reference.stem] = {mode: " ".join(hashes(model, mode, folder)) for mode in RESOLVERS}
    FILE.write_text(json.dumps(said, indent=0) + "\n")


main()

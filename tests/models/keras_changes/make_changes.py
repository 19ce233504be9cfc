"""Writes changes.zip: every model of changes.py as Keras serialises it, without weights, and Keras's answers.

Usage: python make_changes.py [--only WORD] [--out FILE] [--files FOLDER] [--resume FOLDER] [--part I/N] [--reload]
--files keeps what Keras wrote, FOLDER/<network>: <what>/model.keras and so on, for check_recreated.py.
--resume keeps what was found for each row; rows found there are not made again: remove those that changed.
--part makes each N-th row only, for several processes with one folder of --resume and --files; then one without it.
--reload: what Keras loads from what it saved must answer the same, too.
"""
import argparse
import json
import os
import pathlib
import shutil
import sys
import tempfile
import traceback
import zipfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import jsonpatch
import keras
import numpy as np
import tf_keras

import formula
import json_diff
import saved
import changes_heads  # noqa: F401  (these fill the table)
import changes_keras2  # noqa: F401
import changes_layers  # noqa: F401
import changes_settings  # noqa: F401
from networks import NETWORKS, library
from table import CHANGES


def flat_layers(model):
    return list(model._flatten_layers(include_self=True, recursive=True))


def fill(model, names):
    """Gives every variable its formula's values. Returns fingerprint -> (key, rule), and rule -> range."""
    keys, rules, seen = {}, {}, set()
    owners = [*flat_layers(model), *([model.optimizer] if getattr(model, "optimizer", None) else [])]
    for layer in owners:
        own = layer.variables if callable(getattr(layer, "variables", None)) is False else layer.variables()
        inner = {id(v) for sub in flat_layers(layer)[1:] for v in sub.variables} if hasattr(layer, "_flatten_layers") else set()
        for variable in own:
            if id(variable) in inner or id(variable) in seen:
                continue
            seen.add(id(variable))
            role = variable.name.split("/")[-1].split(":")[0]
            owner = names.get(layer.name, layer.name)
            shape, dtype = tuple(variable.shape), np.dtype(getattr(variable.dtype, "name", variable.dtype)).name
            depthwise = "Depthwise" in type(layer).__name__ and "kernel" in role
            rule, span = formula.rule_of(role, owner, shape, dtype, depthwise)
            key = f"{owner}/{'kernel' if depthwise else role}"
            array = formula.values(key, span, shape, dtype)
            variable.assign(array)
            found = keys.setdefault(saved.fingerprint(array), (key, rule))
            if found[0] != key and array.size > 1:
                raise ValueError(f"{key} and {found[0]} have equal values")
            if rules.setdefault(rule, span) != span:
                raise ValueError(f"two ranges for {rule}")
    for layer in owners:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()
    return keys, rules


def input_shapes(model):
    """Without the number of pictures; 64 where any size will do."""
    return [[64 if d is None else d for d in tuple(t.shape)[1:]] for t in model.inputs]


def answers(model):
    inputs = [formula.model_input(shape, f"input_{i}" if i else "input") for i, shape in enumerate(input_shapes(model))]
    out = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    return [np.asarray(t, dtype=np.float64).reshape(-1) for t in (out if isinstance(out, (list, tuple)) else [out])]


def difference(found, expected):
    """The largest difference as a share of the largest value; infinite where shapes differ."""
    if len(found) != len(expected) or any(a.shape != b.shape for a, b in zip(found, expected)):
        return float("inf")
    return max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in zip(found, expected))


def save(k, model, folder):
    model.save(folder / "model.keras")
    model.save_weights(folder / "model.weights.h5")
    try:
        model.save(folder / "model.h5")
    except (NotImplementedError, ValueError, TypeError) as error:
        print("    no .h5:", str(error).splitlines()[0])
        (folder / "model.h5").unlink(missing_ok=True)
    if k is tf_keras:
        model.save_weights(folder / "weights.h5")


def tensors_of(tree):
    """What a reader of tensors alone sees: datasets in the order of their paths, without names."""
    out = []
    for name, item in tree.items():
        if name != "@":
            out += [json.dumps(item)] if isinstance(item, list) else tensors_of(item)
    return sorted(out)


class Maker:
    def __init__(self, options):
        self.files, self.resume, self.reload = options.files, options.resume, options.reload
        self.rules, self.networks = {}, {}

    def run(self, row, name):
        """Document, answers, shapes of inputs; from --resume's folder where they are there."""
        kept = pathlib.Path(self.resume, f"{name}.json") if self.resume else None
        if kept and kept.exists():
            document, answer, shapes, rules = json.loads(kept.read_text())
            answer = [np.array(a) for a in answer]
        else:
            document, answer, shapes, rules = self.make(row, name)
            if kept:
                kept.parent.mkdir(parents=True, exist_ok=True)
                temporary = kept.with_suffix(f".{os.getpid()}")
                temporary.write_text(json.dumps([document, [a.tolist() for a in answer], shapes, rules]))
                temporary.rename(kept)
        for rule, span in rules.items():
            if self.rules.setdefault(rule, list(span)) != list(span):
                raise ValueError(f"two ranges for {rule}")
        return document, answer, shapes

    def make(self, row, name):
        k = library(row["network"])
        model = NETWORKS[row["network"]](row["edit"])
        if row["edit"].finish:
            model = row["edit"].finish(k, model)
        keys, rules = fill(model, row["edit"].names)
        answer = answers(model) if row["answered"] else []
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(self.files, name) if self.files else pathlib.Path(temporary)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)
            save(k, model, folder)
            document = saved.read_saved(folder, keys)
            if self.reload and row["reload"] and row["answered"]:
                again = answers(k.models.load_model(folder / "model.keras", compile=False))
                if difference(again, answer) > 1e-6:
                    raise ValueError(f"loaded again, the model is off by {difference(again, answer)}")
        shapes = input_shapes(model)
        return document, answer, shapes, rules

    def entry(self, row, name):
        document, answer, shapes = self.run(row, name)
        if row["what"] == "unchanged":
            self.networks[row["network"]] = (document, answer)
        before, expected = self.networks[row["network"]]
        moved = difference(answer, expected)  # infinite where Keras has no answer
        if row["same"] and moved > 1e-6:
            raise ValueError(f"should not move the answer, but does, by {moved}")
        if not row["same"] and not moved >= 1e-3:
            raise ValueError(f"moves the answer by {moved} only")
        if any(not np.isfinite(a).all() for a in answer):
            raise ValueError("not finite")
        patch = json_diff.diff(before, document)
        if jsonpatch.apply_patch(before, patch) != document:
            raise ValueError("the patch does not give the document")
        weights = row["weights"]
        if weights is None:
            weights = "unchanged" if tensors_of(document["weights"]) == tensors_of(before["weights"]) else "own"
        print(f"    moved by {moved:.3g}, patch of {len(json.dumps(patch))} bytes, weights alone: {weights}")
        return {"network": row["network"], "what": row["what"], "must": row["must"], "names": row["names"], "resolution": row["resolution"],
                "weights": [weights] if isinstance(weights, str) else weights, "inputs": shapes, "answers": [[float(f"{v:.9g}") for v in a] for a in answer],
                "patch": patch}


def write(path, fixture):
    """Members have no dates: equal fixtures are equal files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in fixture.items():
            member = zipfile.ZipInfo(name + ".json")
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, json.dumps(value, separators=(",", ":")), compresslevel=9)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="rows whose name contains this; networks come along")
    parser.add_argument("--out", default=str(pathlib.Path(__file__).with_name("changes.zip")))
    parser.add_argument("--files")
    parser.add_argument("--resume")
    parser.add_argument("--part", default="0/1")
    parser.add_argument("--reload", action="store_true")
    options = parser.parse_args()
    maker, entries, failures = Maker(options), [], 0
    needed = {r["network"] for r in CHANGES if options.only in f"{r['network']}: {r['what']}"}
    part, parts = map(int, options.part.split("/"))
    for number, row in enumerate(CHANGES):
        if number % parts != part and row["what"] != "unchanged":
            continue
        name = f"{row['network']}: {row['what']}"
        if options.only not in name and not (row["what"] == "unchanged" and row["network"] in needed):
            continue
        print(len(entries), name, flush=True)
        try:
            entries.append(maker.entry(row, name))
        except Exception as error:
            failures += 1
            print("    FAILED:", type(error).__name__, str(error)[:600])
            traceback.print_exc()
    if parts > 1:
        sys.exit(failures > 0)
    write(options.out, {"networks": {n: d for n, (d, _) in maker.networks.items()},
                        "rules": maker.rules, "changes": entries})
    print(len(entries), "models,", failures, "failures,", os.path.getsize(options.out), "bytes")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()

"""Writes changes.zip: every model of changes.py as Keras serialises it, without weights, and Keras's answers.

Usage: python make_changes.py [--only WORD] [--out FILE] [--files FOLDER]
--files keeps what Keras wrote, FOLDER/<number>/model.keras and so on, for check_recreated.py.
"""
import argparse
import json
import os
import pathlib
import shutil
import sys
import tempfile
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
from changes import CHANGES
from networks import NETWORKS, Edit, library


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
            rule, span = formula.rule_of("kernel" if depthwise else role, shape, dtype, depthwise)
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


def answers(model):
    inputs = [formula.model_input(tuple(t.shape)[1:], f"input_{i}" if i else "input")
              for i, t in enumerate(model.inputs)]
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
    def __init__(self, files):
        self.files, self.rules, self.networks = files, {}, {}

    def run(self, row, number):
        k = library(row["network"])
        model = NETWORKS[row["network"]](row["edit"])
        if row["edit"].finish:
            model = row["edit"].finish(k, model)
        keys, rules = fill(model, row["edit"].names)
        for rule, span in rules.items():
            if self.rules.setdefault(rule, span) != span:
                raise ValueError(f"two ranges for {rule}")
        answer = answers(model)
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(self.files, str(number)) if self.files else pathlib.Path(temporary)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)
            save(k, model, folder)
            document = saved.read_saved(folder, keys)
            if row["reload"]:
                again = answers(k.models.load_model(folder / "model.keras", compile=False))
                if difference(again, answer) > 1e-6:
                    raise ValueError(f"loaded again, the model is off by {difference(again, answer)}")
        shapes = [list(t.shape)[1:] for t in model.inputs]
        return document, answer, shapes

    def entry(self, row, number):
        document, answer, shapes = self.run(row, number)
        if row["what"] == "unchanged":
            self.networks[row["network"]] = (document, answer)
        before, expected = self.networks[row["network"]]
        moved = difference(answer, expected)
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
        return {"network": row["network"], "what": row["what"], "must": row["must"], "names": row["names"],
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
    options = parser.parse_args()
    maker, entries, failures = Maker(options.files), [], 0
    needed = {r["network"] for r in CHANGES if options.only in f"{r['network']}: {r['what']}"}
    for row in CHANGES:
        name = f"{row['network']}: {row['what']}"
        if options.only not in name and not (row["what"] == "unchanged" and row["network"] in needed):
            continue
        print(len(entries), name, flush=True)
        try:
            entries.append(maker.entry(row, len(entries)))
        except Exception as error:
            failures += 1
            print("    FAILED:", type(error).__name__, str(error)[:1500])
    write(options.out, {"networks": {n: d for n, (d, _) in maker.networks.items()},
                        "rules": maker.rules, "changes": entries})
    print(len(entries), "models,", failures, "failures,", os.path.getsize(options.out), "bytes")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()

"""What Keras wrote, as JSON without values: the model's configuration and the HDF5 files' trees.

A group is an object; "@" are its attributes, each as [type, value]. A dataset is a list: key and rule of its values
(formula.py), shape, type. Which variable a dataset holds is found from its values; where none has them, the key is
null and the values themselves stand in the rule's place.
"""
import io
import json
import zipfile

import h5py
import numpy as np


def _attribute(group, name):
    value = group.attrs[name]
    info = h5py.h5a.open(group.id, name.encode()).get_type()
    if not isinstance(info, h5py.h5t.TypeStringID):
        if value.shape != (0,) or value.dtype != np.float64:
            raise ValueError(f"{group.name}: attribute {name} of an unknown kind")
        return ["float64", []]
    if not info.is_variable_str():
        raise ValueError(f"{group.name}: attribute {name} is a text of fixed length")
    text = lambda v: v.decode() if isinstance(v, bytes) else v
    kind = "utf8" if info.get_cset() == h5py.h5t.CSET_UTF8 else "ascii"
    return [kind, [text(v) for v in value] if isinstance(value, np.ndarray) else text(value)]


def fingerprint(array):
    array = np.asarray(array)
    return array.shape, str(array.dtype), array.tobytes()


def _dataset(array, keys):
    key, rule = keys.get(fingerprint(array), (None, None))
    if key is None:  # computed by Keras when it saved, e.g. a kernel with its LoRA matrices' product added
        if array.size > 1000:
            raise ValueError(f"a dataset of {array.size} values that no variable has")
        rule = [float(f"{v:.9g}") for v in array.reshape(-1)]
    return [key, rule, list(array.shape), str(array.dtype)]


def tree(group, keys):
    out = {}
    if group.attrs:
        out["@"] = {name: _attribute(group, name) for name in sorted(group.attrs)}
    for name in group:
        item = group[name]
        if isinstance(item, h5py.Group):
            out[name] = tree(item, keys)
        else:
            array = item[()]
            if item.chunks or item.compression:
                raise ValueError(f"{item.name}: chunked")
            out[name] = _dataset(array, keys)
    return out


def _renumber_shared(value, numbers):
    """shared_object_id are addresses of the process: numbered here by first appearance."""
    if isinstance(value, list):
        return [_renumber_shared(v, numbers) for v in value]
    if isinstance(value, dict):
        return {k: numbers.setdefault(v, len(numbers) + 1) if k == "shared_object_id" else _renumber_shared(v, numbers)
                for k, v in value.items()}
    return value


def read_saved(folder, keys):
    """The document of a model: from model.keras, model.h5, model.weights.h5 and, of Keras 2, weights.h5."""
    document = {}
    with zipfile.ZipFile(folder / "model.keras") as archive:
        document["config"] = _renumber_shared(json.loads(archive.read("config.json")), {})
        with h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
            in_zip = tree(file, keys)
    with h5py.File(folder / "model.weights.h5") as file:
        document["weights"] = tree(file, keys)
    if in_zip != document["weights"]:
        document["keras"] = in_zip
    if (folder / "model.h5").exists():
        with h5py.File(folder / "model.h5") as file:
            document["h5"] = tree(file, keys)
        for name in ("model_config", "training_config"):
            if name in document["h5"]["@"]:
                kind, text = document["h5"]["@"].pop(name)
                document["h5"]["@"][name] = [kind + " json", json.loads(text)]
    if (folder / "weights.h5").exists():
        with h5py.File(folder / "weights.h5") as file:
            document["legacy_weights"] = tree(file, keys)
    return document

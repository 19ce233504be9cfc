"""Compares the files that the tests write with the ones that Keras wrote.

Usage: python check_recreated.py KERAS_FOLDER RECREATED_FOLDER
The first from make_changes.py --files, the second from build/write_keras_changes. Datasets must be equal in path,
type, shape and every value, groups in their attributes, configurations as JSON (but for shared_object_id, which are
addresses).
"""
import io
import json
import pathlib
import sys
import zipfile

import h5py
import numpy as np

from saved import _attribute, _renumber_shared


def content(file):
    out = {}

    def visit(name, item):
        out[name] = {a: _attribute(item, a) for a in item.attrs}
        for text in ("model_config", "training_config"):
            if text in out[name]:
                out[name][text][1] = json.loads(out[name][text][1])
        if isinstance(item, h5py.Dataset):
            array = np.asarray(item[()])
            out[name]["value"] = (str(array.dtype), array.shape, array.tobytes())

    visit("/", file)
    file.visititems(visit)
    return out


def read(path):
    if path.suffix == ".h5":
        with h5py.File(path) as file:
            return content(file)
    with zipfile.ZipFile(path) as archive:
        with h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
            config = _renumber_shared(json.loads(archive.read("config.json")), {})
            return {"config": config, "members": sorted(archive.namelist()), "tensors": content(file)}


def main():
    ours, theirs = pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[1])
    compared = different = 0
    for path in sorted(theirs.glob("*/*")):
        compared += 1
        again = ours / path.relative_to(theirs)
        if not again.exists() or read(path) != read(again):
            different += 1
            print("differs:" if again.exists() else "missing:", again)
    print(compared, "files compared,", different, "differ")
    sys.exit(different > 0 or compared == 0)


if __name__ == "__main__":
    main()

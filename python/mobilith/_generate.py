"""generate(): a model becomes a tree."""
from __future__ import annotations

import os
from typing import Any

from ._errors import MobilithError
from ._library import Path, Tree
from ._models import model_file
from ._program import option_words, run

_OURS = ("weights", "out", "format")


def generate(model: Any, out: Path, **options: object) -> Tree:
    """Makes the library of a model, in the folder `out`.

    model: a model file's path (or "synthetic", with net=...), a Keras model, a PyTorch module or state dict. A module is given to the
    program as its state dict if the program knows a network with those tensors that computes what the module does, which is tried; else
    as ONNX, exported by PyTorch. options are those of `mobilith generate`: dtype="int8", calibrate="pictures", no_check=True,
    outputs=["separable_5", "head"].

    What the program says on its way goes to sys.stderr. Ctrl-C stops it; `out` is then as it was. Raises CommandError with the program's
    line, MobilithError for a model that can't be given to it, TypeError for an option that is no option's value."""
    for name in _OURS:
        if name in options:
            raise TypeError(f"{name}: is said by generate()'s own arguments")
    if not os.fspath(out):
        raise MobilithError("out: expected a folder, got nothing")
    words, folder = option_words(options), os.path.abspath(os.fsdecode(out))
    with model_file(model, options) as path:
        facts = run(["generate", f"--weights={path}", f"--out={folder}", *words])
    if not facts and not options.get("dry_run"):
        raise MobilithError("the program said nothing of a tree: it is not mobilith's (MOBILITH_PROGRAM), or not of this version")
    return Tree(folder, facts.get("name", ""), facts)  # no facts: dry_run, which writes nothing

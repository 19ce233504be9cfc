"""Models of frameworks as files that the program reads."""
from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Iterator, Mapping

from ._errors import MobilithError
from ._frameworks import framework_of
from ._torch_module import module_file


@contextmanager
def model_file(model: Any, options: Mapping[str, object]) -> Iterator[str]:
    """The path of a file with the model. Raises MobilithError."""
    if isinstance(model, (str, os.PathLike)):
        yield os.fsdecode(model)
        return
    kind = framework_of(model)
    with tempfile.TemporaryDirectory(prefix="mobilith-") as folder:
        if kind == "keras":
            path = os.path.join(folder, "model.keras")
            model.save(path)
            yield path
        elif kind == "torch":
            yield module_file(model, folder, options)
        elif isinstance(model, Mapping) and model:
            path = os.path.join(folder, "state_dict.pth")
            import_module("torch").save(model, path)
            yield path
        else:
            raise MobilithError(f"model: expected a path, a Keras model, a PyTorch module or state dict, got {type(model).__name__}")

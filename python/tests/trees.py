"""What the tests have in common: trees of a small V1, made once, and images."""
import atexit
import functools
import os
import pathlib
import subprocess
import sys
import tempfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

import mobilith

ROOT = pathlib.Path(__file__).resolve().parents[2]
SMALL = {"net": "mobilenet_v1", "alpha": 0.25, "resolution": 32}
SHAPE = (32, 32, 3)


@functools.lru_cache(None)
def folder() -> pathlib.Path:
    kept = tempfile.TemporaryDirectory()
    atexit.register(kept.cleanup)
    path = pathlib.Path(kept.name) / "a folder"  # a space in the path, on purpose
    path.mkdir()
    return path


@functools.lru_cache(None)
def tree(name: str = "net", **options: Any) -> mobilith.Tree:
    """Of synthetic weights; the library has the tree's name."""
    return mobilith.generate("synthetic", folder() / name, name=name, **{**SMALL, **options})


def quantised_tree() -> mobilith.Tree:
    """Of a file of u8: takes and gives bytes."""
    return quantised("network_u8.tflite")


@functools.lru_cache(None)
def quantised(file: str) -> mobilith.Tree:
    return mobilith.generate(ROOT / "tests/data/quantised" / file, folder() / "bytes", name="bytes_net")


def image(seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).uniform(-1, 1, SHAPE).astype(np.float32)


def temporary_files() -> set[str]:
    return {path.name for path in pathlib.Path(tempfile.gettempdir()).iterdir() if path.name.startswith("mobilith")}


def python(code: str, *words: str) -> list[str]:
    """A call of this Python with the module, for a process of its own."""
    return [sys.executable, "-B", "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'python')!r})\n{code}", *words]


def run_example(file: str) -> str:
    """What an example prints, run in an empty folder."""
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "python"), os.environ.get("PYTHONPATH", "")])}
        done = subprocess.run([sys.executable, "-B", ROOT / "python/examples" / file], cwd=scratch, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise AssertionError(f"{file}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout

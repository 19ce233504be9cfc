"""verify(): a library beside its model's own framework."""
from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from typing import Any, Iterable, Iterator, Optional, Union

import numpy as np

from ._errors import MobilithError
from ._frameworks import Array, by_ports, runner
from ._library import Library, Path
from ._pictures import pictures_in, pixels_of, read_picture
from ._session import Session, load


@dataclass(frozen=True)
class Difference:
    """How far an output is apart, over all images. Of bytes the differences are of whole numbers."""

    output: str
    images: int
    largest: float  # the largest difference of two numbers
    share: float  # that, of the largest number of the framework's output
    same_top: Optional[int]  # in how many images the largest class is the same; None: the output is an image


@dataclass(frozen=True)
class Verification:
    """What verify() found. str() is the table that it prints."""

    library: str
    framework: str
    differences: tuple[Difference, ...]

    def within(self, share: float) -> bool:
        """Whether no output differs by more than this share of its largest number."""
        return all(d.share <= share for d in self.differences)

    def __str__(self) -> str:
        rows = [("output", "images", "largest difference", "of its largest value", "same top class")]
        rows += [(d.output, str(d.images), f"{d.largest:.3g}", f"{d.share:.2g}", "" if d.same_top is None else f"{d.same_top} of {d.images}")
                 for d in self.differences]
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        lines = ["  ".join(word.ljust(width) if i == 0 else word.rjust(width) for i, (word, width) in enumerate(zip(row, widths))).rstrip()
                 for row in rows]
        return "\n".join([f"{self.library} beside {self.framework}", *lines])


def verify(tree: Union[Path, Session], model: Any, images: Any, *, name: Optional[str] = None,
           pixels: Optional[tuple[float, float]] = None) -> Verification:
    """Runs the library and the model's own framework on the same images, prints how far the outputs are apart, and returns it.

    tree: a folder, or a session that is loaded; name: which library of the folder. model: a Keras model, a PyTorch module, or the path of
    a .keras, .h5, .tflite or .onnx file. images: arrays (y, x, channel) or one (n, y, x, channel), of the input's dtype, as the network
    reads them; or a folder of PNG and JPEG files, or a list of such files, which Pillow reads and resizes. pixels: what black and white
    of a picture are to the network; None: what the tree's manifest says, else -1 and 1, with a warning. Raises MobilithError, ArrayError."""
    session = tree if isinstance(tree, Session) else load(tree, name)
    try:
        port = session.inputs[0]
        if port.frame:  # the model takes images, which the library makes of frames
            raise MobilithError(f"{session.library.name}: takes frames in {port.frame}, which no model does; `mobilith verify` compares those")
        run = runner(model, port)
        if isinstance(images, (str, os.PathLike)):
            images = pictures_in(os.fspath(images))
        count = len(images) if hasattr(images, "__len__") else None
        largest, scales = np.zeros(len(session.outputs)), np.zeros(len(session.outputs))
        same = [0] * len(session.outputs)
        done, progress = 0, _Progress(count)
        for image in _arrays(images, session.library, pixels):
            ours = session(image)
            theirs = by_ports(session.outputs, run(image if image.ndim == 4 else image[np.newaxis]))
            for i, (output, expected) in enumerate(zip(session.outputs, theirs)):
                got = ours[output.name] if isinstance(ours, dict) else ours
                if got.dtype.kind != expected.dtype.kind:
                    raise MobilithError(f"{output.name}: the library gives {got.dtype}, the model {expected.dtype}: it is not the library's model")
                difference = np.abs(got.astype(np.float64).ravel() - expected.astype(np.float64).ravel())
                largest[i] = np.maximum(largest[i], difference.max())  # NaN stays
                scales[i] = np.maximum(scales[i], np.abs(expected.astype(np.float64)).max())
                same[i] += int(np.argmax(got) == np.argmax(expected))
            done += 1
            progress.update(done)
        progress.end()
    finally:
        if session is not tree:
            session.close()
    if done == 0:
        raise MobilithError("images: there are none")
    rows = [Difference(output.name, done, float(largest[i]), float(largest[i] / scales[i]) if scales[i] > 0 else float(largest[i]),
                       same[i] if len(output.shape) == 1 else None) for i, output in enumerate(session.outputs)]
    found = Verification(session.library.name, _named(model), tuple(rows))
    print(found)
    return found


def _named(model: Any) -> str:
    return os.fspath(model) if isinstance(model, (str, os.PathLike)) else f"{type(model).__module__.partition('.')[0]}'s {type(model).__name__}"


def _arrays(images: Union[Array, Iterable[Any]], library: Library, pixels: Optional[tuple[float, float]]) -> Iterator[Array]:
    if isinstance(images, np.ndarray) and images.ndim == 3:
        images = images[np.newaxis]
    if not hasattr(images, "__iter__"):
        raise MobilithError(f"images: expected arrays, a folder or a list of pictures, got {type(images).__name__}")
    for image in images:
        if isinstance(image, (str, os.PathLike)):
            pixels = pixels_of(library) if pixels is None else pixels
            image = read_picture(image, library, pixels)
        yield image


class _Progress:
    """Lines on standard error once the work has taken two seconds: one a time on a terminal, where each takes the place of the last."""

    def __init__(self, total: Optional[int]) -> None:
        self._total, self._next, self._drawn = total, time.monotonic() + 2, False
        self._terminal = bool(sys.stderr) and sys.stderr.isatty()

    def update(self, done: int) -> None:
        if sys.stderr and time.monotonic() >= self._next:
            text = f"mobilith: {done}{f' of {self._total}' if self._total else ''} images compared"
            print(text, end="\r" if self._terminal else "\n", file=sys.stderr, flush=True)
            self._next, self._drawn = time.monotonic() + (0.1 if self._terminal else 2), True

    def end(self) -> None:
        if self._terminal and self._drawn:
            print("\x1b[K", end="", file=sys.stderr, flush=True)

"""Pictures as inputs, which Pillow reads."""
from __future__ import annotations

import os
import warnings
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ._errors import MobilithError
from ._library import Library, Path

_ENDS = (".png", ".jpg", ".jpeg")


def pictures_in(folder: str) -> list[str]:
    """The PNG and JPEG files of a folder, sorted. Raises MobilithError where it is none."""
    if not os.path.isdir(folder):
        raise MobilithError(f"images: {folder}: expected a folder of PNG and JPEG files")
    return sorted(os.path.join(folder, file) for file in os.listdir(folder) if file.lower().endswith(_ENDS))


def pixels_of(library: Library) -> tuple[float, float]:
    """What black and white are to the library: of bytes all that they hold; of floats what the tree says, else -1 and 1, with a warning."""
    dtype = library.inputs[0].dtype
    if dtype != np.float32:
        return (0, 255) if dtype == np.uint8 else (-128, 127)
    low, dots, high = str(library.manifest.get("pixels", "")).partition("..")
    if dots:
        return float(low), float(high)
    warnings.warn(f"{library.name}: pixels are taken as -1 to 1, which the tree does not say; pixels=(LOW, HIGH) says another range", stacklevel=3)
    return -1, 1


def read_picture(path: Path, library: Library, pixels: Optional[tuple[float, float]] = None) -> NDArray[Any]:
    """A picture as the library's input, (y, x, channel) of its type: over white, resized (bilinear), from pixels[0] for black to pixels[1]
    for white; None: as pixels_of() says. Raises MobilithError."""
    try:
        from PIL import Image
    except ImportError as error:
        raise MobilithError(f"{path}: needs the package 'pillow' to be read: {error}") from None
    port = library.inputs[0]
    if port.frame:
        raise MobilithError(f"{path}: {library.name} takes frames in {port.frame}, not pictures; `mobilith verify --images` makes frames of them")
    height, width, channels = port.shape
    if channels not in (1, 3):
        raise MobilithError(f"{path}: the model takes images of {channels} channels; pictures have 1 or 3")
    try:
        with Image.open(path) as picture:
            rgba = picture.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise MobilithError(f"{path}: is no picture that can be read: {error}") from None
    flat = Image.alpha_composite(Image.new("RGBA", rgba.size, (255, 255, 255, 255)), rgba).convert("RGB" if channels == 3 else "L")
    bytes_ = np.asarray(flat.resize((width, height), Image.Resampling.BILINEAR), np.float64).reshape(port.shape)
    try:
        low, high = map(float, pixels_of(library) if pixels is None else pixels)
    except (TypeError, ValueError):
        raise MobilithError(f"pixels: expected two numbers, what black and what white is, got {pixels!r}") from None
    values = low + bytes_ / 255 * (high - low)
    return values.astype(port.dtype) if port.dtype == np.float32 else np.rint(values).astype(port.dtype)

"""A generated library as loaded code: linked into a shared object, and what that declares, in ctypes."""
from __future__ import annotations

import _ctypes
import ctypes
import json
import os
import platform
import re
import shutil
import subprocess
import tempfile
import weakref
from ctypes import c_char_p, c_double, c_int32, c_size_t, c_void_p
from dataclasses import dataclass
from typing import Any, Optional, Union

import numpy as np

from ._errors import MobilithError
from ._program import run

Path = Union[str, "os.PathLike[str]"]

_EXPORTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "exports.c")
_FORMATS = (None, "rgb8", "bgr8", "rgba8", "gray8", "nv12", "yuyv")  # by the numbers of mobilith_format
_TYPES = (np.dtype(np.float32), np.dtype(np.uint8), np.dtype(np.int8))  # by the numbers of mobilith_type


class _Info(ctypes.Structure):  # mobilith_model_info
    _fields_ = [("name", c_char_p), ("network", c_char_p), ("cpu", c_char_p), ("alpha", c_double), ("depth_multiplier", c_int32),
                ("input_height", c_int32), ("input_width", c_int32), ("input_channels", c_int32), ("classes", c_int32),
                ("input_bytes", c_size_t), ("output_bytes", c_size_t), ("weights_bytes", c_size_t), ("arena_bytes", c_size_t),
                ("output_is_probabilities", c_int32), ("kernels", c_int32), ("vector_bits", c_int32), ("struct_bytes", c_size_t),
                ("inputs", c_int32), ("outputs", c_int32)]


class _Port(ctypes.Structure):  # mobilith_port
    _fields_ = [("struct_bytes", c_size_t), ("name", c_char_p), ("type", c_int32), ("height", c_int32), ("width", c_int32),
                ("channels", c_int32), ("pixel_bytes", c_size_t), ("row_bytes", c_size_t), ("bytes", c_size_t), ("format", c_int32)]


class Frame(ctypes.Structure):  # mobilith_frame
    _fields_ = [("struct_bytes", c_size_t), ("pixels", c_void_p), ("bytes", c_size_t), ("row_bytes", c_size_t), ("chroma_offset", c_size_t),
                ("chroma_row_bytes", c_size_t), ("x", c_int32), ("y", c_int32), ("width", c_int32), ("height", c_int32)]


class Options(ctypes.Structure):  # mobilith_options
    _fields_ = [("threads", c_int32), ("memory", c_void_p), ("memory_bytes", c_size_t), ("parallel_for", c_void_p),
                ("parallel_for_context", c_void_p), ("profile", c_void_p), ("profile_context", c_void_p), ("weights_file", c_char_p),
                ("weights", c_void_p), ("weights_bytes", c_size_t), ("struct_bytes", c_size_t), ("large_pages", c_int32), ("reserved", c_int32)]


class _Exports(ctypes.Structure):  # exports.c. ctypes gives up the interpreter's lock while a function of this kind runs
    _fields_ = [("struct_bytes", c_size_t), ("model", c_void_p),
                ("describe", ctypes.CFUNCTYPE(ctypes.POINTER(_Info), c_void_p)),
                ("input", ctypes.CFUNCTYPE(ctypes.POINTER(_Port), c_void_p, c_int32)),
                ("output", ctypes.CFUNCTYPE(ctypes.POINTER(_Port), c_void_p, c_int32)),
                ("options_init", ctypes.CFUNCTYPE(None, ctypes.POINTER(Options), c_size_t)),
                ("session_create", ctypes.CFUNCTYPE(ctypes.c_int, c_void_p, ctypes.POINTER(Options), ctypes.POINTER(c_void_p))),
                ("run_ports", ctypes.CFUNCTYPE(ctypes.c_int, c_void_p, c_size_t, c_void_p, c_void_p, c_size_t, c_void_p, c_void_p)),
                ("session_destroy", ctypes.CFUNCTYPE(None, c_void_p)),
                ("status_message", ctypes.CFUNCTYPE(c_char_p, ctypes.c_int)),
                ("run_frame", ctypes.CFUNCTYPE(ctypes.c_int, c_void_p, ctypes.POINTER(Frame), c_size_t, c_void_p, c_void_p))]


@dataclass(frozen=True)
class Tree:
    """What `generate` wrote: a path, for everything that takes one."""

    path: str
    name: str  # the library's
    facts: dict[str, Any]  # what `mobilith generate --format json` prints

    def __fspath__(self) -> str:
        return self.path

    __str__ = __fspath__


@dataclass(frozen=True)
class Port:
    """An input or output of a library."""

    name: str
    dtype: np.dtype[Any]  # float32, uint8 or int8
    shape: tuple[int, ...]  # (y, x, channel); of an output that is no image: (channel,); of frames in nv12: (3 / 2 y, x), as OpenCV's
    strides: tuple[int, ...]  # bytes; larger than shape and dtype say if the tree has --outputs-layout padded
    nbytes: int  # of the whole buffer
    scale: Optional[float] = None  # of bytes: scale * (byte - zero_point) is meant; None: floats
    zero_point: Optional[int] = None
    frame: Optional[str] = None  # what the bytes of a camera's frame are: "rgb8", "nv12"...; None: a tensor


class Library:
    """The library of a tree, linked and loaded into this process. Its facts never change; any number of threads may share it.

    It stays loaded as long as it or a session of it is referred to. The shared object's file is gone once it is loaded."""

    def __init__(self, tree: Path, name: Optional[str] = None, *, linker: Optional[str] = None) -> None:
        """tree: a folder that `generate` wrote; name: which library, where it holds several. linker: "cc" of the machine, "mobilith" for
        the program's own; None: cc, and where there is none or it can't, the program's. Raises MobilithError."""
        if linker not in (None, "cc", "mobilith"):
            raise MobilithError(f"linker: expected 'cc', 'mobilith' or None, got {linker!r}")
        self.tree = os.path.abspath(os.fsdecode(tree))
        self.name = _chosen(self.tree, tree.name if name is None and isinstance(tree, Tree) else name)
        self.manifest: dict[str, Any] = _manifest(self.tree, self.name)
        _require_native(self.tree, self.manifest)
        library = _load(self.tree, self.name, self.manifest, linker)
        weakref.finalize(self, _ctypes.dlclose, library._handle).atexit = False  # at exit threads may still run in it
        self.exports = _Exports.in_dll(library, "mobilith_exports")
        if self.exports.struct_bytes < ctypes.sizeof(_Exports):
            raise MobilithError(f"{self.tree}: {self.name}: its shared object is of another version than this module")
        self.model: int = self.exports.model
        info = self.exports.describe(self.model)
        if not info:
            raise MobilithError(f"{self.tree}: {self.name}: library and runtime are of incompatible versions")
        facts = info.contents
        self.network: str = facts.network.decode()  # "mobilenet_v1", "custom"...
        self.cpu: str = facts.cpu.decode()  # LLVM's name of the CPU whose kernels run here
        ports = self.manifest.get("ports", {})
        self.inputs = tuple(_port(self.exports.input(self.model, i).contents, ports.get("inputs", []), i, True) for i in range(facts.inputs))
        self.outputs = tuple(_port(self.exports.output(self.model, i).contents, ports.get("outputs", []), i, False) for i in range(facts.outputs))

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the classes, in their order; empty: the tree has none."""
        try:
            with open(os.path.join(self.tree, "share", self.name, "labels.txt"), encoding="utf-8") as file:
                return tuple(file.read().splitlines())
        except FileNotFoundError:
            return ()

    def require(self, status: int) -> None:
        """Raises MobilithError with the runtime's message unless the status is MOBILITH_OK."""
        if status != 0:
            raise MobilithError(f"{self.name}: {self.exports.status_message(status).decode()}")


def _chosen(tree: str, wanted: Optional[str]) -> str:
    if not os.path.isdir(tree):
        raise MobilithError(f"{tree}: no such folder")
    share = os.path.join(tree, "share")
    names = sorted(n for n in (os.listdir(share) if os.path.isdir(share) else []) if os.path.isfile(os.path.join(share, n, "manifest.json")))
    if not names:
        raise MobilithError(f"{tree}: no generated library here (no share/NAME/manifest.json)")
    if wanted is None and len(names) > 1:
        raise MobilithError(f"{tree}: several libraries; choose one with name: {', '.join(names)}")
    name = names[0] if wanted is None else wanted
    if name not in names or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise MobilithError(f"{tree}: no library {name!r}; there is {', '.join(names)}")
    return name


def _manifest(tree: str, name: str) -> dict[str, Any]:
    path = os.path.join(tree, "share", name, "manifest.json")
    try:
        with open(path, encoding="utf-8") as file:
            manifest = json.load(file)
    except (OSError, ValueError, RecursionError) as error:
        raise MobilithError(f"{path}: can't be read: {error}") from None
    if not isinstance(manifest, dict):
        raise MobilithError(f"{path}: is no manifest")
    return manifest


def _require_native(tree: str, manifest: dict[str, Any]) -> None:
    target = manifest.get("target")
    triple = str(target.get("triple", "")) if isinstance(target, dict) else ""
    if triple.partition("-")[0] != platform.machine() or "linux" not in triple or platform.system() != "Linux":
        raise MobilithError(f"{tree}: a library for '{triple}'; this machine is {platform.machine()}, {platform.system()}")


def _load(tree: str, name: str, manifest: dict[str, Any], linker: Optional[str]) -> ctypes.CDLL:
    with tempfile.TemporaryDirectory(prefix="mobilith-") as folder:
        out = os.path.join(folder, f"lib{name}.so")
        problem = ""
        if linker != "mobilith":
            problem = _link_with_cc(tree, name, manifest, out)
            if problem and linker == "cc":
                raise MobilithError(f"{tree}: {name} can't be linked: {problem}")
        if linker == "mobilith" or problem:
            run(["link", tree, f"--name={name}", f"--out={out}"])
        try:
            return ctypes.CDLL(out, mode=os.RTLD_NOW | os.RTLD_LOCAL)
        except OSError as error:
            raise MobilithError(f"{tree}: {name} can't be loaded: {error}") from None


def _link_with_cc(tree: str, name: str, manifest: dict[str, Any], out: str) -> str:
    """Empty, or what went wrong."""
    cc = shutil.which("cc")
    if not cc:
        return "there is no 'cc' in PATH"
    archives = [os.path.join(tree, "lib", f"lib{name}.a")]
    if not manifest.get("runtime_bundled"):
        archives.append(os.path.join(tree, "lib", "libmobilith_runtime.a"))
    done = subprocess.run([cc, "-O2", "-shared", "-fPIC", f"-DMOBILITH_MODEL={name}", f"-I{os.path.join(tree, 'include')}", _EXPORTS, *archives,
                           "-lpthread", "-Wl,-z,now,-z,relro,-z,defs", "-o", out], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", env={**os.environ, "LC_ALL": "C"})
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    return "" if done.returncode == 0 else f"cc: {lines[0] if lines else f'exit code {done.returncode}'}"


def _port(port: Any, facts: Any, index: int, is_input: bool) -> Port:
    dtype = _TYPES[port.type]
    image = is_input or port.height > 1 or port.width > 1
    fact = facts[index] if isinstance(facts, list) and index < len(facts) and isinstance(facts[index], dict) else {}
    # Ports of libraries that take no frames may end before this member.
    frame = _FORMATS[port.format] if port.struct_bytes > _Port.format.offset else None
    shape: tuple[int, ...] = (port.height, port.width, port.channels) if image else (port.channels,)
    strides: tuple[int, ...] = (port.row_bytes, port.pixel_bytes, dtype.itemsize) if image else (dtype.itemsize,)
    if frame == "nv12":
        shape, strides = (port.height * 3 // 2, port.width), (port.row_bytes, 1)
    return Port(port.name.decode(), dtype, shape, strides, port.bytes, fact.get("scale"), fact.get("zero_point"), frame)

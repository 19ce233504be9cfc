"""Sessions: what runs a loaded library."""
from __future__ import annotations

import ctypes
import math
import operator
import os
import threading
import weakref
from types import TracebackType
from typing import Any, Mapping, NoReturn, Optional, Sequence, Union

import numpy as np
from numpy.typing import NDArray

from ._errors import ArrayError, MobilithError
from ._library import Frame, Library, Options, Path, Port

Array = NDArray[Any]


class Session:
    """One network with its memory and threads. Call it with an input, get the outputs.

    A session runs in one thread at a time; from a second one meanwhile it raises MobilithError. The interpreter's lock is free while it
    runs, so threads with a session each run side by side (`Session(session.library)` is another one of the same code). After fork() it
    runs in the child, too, on one thread there. It can't be pickled. close(), `with` and the collector free it."""

    def __init__(self, library: Library, *, threads: int = 1) -> None:
        """threads: 1 to 64, of each run. Raises MobilithError."""
        if isinstance(threads, bool) or not isinstance(threads, int) or not 1 <= threads <= 64:
            raise MobilithError(f"threads: expected a whole number from 1 to 64, got {threads!r}")
        self.library = library
        self.threads = threads
        self.inputs = library.inputs
        self.outputs = library.outputs
        options = Options()
        library.exports.options_init(ctypes.byref(options), ctypes.sizeof(options))
        options.threads = threads
        weights = os.path.join(library.tree, "share", library.name, library.name + ".weights")
        if os.path.exists(weights):
            options.weights_file = os.fsencode(weights)
        handle = ctypes.c_void_p()
        library.require(library.exports.session_create(library.model, ctypes.byref(options), ctypes.byref(handle)))
        self._handle: Optional[int] = handle.value
        self._destroy = weakref.finalize(self, _destroy, library, handle)
        self._destroy.atexit = False  # at exit another thread may be inside
        self._run = library.exports.run_ports
        self._given, self._given_bytes = _arrays(library.inputs)
        self._made, self._made_bytes = _arrays(library.outputs)
        self._lock, self._process = threading.Lock(), os.getpid()

    def __call__(self, inputs: Union[Array, Sequence[Array], Mapping[str, Array]], *,
                 region: Optional[tuple[int, int, int, int]] = None) -> Union[Array, dict[str, Array]]:
        """One run. inputs: an array; of several inputs, a sequence in the ports' order, or a mapping by their names. Each has its port's
        dtype and shape, with or without a batch dimension of 1 in front, in C order. Returns a new array, of several outputs a dict by
        name in their order, with a batch dimension of 1 if the inputs have one. region: x, y, width and height in pixels, of a camera's
        frame that the library resizes; None: all of it. Raises ArrayError and MobilithError."""
        part = None if region is None else _region(self.inputs, region)
        arrays = [_checked(port, array) for port, array in zip(self.inputs, self._by_port(inputs))]
        batched = any(array.ndim > len(port.shape) for port, array in zip(self.inputs, arrays))
        made = [_output(port) for port in self.outputs]
        with self._mine():
            for i, array in enumerate(arrays):
                self._given[i] = array.ctypes.data
            for i, array in enumerate(made):
                self._made[i] = array.ctypes.data
            if part:
                part.pixels, part.bytes = arrays[0].ctypes.data, arrays[0].nbytes
                status = self.library.exports.run_frame(self._handle, ctypes.byref(part), len(made), self._made, self._made_bytes)
            else:
                status = self._run(self._handle, len(arrays), self._given, self._given_bytes, len(made), self._made, self._made_bytes)
            self.library.require(status)
        results = [array[np.newaxis] if batched else array for array in made]
        return results[0] if len(results) == 1 else {port.name: array for port, array in zip(self.outputs, results)}

    def close(self) -> None:
        """Frees the session; again does nothing. Raises MobilithError while another thread runs it."""
        if self._handle is not None:
            with self._mine():
                self._handle = None
                self._destroy()

    @property
    def closed(self) -> bool:
        return self._handle is None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a session can't be pickled or copied, it is memory of this process: pass the tree's path and load() it there")

    def __repr__(self) -> str:
        state = "closed" if self.closed else f"{self.threads} thread{'s' if self.threads > 1 else ''}"
        return f"<mobilith.Session of {self.library.name} for {self.library.cpu}, {state}>"

    def _by_port(self, inputs: Any) -> Sequence[Array]:
        names = [port.name for port in self.inputs]
        if isinstance(inputs, Mapping):
            if sorted(inputs) != sorted(names):
                raise ArrayError(f"inputs: expected arrays by the names {', '.join(names)}, got {', '.join(map(str, inputs)) or 'none'}")
            return [inputs[name] for name in names]
        if isinstance(inputs, (list, tuple)) and all(isinstance(array, np.ndarray) for array in inputs):
            if len(inputs) != len(names):
                raise ArrayError(f"inputs: expected {len(names)} array{'s' if len(names) > 1 else ''} ({', '.join(names)}), got {len(inputs)}")
            return inputs
        return [inputs]

    def _mine(self) -> _Mine:
        if self._process != os.getpid():  # a child: whoever held the lock is not in it
            self._lock, self._process = threading.Lock(), os.getpid()
        return _Mine(self, self._lock)


class _Mine:
    """The session for this thread alone, still open."""

    def __init__(self, session: Session, lock: threading.Lock) -> None:
        self._session, self._lock = session, lock

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            raise MobilithError("the session is in use by another thread: each thread needs one of its own, as Session(session.library)")
        if self._session.closed:
            self._lock.release()
            raise MobilithError("the session is closed")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def load(tree: Path, name: Optional[str] = None, *, threads: int = 1, linker: Optional[str] = None) -> Session:
    """A session of the library in a tree that `generate` wrote. The arguments are those of Library and Session. The code of the tree runs
    in this process: load what you trust. Raises MobilithError."""
    return Session(Library(tree, name, linker=linker), threads=threads)


def _destroy(library: Library, handle: ctypes.c_void_p) -> None:
    library.exports.session_destroy(handle)


def _arrays(ports: tuple[Port, ...]) -> tuple[Any, Any]:
    """Places for pointers to the ports' buffers, and their bytes."""
    return (ctypes.c_void_p * len(ports))(), (ctypes.c_size_t * len(ports))(*(port.nbytes for port in ports))


def _region(ports: Sequence[Port], region: Any) -> Frame:
    if ports[0].frame is None:
        raise MobilithError(f"region: {ports[0].name} is no camera's frame: `mobilith generate --input` makes libraries that take those")
    try:
        x, y, width, height = (operator.index(value) for value in region)
    except (TypeError, ValueError):
        raise MobilithError(f"region: expected x, y, width and height in pixels, got {region!r}") from None
    if min(x, y) < 0 or min(width, height) < 1 or max(x, y, width, height) >= 1 << 31:
        raise MobilithError(f"region: expected a part of the frame, got {region!r}")
    return Frame(struct_bytes=ctypes.sizeof(Frame), x=x, y=y, width=width, height=height)


def _checked(port: Port, array: Array) -> Array:
    """The array, if it may be read as the port's buffer."""
    if not isinstance(array, np.ndarray) or isinstance(array, np.ma.MaskedArray):
        kind = type(array)
        raise _refused(port, kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}")
    array = np.asarray(array)  # what a derived class says of itself need not be so
    if array.dtype != port.dtype or array.shape not in (port.shape, (1, *port.shape)):
        raise _refused(port, f"{array.dtype}, shape {array.shape}")
    if not array.flags.c_contiguous or not array.flags.aligned:
        raise _refused(port, f"one with strides {array.strides}{'' if array.flags.aligned else ', not aligned'}: "
                             "numpy.require(array, requirements='CA') copies it")
    if array.nbytes != port.nbytes:  # images that are padded are outputs
        raise MobilithError(f"{port.name}: has a layout that this module does not know")
    return array


def _refused(port: Port, got: str) -> ArrayError:
    return ArrayError(f"{port.name}: expected a NumPy array of {port.dtype.name}, shape {port.shape} or {(1, *port.shape)}, in C order; got {got}")


def _output(port: Port) -> Array:
    dense = port.nbytes == math.prod(port.shape) * port.dtype.itemsize
    if dense:
        return np.empty(port.shape, port.dtype)
    return np.ndarray(port.shape, port.dtype, np.empty(port.nbytes // port.dtype.itemsize, port.dtype), 0, port.strides)

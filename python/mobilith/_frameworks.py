"""A model run by its own framework, on arrays as the library takes and gives them."""
from __future__ import annotations

import os
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Callable, Iterator, Optional, Sequence

import numpy as np
from numpy.typing import NDArray

from ._errors import MobilithError
from ._library import Port

Array = NDArray[Any]
# From (1, y, x, channel) of the input's type to the outputs, images as (1, y, x, channel), too.
Runner = Callable[[Array], list[Array]]


def framework_of(model: Any) -> Optional[str]:
    """ "keras", "torch" or None, without importing either."""
    for kind in type(model).__mro__:
        root = kind.__module__.partition(".")[0]
        if root in ("keras", "tf_keras") or kind.__module__.startswith("tensorflow.python.keras"):
            return "keras"
        if kind.__module__.startswith("torch.nn."):
            return "torch"
    return None


def runner(model: Any, port: Port) -> Runner:
    """What runs the model: an object of Keras or PyTorch, or a file that Keras, LiteRT or ONNX Runtime reads. Raises MobilithError, also
    where the framework is not installed."""
    kind = framework_of(model)
    if kind == "keras":
        return _keras(model)
    if kind == "torch":
        return _torch(model)
    if not isinstance(model, (str, os.PathLike)):
        raise MobilithError(f"model: expected a Keras model, a PyTorch module or a model file's path, got {type(model).__name__}")
    path = os.fspath(model)
    if not os.path.exists(path):
        raise MobilithError(f"{path}: no such file")
    if path.endswith((".keras", ".h5")):
        return _keras(_imported("keras", path).models.load_model(path, compile=False))
    if path.endswith(".tflite"):
        return _lite(path)
    if path.endswith(".onnx"):
        return _onnx(path, port)
    raise MobilithError(f"{path}: expected a .keras, .h5, .tflite or .onnx file; `mobilith verify` reads others without their framework")


def by_ports(ports: Sequence[Port], arrays: Sequence[Array]) -> list[Array]:
    """The framework's outputs in the shapes of the library's, with a batch dimension. Raises MobilithError where they are others."""
    wanted = [(1, *port.shape) for port in ports]
    if len(arrays) != len(wanted):
        raise MobilithError(f"the model gives {len(arrays)} outputs, the library {len(wanted)}")
    found = []
    for array, shape, port in zip(arrays, wanted, ports):
        if array.shape != shape and not (len(shape) == 2 and array.size == shape[1]):
            raise MobilithError(f"{port.name}: the model gives shape {array.shape}, the library {shape}")
        found.append(array.reshape(shape))
    return found


def _imported(package: str, what: str) -> Any:
    try:
        return import_module(package)
    except ImportError as error:
        raise MobilithError(f"{what}: needs the package '{package}' to run: {error}") from None


def _listed(outputs: Any) -> list[Any]:
    if isinstance(outputs, dict):
        outputs = outputs.values()
    return list(outputs) if isinstance(outputs, (list, tuple, type({}.values()))) else [outputs]


def _channels_last(array: Array) -> Array:
    return array.transpose(0, 2, 3, 1) if array.ndim == 4 else array


def _keras(model: Any) -> Runner:
    def run(image: Array) -> list[Array]:
        return [np.asarray(output) for output in _listed(model.predict(image, verbose=0))]
    return run


def _torch(module: Any) -> Runner:
    torch = import_module("torch")
    like = next(module.parameters())

    def run(image: Array) -> list[Array]:
        with evaluated(module), torch.no_grad():
            tensor = torch.from_numpy(np.ascontiguousarray(image.transpose(0, 3, 1, 2))).to(like.device, like.dtype)
            return [_channels_last(output.float().cpu().numpy()) for output in _listed(module(tensor))]
    return run


@contextmanager
def evaluated(module: Any) -> Iterator[None]:
    """The PyTorch module as at inference; each part is then as it was."""
    training = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, was in training:
            part.training = was


def _lite(path: str) -> Runner:
    for package in ("ai_edge_litert.interpreter", "tflite_runtime.interpreter", "tensorflow.lite"):
        try:
            interpreter = import_module(package).Interpreter(model_path=path)
            break
        except ImportError:
            continue
    else:
        raise MobilithError(f"{path}: needs the package 'ai-edge-litert' to run")

    def run(image: Array) -> list[Array]:
        place = interpreter.get_input_details()[0]
        if tuple(place["shape"]) != image.shape:
            interpreter.resize_tensor_input(place["index"], image.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(place["index"], image)
        interpreter.invoke()
        return [interpreter.get_tensor(output["index"]) for output in interpreter.get_output_details()]
    return run


def _onnx(path: str, port: Port) -> Runner:
    session = _imported("onnxruntime", path).InferenceSession(path, providers=["CPUExecutionProvider"])
    place = session.get_inputs()[0]
    first = onnx_channels_first(place.shape, port)

    def run(image: Array) -> list[Array]:
        given = np.ascontiguousarray(image.transpose(0, 3, 1, 2)) if first else image
        made = [np.asarray(output) for output in session.run(None, {place.name: given})]
        return [_channels_last(output) for output in made] if first else made
    return run


def onnx_channels_first(dimensions: Sequence[Any], port: Port) -> bool:
    """Whether a file's image is (1, channel, y, x). Raises MobilithError where it fits neither order, or both."""
    height, width, channels = port.shape

    def fits(shape: Sequence[int]) -> bool:
        return len(dimensions) == 4 and all(not isinstance(d, int) or d == s for d, s in zip(dimensions, shape))

    orders = [fits((1, channels, height, width)), fits((1, height, width, channels))]
    if orders[0] == orders[1]:
        raise MobilithError(f"the model's image has the shape {list(dimensions)}, the library's {port.shape}: the order of axes can't be told")
    return orders[0]

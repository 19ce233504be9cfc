"""A PyTorch module as a file that the program reads: its state dict, or ONNX."""
from __future__ import annotations

import copy
import inspect
import os
from importlib import import_module
from typing import Any, Mapping

import numpy as np

from ._errors import CommandError, MobilithError
from ._frameworks import by_ports, evaluated, runner
from ._library import Library
from ._program import option_words, run
from ._session import Session

_OF_THE_FILE = ("net", "alpha", "depth_multiplier", "resolution", "classes")  # options that say what a file without a graph means
# Of an output's largest value, as `mobilith verify` has it. Measured on torchvision's V2, V3 and MnasNet, stirred: equal networks differ by at
# most 5e-5 of it; V2 with one ReLU for a ReLU6, in any layer, by 0.1 or more.
_SAME = 1e-3


def module_file(module: Any, folder: str, options: Mapping[str, object]) -> str:
    """The path of a file of the module: its state dict, if the program's network with those tensors computes what the module does, which
    neither names nor shapes say; else ONNX. Raises MobilithError."""
    state = os.path.join(folder, "state_dict.pth")
    try:
        _save_state(module, state, options)
        of_the_file = {name: value for name, value in options.items() if name in _OF_THE_FILE}
        if not options.get("no_check"):
            stirred = os.path.join(folder, "stirred.pth")
            other = _stirred(module, options)
            _save_state(other, stirred, options)
            _require_same(other, stirred, folder, of_the_file)
            _require_same(module, state, folder, of_the_file)
        return state
    except MobilithError as error:
        problem = f"as a state dict: {error}"
    if options.get("net"):
        raise MobilithError(f"model: the PyTorch module can't be taken {problem}")
    try:
        graph = os.path.join(folder, "module.onnx")
        _export(module, graph, options)
        if not options.get("no_check"):
            _require_same(module, graph, folder, {})
        return graph
    except MobilithError as error:
        raise MobilithError(f"model: the PyTorch module can't be taken {problem}; as ONNX: {error}") from None


def _save_state(module: Any, path: str, options: Mapping[str, object]) -> None:
    import_module("torch").save({name: tensor.detach().cpu() for name, tensor in module.state_dict().items()}, path)


def _export(module: Any, path: str, options: Mapping[str, object]) -> None:
    torch = import_module("torch")
    like = next(module.parameters())
    image = torch.zeros(1, *_image_shape(module, options), dtype=like.dtype, device=like.device)
    single = {"external_data": False} if "external_data" in inspect.signature(torch.onnx.export).parameters else {}
    try:
        with evaluated(module):
            torch.onnx.export(module, (image,), path, verbose=False, **single)
    except Exception as error:  # whatever the exporter, or a package that it lacks, throws
        raise MobilithError(f"PyTorch can't export it: {type(error).__name__}: {str(error).strip().partition(chr(10))[0]}") from error


def _stirred(module: Any, options: Mapping[str, object]) -> Any:
    """A copy whose activations get values from all parts of their functions, so that another function in any layer shows: batch norms have
    the statistics of noise, a deviation of 3 and means around 0, with a deviation of 2."""
    torch = import_module("torch")
    random = torch.Generator().manual_seed(0)
    stirred = copy.deepcopy(module).cpu().float().eval()
    with torch.no_grad():
        for norm in stirred.modules():
            if isinstance(norm, torch.nn.modules.batchnorm._BatchNorm):
                norm.train()
                norm.momentum = 1.0
                if norm.affine:
                    norm.weight.fill_(3)
                    norm.bias.normal_(0, 2, generator=random)
        try:
            stirred(torch.randn(8, *_image_shape(module, options), generator=random))
        except Exception as error:  # the module's own code
            raise MobilithError(f"the module can't be run: {type(error).__name__}: {str(error).strip().partition(chr(10))[0]}") from error
    return stirred.eval()


def _image_shape(module: Any, options: Mapping[str, object]) -> tuple[int, int, int]:
    """(channel, y, x), as PyTorch has it."""
    torch = import_module("torch")
    first = next((layer for layer in module.modules() if isinstance(layer, torch.nn.Conv2d)), None)
    if first is None:
        raise MobilithError("it has no Conv2d")
    resolution = options.get("resolution")
    try:
        sides = [int(side) for side in str(224 if resolution is None else resolution).split("x")]
        height, width = sides * 2 if len(sides) == 1 else sides
    except ValueError:
        raise MobilithError(f"resolution: expected N or 'HxW', got {resolution!r}") from None
    return first.in_channels, height, width


def _require_same(module: Any, path: str, folder: str, options: Mapping[str, object]) -> None:
    """Raises MobilithError unless the file's f32 library gives what the module gives, on an image of noise."""
    tree = os.path.join(folder, "tree")
    try:
        run(["generate", f"--weights={path}", f"--out={tree}", "--name=checked", "--no-check", *option_words(options)])
    except CommandError as error:
        raise MobilithError(error.line) from None
    with Session(Library(tree)) as session:
        port = session.inputs[0]
        image = np.random.default_rng(0).standard_normal((1, *port.shape), np.float32)
        ours = session(image)
        for output, expected in zip(session.outputs, by_ports(session.outputs, runner(module, port)(image))):
            got = ours[output.name] if isinstance(ours, dict) else ours
            difference, largest = float(np.abs(got - expected).max()), float(np.abs(expected).max())
            if not difference <= _SAME * largest:
                raise MobilithError(f"the module computes something else than a network with these tensors: {output.name} differs by "
                                    f"{difference:.3g}, its largest value is {largest:.3g}")

"""Writes what PyTorch's exporter makes of a narrow MobileNet V2, and what PyTorch computes, for
tests/libraries/test_format_libraries.cpp.

Usage: python write_torch_onnx.py OUT_DIR      (made with torch 2.15.0, torchvision 0.29.2 and onnxscript 0.7.2, CPU)

network.onnx is by the exporter's defaults; its numbers are in a file beside it. Where Python's sources lie is taken out. The image
is that of tests/data/golden/README.md.
"""
import json
import pathlib
import sys

import onnx
import torch
import torchvision

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "models/keras_changes"))
from formula import uniform01

SIDE = 32


def network():
    torch.manual_seed(1)
    model = torchvision.models.MobileNetV2(num_classes=5, width_mult=0.25, inverted_residual_setting=[[1, 16, 1, 1], [6, 24, 2, 2]]).eval()
    for norm in model.modules():
        if isinstance(norm, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(norm.weight, 0.5, 1.5)
            torch.nn.init.uniform_(norm.bias, -0.3, 0.3)
            torch.nn.init.uniform_(norm.running_mean, -0.3, 0.3)
            torch.nn.init.uniform_(norm.running_var, 0.5, 1.5)
    return model


def without_places(path):
    model = onnx.load(path, load_external_data=False)
    graph = model.graph
    for holder in [model, graph, *graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer]:
        del holder.metadata_props[:]
    path.write_bytes(model.SerializeToString(deterministic=True))


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    model = network()
    image = torch.from_numpy((2 * uniform01("input", SIDE * SIDE * 3) - 1).reshape(1, SIDE, SIDE, 3).transpose(0, 3, 1, 2).copy()).float()
    torch.onnx.export(model, (image,), out / "network.onnx")
    without_places(out / "network.onnx")
    with torch.no_grad():
        answers = model.double()(image.double())[0].tolist()
    (out / "answers.json").write_text(json.dumps(answers) + "\n")


main()

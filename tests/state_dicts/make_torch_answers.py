"""Writes what PyTorch's models compute when their tensors come from a formula, for test_torch_answers.cpp.

Usage: python make_torch_answers.py OUT_DIR      (made with torch 1.12.1, torchvision 0.13.1, timm 1.0.9 and
efficientnet-lite-pytorch 0.1.0, transformers' rows with torch 2.15.0 and transformers 4.57.6, CPU)

A file for each row of the table of networks: its name, the image's height and width, the output, and the tensors' names and
shapes. "bn1 * 8" is a batch norm of 8 channels: weight, bias, running_mean, running_var and num_batches_tracked. Models are a
quarter as wide where nothing else follows from the width, and have ten classes.

The formula is that of the golden outputs: r is a hash of a tensor's name and an index (generator/weights/synthetic.cpp), of
weights with two axes or more (2r - 1) sqrt(6 / product of all but the first), of other weights and running_var 0.5 + r, of
biases and running_mean 0.3 (2r - 1), of the image 2r - 1, with the name "input", in the order y, x, channel.
"""
import math
import os
import sys

import efficientnet_lite_pytorch
import numpy as np
import timm
import timm.models.efficientnet
import timm.models.mobilenetv3
import torch
import torchvision
import torchvision.models.quantization
import transformers
from timm.models._efficientnet_builder import round_channels

HEIGHT, WIDTH = 40, 57
# Row, model, and how many of its channels there are. Of lite1 and lite2 the width alone says which it is.
TIMM = [("mobilenetv1", "mobilenetv1_100", 0.25), ("mobilenetv1_100h", "mobilenetv1_100h", 0.25), ("mobilenetv2", "mobilenetv2_100", 0.25)] + [
    (name, name, 0.25) for name in ("mobilenetv2_110d", "mobilenetv2_120d", "mobilenetv3_rw", "mobilenetv4_conv_small", "mobilenetv4_conv_medium",
                                    "mobilenetv4_conv_aa_medium", "mobilenetv4_conv_blur_medium", "mobilenetv4_conv_large",
                                    "mobilenetv4_conv_aa_large", "mnasnet_small", "efficientnet_lite0", "efficientnet_lite3", "efficientnet_lite4",
                                    "tf_efficientnet_lite0", "tf_efficientnet_lite3", "tf_efficientnet_lite4")] + [
    (name, name, 1) for name in ("efficientnet_lite1", "efficientnet_lite2", "tf_efficientnet_lite1", "tf_efficientnet_lite2")] + [
    (name, name + "_100", 0.25) for name in ("mobilenetv3_large", "mobilenetv3_small", "tf_mobilenetv3_large", "tf_mobilenetv3_small",
                                             "tf_mobilenetv3_large_minimal", "tf_mobilenetv3_small_minimal", "lcnet", "mnasnet", "semnasnet")]
TORCHVISION = [("mobilenet_v2", "mobilenet_v2", {"width_mult": 0.25}), ("mobilenet_v3_large", "mobilenet_v3_large", {"width_mult": 0.25}),
               ("mobilenet_v3_small", "mobilenet_v3_small", {"width_mult": 0.25}), ("mnasnet", "mnasnet0_5", {})]
LITE = [("lite0", {"width_coefficient": 0.25}), ("lite1", {}), ("lite2", {}), ("lite3", {"width_coefficient": 0.25}), ("lite4", {"width_coefficient": 0.25})]


def uniform(name, count):
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & ((1 << 64) - 1)
    with np.errstate(over="ignore"):
        x = np.uint64(h) + np.arange(count, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
    return (x >> np.uint64(40)).astype(np.float64) * 2.0**-24


def values(name, shape):
    r = uniform(name, int(np.prod(shape)))
    role = name.rsplit(".", 1)[-1]
    if role == "weight" and len(shape) > 1:
        v = (2 * r - 1) * math.sqrt(6.0 / np.prod(shape[1:]))
    else:
        v = 0.5 + r if role in ("weight", "running_var") else (2 * r - 1) * 0.3
    return torch.from_numpy(v.astype(np.float32).reshape(shape))


def tensor_lines(state):
    for name, tensor in state.items():
        module, role = name.rsplit(".", 1)
        if module + ".running_var" not in state:
            yield f"{name} {' '.join(map(str, tensor.shape))}"
        elif role == "weight":
            yield f"{module} * {tensor.shape[0]}"


def write(folder, network, model):
    model.eval()
    state = model.state_dict()
    for name, tensor in state.items():
        if not name.endswith("num_batches_tracked"):
            state[name] = values(name, tuple(tensor.shape))
    model.load_state_dict(state)
    image = (2 * uniform("input", HEIGHT * WIDTH * 3) - 1).astype(np.float32).reshape(1, HEIGHT, WIDTH, 3)
    with torch.no_grad():
        output = model(torch.from_numpy(np.ascontiguousarray(image.transpose(0, 3, 1, 2))))
        output = getattr(output, "logits", output).reshape(-1)
    lines = [network, f"{HEIGHT} {WIDTH}", " ".join(f"{v:.8g}" for v in output.tolist()), *tensor_lines(state)]
    with open(os.path.join(folder, network.replace("/", "-") + ".txt"), "w") as file:
        file.write("\n".join(lines) + "\n")
    print(network, sum(p.numel() for p in model.parameters()), float(output.abs().max()))


def main(folder):
    for row, name, width in TIMM:
        narrow = lambda channels, multiplier=1.0, **others: round_channels(channels, multiplier * width, **others)
        timm.models.efficientnet.round_channels = timm.models.mobilenetv3.round_channels = narrow
        write(folder, "timm/" + row, timm.create_model(name, num_classes=10))
    for row, name, options in TORCHVISION:
        write(folder, "torchvision/" + row, getattr(torchvision.models, name)(weights=None, num_classes=10, **options))
    write(folder, "torchvision/quantizable_mobilenet_v2", torchvision.models.quantization.mobilenet_v2(quantize=False, num_classes=10, width_mult=0.25))
    # As https://github.com/chenyaofo/pytorch-cifar-models changes torchvision's.
    stages = [[1, 16, 1, 1], [6, 24, 2, 1], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1], [6, 160, 3, 2], [6, 320, 1, 1]]
    model = torchvision.models.MobileNetV2(num_classes=10, width_mult=0.25, inverted_residual_setting=stages)
    model.features[0][0].stride = (1, 1)
    write(folder, "pytorch_cifar_models/mobilenetv2", model)
    for number, config, of in ((1, transformers.MobileNetV1Config, transformers.MobileNetV1ForImageClassification),
                               (2, transformers.MobileNetV2Config, transformers.MobileNetV2ForImageClassification)):
        for ending, options in (("", {}), ("_both_sides", {"tf_padding": False})):
            options |= {"finegrained_output": False} if number == 2 else {}
            write(folder, f"transformers/mobilenet_v{number}{ending}", of(config(num_labels=10, depth_multiplier=0.25, **options)))
    for row, options in LITE:
        model = efficientnet_lite_pytorch.EfficientNet.from_name("efficientnet-" + row, num_classes=10, **options)
        write(folder, "efficientnet_lite_pytorch/" + row, model)


if __name__ == "__main__":
    main(sys.argv[1])

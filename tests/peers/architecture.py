"""keras.applications.MobileNet, MobileNetV2 and MobileNetV3 as lists of layers, written apart from the generator's own tables.

Sources: arXiv 1704.04861 table 1, arXiv 1801.04381 table 2, arXiv 1905.02244 tables 1 and 2, and Keras's paddings and layer names.
Needs the standard library alone.
"""
from __future__ import annotations

from dataclasses import dataclass, field

CLASSES = 1000
V1_BLOCKS = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1),
             (1024, 2), (1024, 1)]  # channels, stride
V2_STAGES = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
             (6, 320, 1, 1)]  # expansion, channels, repeats, stride
V3_BLOCKS = {  # expansion, channels, side of the window, stride, squeeze-excite, activation
    "mobilenet_v3_large": [(1, 16, 3, 1, 0, "relu"), (4, 24, 3, 2, 0, "relu"), (3, 24, 3, 1, 0, "relu"),
                           (3, 40, 5, 2, 1, "relu"), (3, 40, 5, 1, 1, "relu"), (3, 40, 5, 1, 1, "relu"),
                           (6, 80, 3, 2, 0, "hard_swish"), (2.5, 80, 3, 1, 0, "hard_swish"), (2.3, 80, 3, 1, 0, "hard_swish"),
                           (2.3, 80, 3, 1, 0, "hard_swish"), (6, 112, 3, 1, 1, "hard_swish"), (6, 112, 3, 1, 1, "hard_swish"),
                           (6, 160, 5, 2, 1, "hard_swish"), (6, 160, 5, 1, 1, "hard_swish"), (6, 160, 5, 1, 1, "hard_swish")],
    "mobilenet_v3_small": [(1, 16, 3, 2, 1, "relu"), (72 / 16, 24, 3, 2, 0, "relu"), (88 / 24, 24, 3, 1, 0, "relu"),
                           (4, 40, 5, 2, 1, "hard_swish"), (6, 40, 5, 1, 1, "hard_swish"), (6, 40, 5, 1, 1, "hard_swish"),
                           (3, 48, 5, 1, 1, "hard_swish"), (3, 48, 5, 1, 1, "hard_swish"), (6, 96, 5, 2, 1, "hard_swish"),
                           (6, 96, 5, 1, 1, "hard_swish"), (6, 96, 5, 1, 1, "hard_swish")]}
V3_FEATURES = {"mobilenet_v3_large": 1280, "mobilenet_v3_small": 1024}
NETS = {"v1": "mobilenet_v1", "v2": "mobilenet_v2", "v3-large": "mobilenet_v3_large", "v3-small": "mobilenet_v3_small"}


@dataclass(frozen=True)
class Configuration:
    net: str  # one of NETS
    alpha: float
    resolution: int

    @staticmethod
    def parse(text: str) -> "Configuration":
        """From "v1:1.0:224"; ValueError names what is wrong."""
        parts = text.split(":")
        if len(parts) != 3 or parts[0] not in NETS:
            raise ValueError(f"'{text}': expected NET:ALPHA:RESOLUTION, for example v1:1.0:224 or v3-small:0.75:160")
        try:
            configuration = Configuration(NETS[parts[0]], float(parts[1]), int(parts[2]))
        except ValueError:
            raise ValueError(f"'{text}': alpha must be a number and resolution a whole number") from None
        if not 0.05 <= configuration.alpha <= 4 or not 32 <= configuration.resolution <= 1024:
            raise ValueError(f"'{text}': alpha must be 0.05 to 4, resolution 32 to 1024")
        return configuration

    @property
    def key(self) -> str:
        return f"{self.net.removeprefix('mobilenet_').replace('_', '-')}:{self.alpha}:{self.resolution}"

    @property
    def title(self) -> str:
        return f"{self.net.removeprefix('mobilenet_').replace('_', ' ').capitalize()} {self.alpha}-{self.resolution}"

    @property
    def file_stem(self) -> str:
        """As the golden files are named."""
        return f"{self.net}_a{self.alpha}_d1_r{self.resolution}"


@dataclass(frozen=True)
class Layer:
    """One layer on square images: side and channels of its input and output."""

    kind: str  # "convolution", "depthwise", "add", "multiply", "pool" (of the whole image), "dense"
    name: str  # Keras's
    inputs: tuple[str, ...]  # names of layers, or "input"
    side: int
    channels: int
    out_side: int
    out_channels: int
    kernel: int = 1
    stride: int = 1
    pad: tuple[int, int] = (0, 0)  # before, after: the same in y and x
    batch_norm: str = ""  # the layer's name; empty: none
    activation: str = ""  # "relu", "relu6", "hard_swish", "hard_sigmoid"; empty: none

    @property
    def weight_shape(self) -> tuple[int, ...]:
        """Keras's: (kh, kw, in, out), (kh, kw, in, 1), (in, out)."""
        k = self.kernel
        return {"convolution": (k, k, self.channels, self.out_channels), "depthwise": (k, k, self.channels, 1),
                "dense": (self.channels, self.out_channels)}[self.kind]

    @property
    def parameters(self) -> int:
        """As Keras counts: four a channel for batch norm, the dense layer's bias too."""
        if self.kind not in ("convolution", "depthwise", "dense"):
            return 0
        weights = self.kernel**2 * self.channels * (1 if self.kind == "depthwise" else self.out_channels)
        return weights + self.out_channels * (4 if self.batch_norm else 1)

    @property
    def madds(self) -> int:
        per_output = {"convolution": self.kernel**2 * self.channels, "depthwise": self.kernel**2, "dense": self.channels}
        return per_output.get(self.kind, 0) * self.out_side**2 * self.out_channels


@dataclass
class _Builder:
    layers: list[Layer] = field(default_factory=list)
    name: str = "input"
    side: int = 0
    channels: int = 3

    def append(self, layer: Layer) -> None:
        self.layers.append(layer)
        self.name, self.side, self.channels = layer.name, layer.out_side, layer.out_channels

    def windowed(self, kind: str, name: str, bn: str, channels: int, kernel: int, stride: int, pad: tuple[int, int],
                 activation: str = "relu6") -> None:
        out_side = (self.side + sum(pad) - kernel) // stride + 1
        self.append(Layer(kind, name, (self.name,), self.side, self.channels, out_side, channels, kernel, stride, pad,
                          bn, activation))

    def pointwise(self, name: str, bn: str, channels: int, activation: str) -> None:
        self.windowed("convolution", name, bn, channels, 1, 1, (0, 0), activation)

    def add(self, name: str, other: str) -> None:
        self.append(Layer("add", name, (other, self.name), self.side, self.channels, self.side, self.channels))

    def pool(self, name: str) -> None:
        self.append(Layer("pool", name, (self.name,), self.side, self.channels, 1, self.channels, self.side))

    def squeeze_excite(self, prefix: str) -> None:
        entry, side = self.name, self.side
        self.pool(prefix + "squeeze_excite_avg_pool")
        self.pointwise(prefix + "squeeze_excite_conv", "", divisible(self.channels * 0.25), "relu")
        self.pointwise(prefix + "squeeze_excite_conv_1", "", self.layers[-1].channels, "hard_sigmoid")
        self.append(Layer("multiply", prefix + "squeeze_excite_mul", (entry, self.name), side, self.channels, side, self.channels))

    def dense(self, name: str) -> None:
        self.append(Layer("dense", name, (self.name,), 1, self.channels, 1, CLASSES))


def same(side: int, stride: int, window: int = 3) -> tuple[int, int]:
    """TensorFlow's SAME for a square window."""
    total = max((-(-side // stride) - 1) * stride + window - side, 0)
    return total // 2, total - total // 2


def divisible(value: float) -> int:
    """Keras's _make_divisible(value, 8)."""
    rounded = max(8, int(value + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * value else rounded


def mobilenet_v1(alpha: float, resolution: int) -> list[Layer]:
    b = _Builder(side=resolution)
    b.windowed("convolution", "conv1", "conv1_bn", int(32 * alpha), 3, 2, same(resolution, 2))
    for i, (channels, stride) in enumerate(V1_BLOCKS, 1):
        pad = (1, 1) if stride == 1 else (0, 1)  # Keras pads (0, 1), then VALID, at odd sides too
        b.windowed("depthwise", f"conv_dw_{i}", f"conv_dw_{i}_bn", b.channels, 3, stride, pad)
        b.pointwise(f"conv_pw_{i}", f"conv_pw_{i}_bn", int(channels * alpha), "relu6")
    b.pool("pool")
    b.dense("conv_preds")
    return b.layers


def mobilenet_v2(alpha: float, resolution: int) -> list[Layer]:
    b = _Builder(side=resolution)
    b.windowed("convolution", "Conv1", "bn_Conv1", divisible(32 * alpha), 3, 2, same(resolution, 2))
    block = 0
    for expansion, channels, repeats, first_stride in V2_STAGES:
        for i in range(repeats):
            prefix = f"block_{block}_" if block else "expanded_conv_"
            block += 1
            stride = first_stride if i == 0 else 1
            entry, entry_channels = b.name, b.channels
            if expansion > 1:
                b.pointwise(prefix + "expand", prefix + "expand_BN", entry_channels * expansion, "relu6")
            b.windowed("depthwise", prefix + "depthwise", prefix + "depthwise_BN", b.channels, 3, stride,
                       same(b.side, stride))
            b.pointwise(prefix + "project", prefix + "project_BN", divisible(int(channels * alpha)), "")
            if stride == 1 and b.channels == entry_channels:
                b.add(prefix + "add", entry)
    b.pointwise("Conv_1", "Conv_1_bn", divisible(1280 * alpha) if alpha > 1 else 1280, "relu6")
    b.pool("pool")
    b.dense("predictions")
    return b.layers


def mobilenet_v3(net: str, alpha: float, resolution: int) -> list[Layer]:
    b = _Builder(side=resolution)
    b.windowed("convolution", "conv", "conv_bn", 16, 3, 2, same(resolution, 2), "hard_swish")
    for block, (expansion, channels, window, stride, squeezes, activation) in enumerate(V3_BLOCKS[net]):
        prefix = f"expanded_conv_{block}_" if block else "expanded_conv_"
        entry, entry_channels = b.name, b.channels
        if block:
            b.pointwise(prefix + "expand", prefix + "expand_bn", divisible(entry_channels * expansion), activation)
        b.windowed("depthwise", prefix + "depthwise", prefix + "depthwise_bn", b.channels, window, stride,
                   same(b.side, stride, window), activation)
        if squeezes:
            b.squeeze_excite(prefix)
        b.pointwise(prefix + "project", prefix + "project_bn", divisible(channels * alpha), "")
        if stride == 1 and b.channels == entry_channels:
            b.add(prefix + "add", entry)
    b.pointwise("conv_1", "conv_1_bn", divisible(b.channels * 6), "hard_swish")
    b.pool("pool")
    b.pointwise("conv_2", "", divisible(V3_FEATURES[net] * alpha) if alpha > 1 else V3_FEATURES[net], "hard_swish")
    b.dense("logits")  # Keras's is a 1x1 convolution: the same numbers
    return b.layers


def layers_of(c: Configuration) -> list[Layer]:
    if c.net == "mobilenet_v1":
        return mobilenet_v1(c.alpha, c.resolution)
    return mobilenet_v2(c.alpha, c.resolution) if c.net == "mobilenet_v2" else mobilenet_v3(c.net, c.alpha, c.resolution)

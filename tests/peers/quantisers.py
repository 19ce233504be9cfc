"""quantisers.py [--mobilith FILE] [--deps DIR] [--work DIR]: int8 of two trained networks by generate, by ONNX Runtime's quantiser and by LiteRT's
converter, calibrated with the same twenty photographs. Prints a table: the mean square error of the logits beside f32, and in how many pictures
the top class is the same, for the photographs and for them with four crops of each. What is missing is said in a line.
scripts/quantisers.sh fetches all of it. Needs Python 3.11, requirements.txt, quantisers.txt, a C compiler."""
from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from PIL import Image

import onnx_writer
from architecture import same
from trained import READERS, Trained

ROOT = Path(__file__).resolve().parents[2]
CROPS, SEED = 4, 1
F32_BOUND = 1e-3  # of the largest logit: what is read here is the network that generate reads
Answers = Callable[[np.ndarray], np.ndarray]  # images (n, y, x, 3), as the network reads them, to logits


def resized(picture: Image.Image, side: int) -> np.ndarray:
    """Bilinear, pixel centres at one half, no antialiasing, as generate does it."""
    def places(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        at = (np.arange(side) + 0.5) * size / side - 0.5
        low = np.floor(at).astype(int)
        return np.maximum(low, 0), np.minimum(low + 1, size - 1), at - low

    pixels = np.asarray(picture, np.float64)
    (top, bottom, down), (left, right, along) = places(pixels.shape[0]), places(pixels.shape[1])
    rows = pixels[top] + (pixels[bottom] - pixels[top]) * down[:, None, None]
    return rows[:, left] + (rows[:, right] - rows[:, left]) * along[:, None]


def images_of(trained: Trained, pictures: list[Path]) -> tuple[np.ndarray, np.ndarray]:
    """The pictures, and they with their crops."""
    draw, whole, parts = np.random.default_rng(SEED), [], []
    for path in pictures:
        picture = Image.open(path).convert("RGB")
        whole.append(resized(picture, trained.side))
        for _ in range(CROPS):
            side = int(min(picture.size) * draw.uniform(0.4, 1))
            left, top = (int(draw.integers(0, size - side + 1)) for size in picture.size)
            parts.append(resized(picture.crop((left, top, left + side, top + side)), trained.side))

    def read(pixels: list[np.ndarray]) -> np.ndarray:
        return ((np.stack(pixels) / 255 - trained.mean) / trained.deviation).astype(np.float32)

    return read(whole), read(whole + parts)


def onnx_answers(path: Path) -> Answers:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return lambda images: np.concatenate([session.run(None, {"input": image.transpose(2, 0, 1)[None]})[0] for image in images])


def tflite_answers(content: bytes) -> Answers:
    from ai_edge_litert.interpreter import Interpreter
    engine = Interpreter(model_content=content)
    engine.allocate_tensors()
    given, taken = engine.get_input_details()[0]["index"], engine.get_output_details()[0]["index"]

    def answers(images: np.ndarray) -> np.ndarray:
        results = []
        for image in images:
            engine.set_tensor(given, image[None])
            engine.invoke()
            results.append(engine.get_tensor(taken).reshape(-1).copy())
        return np.stack(results)

    return answers


def library_answers(mobilith: Path, trained: Trained, options: list[str], tree: Path) -> Answers:
    run = subprocess.run([mobilith, "generate", "--weights", trained.path, "--output", "logits", "--name", "net", "--out", tree, *options],
                         capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{trained.path}: {run.stderr.splitlines()[-1]}")
    runner = tree / "runner"
    subprocess.run([os.environ.get("CC", "cc"), "-O1", "-DMODEL=net", f"-I{tree}/include", ROOT / "tests/quantised/library_answers.c",
                    tree / "lib/libnet.a", tree / "lib/libmobilith_runtime.a", "-lpthread", "-lm", "-o", runner], check=True)

    def answers(images: np.ndarray) -> np.ndarray:
        run = subprocess.run([runner], input=images.tobytes(), stdout=subprocess.PIPE, check=True)
        return np.frombuffer(run.stdout, np.float32).reshape(len(images), -1)

    return answers


class _Reader(CalibrationDataReader):
    def __init__(self, images: np.ndarray) -> None:
        self.images = iter(images)

    def get_next(self) -> dict[str, np.ndarray] | None:
        image = next(self.images, None)
        return None if image is None else {"input": image.transpose(2, 0, 1)[None]}


def tflite_of(trained: Trained, images: np.ndarray) -> bytes:
    import tensorflow as tf

    def run(image: tf.Tensor) -> tf.Tensor:
        values = {"input": image}
        for layer in trained.layers:
            x = values[layer.inputs[0]]
            if layer.kind == "add":
                x = x + values[layer.inputs[1]]
            elif layer.kind == "pool":
                x = tf.reduce_mean(x, [1, 2])
            elif layer.kind == "dense":
                kernel, bias = trained.weights(layer)
                x = tf.matmul(x, kernel) + bias
            else:
                kernel, bias = trained.weights(layer)
                is_same = layer.pad == same(layer.side, layer.stride, layer.kernel)
                x = x if is_same else tf.pad(x, [[0, 0], layer.pad, layer.pad, [0, 0]])
                convolve = tf.nn.depthwise_conv2d if layer.kind == "depthwise" else tf.nn.conv2d
                x = convolve(x, kernel, [1, layer.stride, layer.stride, 1], "SAME" if is_same else "VALID") + bias
                x = tf.nn.relu6(x) if layer.activation == "relu6" else x
            values[layer.name] = x
        return values[trained.layers[-1].name]

    function = tf.function(run, input_signature=[tf.TensorSpec([1, trained.side, trained.side, 3], tf.float32)])
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function.get_concrete_function()])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([image[None]] for image in images)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    return converter.convert()


def quantised(mobilith: Path, trained: Trained, images: np.ndarray, floating: Path, work: Path) -> Iterator[tuple[str, Answers]]:
    """Each quantiser's name and what its int8 answers. images: for calibration."""
    arrays = work / "arrays"
    arrays.mkdir()
    for k, image in enumerate(images):
        np.save(arrays / f"{k:02}.npy", image)
    yield "**Mobilith**", library_answers(mobilith, trained, ["--dtype", "int8", "--calibrate", str(arrays)], work / "int8")
    read = [option for name, numbers in (("--mean", trained.mean), ("--std", trained.deviation)) for option in (name, ",".join(map(str, numbers)))]
    yield "Mobilith without pictures", library_answers(mobilith, trained, ["--dtype", "int8", *read], work / "made_up")
    for said, method, per_channel in (("percentile, per channel", CalibrationMethod.Percentile, True), ("min-max, per channel", CalibrationMethod.MinMax, True),
                                      ("min-max, per tensor", CalibrationMethod.MinMax, False)):
        path = work / "quantised.onnx"
        with contextlib.redirect_stdout(sys.stderr):  # it says what it does
            quantize_static(str(floating), str(path), _Reader(images), quant_format=QuantFormat.QDQ, activation_type=QuantType.QUInt8,
                            weight_type=QuantType.QInt8, per_channel=per_channel, calibrate_method=method)
        yield f"ONNX Runtime {onnxruntime.__version__}, {said}, u8", onnx_answers(path)
    try:
        import tensorflow
    except ImportError as error:
        print(f"left out: LiteRT's converter: {error}", file=sys.stderr)
        return
    yield f"LiteRT's converter (TensorFlow {tensorflow.__version__}), int8", tflite_answers(tflite_of(trained, images))


def figures(found: np.ndarray, wanted: np.ndarray) -> str:
    error = np.mean((found.astype(np.float64) - wanted) ** 2)
    return f"{error:.3g} | {np.mean(found.argmax(1) == wanted.argmax(1)):.0%}"


def compare(mobilith: Path, trained: Trained, pictures: list[Path], work: Path) -> None:
    whole, all_images = images_of(trained, pictures)
    floating = work / "floating.onnx"
    onnx_writer.write_layers(trained.layers, trained.weights, "floating", floating)
    wanted = onnx_answers(floating)(all_images)
    own = library_answers(mobilith, trained, [], work / "f32")(whole)
    apart = np.abs(own - wanted[:len(whole)]).max() / np.abs(wanted).max()
    if not apart <= F32_BOUND:
        sys.exit(f"{trained.path}: generate's f32 logits are {apart:.1e} of the largest off those of what is read here")
    name = trained.name
    for quantiser, answers in quantised(mobilith, trained, whole, floating, work):
        found = answers(all_images)
        print(f"| {name} | {quantiser} | {figures(found[:len(whole)], wanted[:len(whole)])} | {figures(found, wanted)} |", flush=True)
        name = ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mobilith", type=Path, default=ROOT / "build/mobilith")
    parser.add_argument("--deps", type=Path, default=ROOT / ".deps", help="what scripts/quantisers.sh fetched")
    parser.add_argument("--work")
    options = parser.parse_args()
    pictures = sorted(options.deps.glob("demo/foolbox/foolbox/data/imagenet_*.jpg"))
    if not pictures:
        sys.exit(f"no photographs in {options.deps}/demo/foolbox (scripts/quantisers.sh)")
    print("| model | quantiser | pictures: error | same top | crops: error | same top |\n|---|---|---|---|---|---|")
    done = 0
    for place, read in READERS.items():
        try:
            trained = read(options.deps / place)
        except (OSError, ImportError) as error:
            print(f"left out: {place}: {error}", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory(dir=options.work) as work:
            compare(options.mobilith, trained, pictures, Path(work))
        done += 1
    return 0 if done else 1


if __name__ == "__main__":
    sys.exit(main())

"""Writes one configuration in every engine's format, and our library of it."""
from __future__ import annotations

from pathlib import Path

import int8_models
import ncnn_model
import onnx_writer
import openvino_model
import tflite_model
from architecture import Configuration
from dtype import Dtype
from engines.engine import Files, nchw
from formula import input_nhwc
from process import run


def _write_f32(c: Configuration, files: Files, generate: list[str | Path], _: Path, log: Path) -> None:
    onnx_writer.write(c, files.onnx)
    openvino_model.write(files.onnx, files.openvino_xml)
    tflite_model.write(c, files.tflite)
    ncnn_model.write(c, files.ncnn_param, files.ncnn_bin)
    run(generate, log)


WRITERS = {"f32": _write_f32, "bf16": _write_f32, "int8": int8_models.write}  # by Dtype.key: the models, and the library with the command that is given


def write_all(c: Configuration, dtype: Dtype, mobilith: Path, threads: int, folder: Path, log: Path, options: list[str]) -> None:
    """int8_models.Refused, where the network has no library of this type."""
    files = Files.within(folder)
    folder.mkdir(parents=True, exist_ok=True)
    values = input_nhwc(c)
    values.tofile(files.input_nhwc)
    nchw(values).tofile(files.input_nchw)
    WRITERS[dtype.key](c, files, [
        mobilith, "generate", "--net", c.net, "--alpha", str(c.alpha), "--resolution", str(c.resolution), "--weights", "synthetic",
        "--output", "logits", "--threads", str(threads), "--name", "net", "--out", files.mobilith_tree, *options], folder, log)
    share(files, log)


def share(files: Files, log: Path) -> None:
    """The tree's library as a shared object."""
    tree = files.mobilith_tree
    run(["cc", "-O2", "-shared", "-fPIC", "-o", files.mobilith_shared, Path(__file__).parent / "exports.c", "-I", tree / "include",
         tree / "lib" / "libnet.a", tree / "lib" / "libmobilith_runtime.a", "-lpthread"], log)

"""Writes one configuration in every engine's format, and our library of it."""
from __future__ import annotations

from pathlib import Path

import ncnn_model
import onnx_model
import openvino_model
import tflite_model
from architecture import Configuration
from engines.engine import Files, nchw
from formula import input_nhwc
from process import run


def write_all(c: Configuration, mobilith: Path, threads: int, folder: Path, log: Path, options: list[str]) -> None:
    files = Files.within(folder)
    folder.mkdir(parents=True, exist_ok=True)
    onnx_model.write(c, files.onnx)
    openvino_model.write(files.onnx, files.openvino_xml)
    tflite_model.write(c, files.tflite)
    ncnn_model.write(c, files.ncnn_param, files.ncnn_bin)
    values = input_nhwc(c)
    values.tofile(files.input_nhwc)
    nchw(values).tofile(files.input_nchw)

    tree = files.mobilith_tree
    run([mobilith, "generate", "--net", c.net, "--alpha", str(c.alpha), "--resolution", str(c.resolution), "--weights",
         "synthetic", "--output", "logits", "--threads", str(threads), "--name", "net", "--out", tree, *options], log)
    share(files, log)


def share(files: Files, log: Path) -> None:
    """The tree's library as a shared object."""
    tree = files.mobilith_tree
    run(["cc", "-O2", "-shared", "-fPIC", "-o", files.mobilith_shared, Path(__file__).parent / "exports.c", "-I", tree / "include",
         tree / "lib" / "libnet.a", tree / "lib" / "libmobilith_runtime.a", "-lpthread"], log)

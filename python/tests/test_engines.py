"""verify() beside the engines of TFLite and ONNX files."""
import contextlib
import importlib.util
import io
import unittest

import numpy as np

import mobilith
import trees


def verified(tree: mobilith.Tree, path: object, images: object) -> mobilith.Verification:
    with contextlib.redirect_stdout(io.StringIO()):
        return mobilith.verify(tree, path, images)


@unittest.skipUnless(importlib.util.find_spec("ai_edge_litert"), "no LiteRT (pip: ai-edge-litert)")
class LiteRt(unittest.TestCase):
    def test_bytes_of_a_quantised_file_are_litert_s(self) -> None:
        tree = trees.quantised("network_u8.tflite")
        with mobilith.load(tree) as session:
            shape = session.inputs[0].shape
        images = np.random.default_rng(0).integers(0, 256, (5, *shape), np.uint8)
        found = verified(tree, trees.ROOT / "tests/data/quantised/network_u8.tflite", images)
        self.assertEqual((found.differences[0].largest, found.differences[0].same_top), (0, 5))
        with self.assertRaisesRegex(mobilith.MobilithError, "got float32"):
            verified(tree, trees.ROOT / "tests/data/quantised/network_u8.tflite", images.astype(np.float32))


@unittest.skipUnless(importlib.util.find_spec("onnxruntime"), "no ONNX Runtime (pip: onnxruntime)")
class OnnxRuntime(unittest.TestCase):
    def test_floats_of_a_file_are_near_onnx_runtime_s(self) -> None:
        path = trees.ROOT / "tests/data/small_network.onnx"
        tree = mobilith.generate(path, trees.folder() / "onnx", name="onnx_net")
        with mobilith.load(tree) as session:
            shape = session.inputs[0].shape
        images = np.random.default_rng(0).uniform(-1, 1, (3, *shape)).astype(np.float32)
        self.assertTrue(verified(tree, path, images).within(1e-4))

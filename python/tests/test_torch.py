"""PyTorch's modules: as state dicts where the program's network computes the same, which is tried, else as ONNX."""
import contextlib
import importlib.util
import io
import unittest
from unittest import mock

import numpy as np

import mobilith
import trees
from mobilith import _torch_module

RESOLUTION = 64


def torchvision_v2(**changes):
    import torch
    import torchvision
    torch.manual_seed(0)
    module = torchvision.models.mobilenet_v2(width_mult=0.25, num_classes=10, **changes)
    for layer in module.modules():  # as if trained: no statistic is 0 or 1
        if isinstance(layer, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(layer.running_mean, -0.2, 0.2)
            torch.nn.init.uniform_(layer.running_var, 0.8, 1.2)
    return module


@unittest.skipUnless(importlib.util.find_spec("torchvision"), "no PyTorch or torchvision (pip: torch, torchvision)")
class Torch(unittest.TestCase):
    def written(self, module: object, name: str, **options: object) -> tuple[mobilith.Tree, list[str]]:
        """The tree, and the ways that were tried."""
        ways = []
        save, export = _torch_module._save_state, _torch_module._export
        with mock.patch.object(_torch_module, "_save_state", lambda *a: (ways.append("state dict"), save(*a))), \
                mock.patch.object(_torch_module, "_export", lambda *a: (ways.append("ONNX"), export(*a))):
            return mobilith.generate(module, trees.folder() / name, name=name, resolution=RESOLUTION, **options), ways

    def check_same(self, tree: mobilith.Tree, module: object) -> None:
        images = np.random.default_rng(0).standard_normal((3, RESOLUTION, RESOLUTION, 3)).astype(np.float32)
        with contextlib.redirect_stdout(io.StringIO()):
            found = mobilith.verify(tree, module, images)
        self.assertTrue(found.within(1e-4), found)
        self.assertEqual(found.differences[0].same_top, 3)

    def test_a_known_network_goes_as_its_state_dict(self) -> None:
        module = torchvision_v2()
        module.train()
        tree, ways = self.written(module, "torch_v2")
        self.assertEqual(ways, ["state dict"] * 2)
        self.assertTrue(module.training, "the module is as it was")
        self.check_same(tree, module)

    def with_other_activations(self, activation: object, layers: slice = slice(None)) -> object:
        """Its state dict is that of torchvision's network, which has ReLU6."""
        import torch
        module = torchvision_v2()
        names = [name for name, layer in module.named_modules() if isinstance(layer, torch.nn.ReLU6)]
        for name in names[layers]:
            setattr(module.get_submodule(name.rpartition(".")[0]), name.rpartition(".")[2], activation)
        return module

    def test_one_with_the_same_tensors_that_computes_something_else_is_not_taken_for_it(self) -> None:
        import torch
        module = self.with_other_activations(torch.nn.LeakyReLU(0.3))  # which nothing here computes
        with self.assertRaisesRegex(mobilith.MobilithError, "as a state dict: the module computes something else.*; as ONNX: "):
            self.written(module, "torch_other")
        self.assertFalse((trees.folder() / "torch_other").exists())

    @unittest.skipUnless(importlib.util.find_spec("onnxscript"), "no onnxscript, which PyTorch's exporter needs (pip: onnxscript)")
    def test_such_a_one_goes_as_onnx_where_the_program_knows_its_operations(self) -> None:
        import torch
        module = self.with_other_activations(torch.nn.ReLU(), slice(-1, None))  # one layer, which differs above 6 alone
        tree, ways = self.written(module, "torch_relu")
        self.assertEqual(ways[-1], "ONNX")
        self.check_same(tree, module)

    @unittest.skipUnless(importlib.util.find_spec("onnxscript"), "no onnxscript, which PyTorch's exporter needs (pip: onnxscript)")
    def test_one_that_no_table_has_goes_as_onnx(self) -> None:
        import torch
        module = torch.nn.Sequential(torch.nn.Conv2d(3, 16, 3, 2, 1, bias=False), torch.nn.BatchNorm2d(16), torch.nn.ReLU6(),
                                     torch.nn.Conv2d(16, 16, 3, 1, 1, groups=16), torch.nn.Conv2d(16, 32, 1), torch.nn.ReLU(),
                                     torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(32, 5))
        tree, ways = self.written(module, "torch_onnx")
        self.assertEqual(ways[-1], "ONNX")
        self.check_same(tree, module)

    def test_the_example_runs_as_it_stands(self) -> None:
        self.assertRegex(trees.run_example("torchvision_model.py"), r"head +8 +\S+ +\S+ +8 of 8")

    def test_a_state_dict_alone_is_taken_as_the_program_takes_it(self) -> None:
        module = torchvision_v2()
        self.check_same(mobilith.generate(module.state_dict(), trees.folder() / "state", resolution=RESOLUTION), module)

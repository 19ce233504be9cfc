"""Keras's own models: generated, loaded, verified."""
import contextlib
import importlib.util
import io
import unittest

import numpy as np

import mobilith
import trees


def trained(seed: int) -> object:
    """A small V2 with statistics that are not those of an untrained one."""
    import keras
    keras.utils.set_random_seed(seed)
    model = keras.applications.MobileNetV2(input_shape=(64, 64, 3), alpha=0.35, weights=None, classes=10)
    random = np.random.default_rng(seed)
    for weight in model.weights:
        if weight.name in ("beta", "moving_mean"):
            weight.assign(random.uniform(-0.3, 0.3, weight.shape))
    return model


@unittest.skipUnless(importlib.util.find_spec("keras"), "no Keras (pip: tensorflow-cpu, keras)")
class Keras(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.model = trained(0)
        cls.tree = mobilith.generate(cls.model, trees.folder() / "keras", name="keras_net")
        cls.images = np.random.default_rng(0).uniform(-1, 1, (3, 64, 64, 3)).astype(np.float32)

    def test_the_library_gives_what_the_model_gives(self) -> None:
        with contextlib.redirect_stdout(io.StringIO()) as said:
            found = mobilith.verify(self.tree, self.model, self.images)
        self.assertTrue(found.within(1e-4), found)
        self.assertEqual(found.differences[0].same_top, 3)
        self.assertIn("beside keras's Functional", said.getvalue())

    def test_so_it_does_beside_the_models_file(self) -> None:
        path = trees.folder() / "model.keras"
        self.model.save(path)
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertTrue(mobilith.verify(self.tree, path, self.images).within(1e-4))

    def test_the_example_runs_as_it_stands(self) -> None:
        self.assertRegex(trees.run_example("keras_model.py"), r"head +8 +\S+ +\S+ +8 of 8")

    def test_another_model_is_told(self) -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertFalse(mobilith.verify(self.tree, trained(1), self.images).within(1e-2))

    def test_what_the_program_refuses_is_an_exception_with_the_layers_name(self) -> None:
        import keras
        image = keras.Input((32, 32, 3))
        model = keras.Model(image, keras.layers.LayerNormalization(name="strange")(image))
        with self.assertRaisesRegex(mobilith.CommandError, "strange"):
            mobilith.generate(model, trees.folder() / "strange")

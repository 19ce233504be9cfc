"""verify(): its arithmetic and its table, on a model whose differences are known. The frameworks' own runs are in other files."""
import contextlib
import importlib.util
import io
import pathlib
import unittest

import numpy as np

import mobilith
import trees


class Model:
    """Answers as the library, but for what is planted in the third image."""

    __module__ = "keras.src.models"

    def __init__(self, session: mobilith.Session, planted: float) -> None:
        self.session, self.planted, self.calls = session, planted, 0

    def predict(self, image: np.ndarray, verbose: int) -> np.ndarray:
        assert image.shape == (1, *trees.SHAPE) and verbose == 0
        self.calls += 1
        answer = self.session(image)
        if self.calls == 3:
            answer[0, int(np.argmin(answer))] += self.planted
        return answer


def quietly(*arguments: object, **named: object) -> tuple[mobilith.Verification, str]:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        return mobilith.verify(*arguments, **named), said.getvalue()


def session_maximum(session: mobilith.Session, images: np.ndarray) -> float:
    return max(float(session(image).max()) for image in images)


class Verify(unittest.TestCase):
    def setUp(self) -> None:
        self.session = mobilith.load(trees.tree())
        self.addCleanup(self.session.close)
        self.images = np.stack([trees.image(seed) for seed in range(4)])

    def test_it_finds_the_largest_difference_and_who_wins(self) -> None:
        for planted, same in ((1e-5, 4), (2.0, 3)):
            found, said = quietly(self.session, Model(self.session, planted), self.images)
            row, = found.differences
            self.assertAlmostEqual(row.largest, planted, delta=1e-6)
            self.assertAlmostEqual(row.share, planted / max(session_maximum(self.session, self.images), planted if planted > 1 else 0), delta=1e-3)
            self.assertEqual((row.output, row.images, row.same_top), ("head", 4, same))
            self.assertEqual(said, f"{found}\n")
            self.assertIn(f"{same} of 4", said)
            self.assertIn("net beside keras's Model", said)
            self.assertEqual(found.within(1e-2), planted < 1e-2)
        self.assertFalse(self.session.closed, "a session that is given stays open")

    def test_equal_outputs_have_no_difference_and_nan_is_one(self) -> None:
        found, _ = quietly(trees.tree(), Model(self.session, 0), list(self.images))
        self.assertEqual((found.differences[0].largest, found.differences[0].share), (0, 0))
        found, _ = quietly(trees.tree(), Model(self.session, float("nan")), self.images)
        self.assertTrue(np.isnan(found.differences[0].largest))
        self.assertFalse(found.within(1))

    def test_another_models_outputs_are_refused(self) -> None:
        model = Model(self.session, 0)
        model.predict = lambda image, verbose: np.zeros((1, 10), np.float32)
        with self.assertRaisesRegex(mobilith.MobilithError, r"head: the model gives shape \(1, 10\), the library \(1, 1000\)"):
            quietly(self.session, model, self.images)
        model.predict = lambda image, verbose: [self.session(image)] * 2
        with self.assertRaisesRegex(mobilith.MobilithError, "the model gives 2 outputs, the library 1"):
            quietly(self.session, model, self.images)
        model.predict = lambda image, verbose: self.session(image).astype(np.uint8)
        with self.assertRaisesRegex(mobilith.MobilithError, "gives float32, the model uint8"):
            quietly(self.session, model, self.images)

    def test_images_and_models_that_are_none_are_refused(self) -> None:
        if not importlib.util.find_spec("PIL"):
            self.skipTest("no Pillow")
        pictures = trees.ROOT / "tests/data/pictures"
        model = Model(self.session, 0)
        for said, call in {
            "images: expected arrays": lambda: quietly(self.session, model, 3),
            "pixels: expected two numbers": lambda: mobilith.read_picture(pictures / "halves.jpg", self.session.library, (1,)),
            "images: there are none": lambda: quietly(self.session, model, []),
            "expected a folder of PNG": lambda: quietly(self.session, model, "/nowhere"),
            "got float64": lambda: quietly(self.session, model, self.images.astype(float)),
            "no such file": lambda: quietly(self.session, "/nowhere.keras", self.images),
            "expected a .keras": lambda: quietly(self.session, __file__, self.images),
            "expected a Keras model, a PyTorch": lambda: quietly(self.session, 3, self.images),
        }.items():
            with self.subTest(said), self.assertRaisesRegex(mobilith.MobilithError, said):
                call()

    def test_pictures_are_read_as_the_network_reads_them(self) -> None:
        if not importlib.util.find_spec("PIL"):
            self.skipTest("no Pillow")
        from PIL import Image
        folder = pathlib.Path(trees.folder()) / "pictures"
        folder.mkdir(exist_ok=True)
        bytes_ = np.random.default_rng(0).integers(0, 256, trees.SHAPE, np.uint8)
        Image.fromarray(bytes_).save(folder / "b.png")
        clear = np.dstack([bytes_, np.zeros(trees.SHAPE[:2], np.uint8)])
        Image.fromarray(clear).save(folder / "a.PNG")
        (folder / "notes.txt").write_text("no picture")
        seen = []
        model = Model(self.session, 0)
        model.predict = lambda image, verbose: (seen.append(image[0]), self.session(image))[1]
        with self.assertWarnsRegex(UserWarning, "net: pixels are taken as -1 to 1"):
            found, _ = quietly(self.session, model, folder)
        self.assertEqual(found.differences[0].images, 2)
        np.testing.assert_array_equal(seen[0], np.ones(trees.SHAPE))  # clear over white
        np.testing.assert_allclose(seen[1], bytes_ / 127.5 - 1, atol=1e-6)
        quietly(self.session, model, [folder / "b.png"], pixels=(0, 1))
        np.testing.assert_allclose(seen[2], bytes_ / 255, atol=1e-6)
        (folder / "c.jpg").write_bytes(b"\xff\xd8\xff")
        with self.assertRaisesRegex(mobilith.MobilithError, "c.jpg: is no picture that can be read"):
            quietly(self.session, model, folder, pixels=(0, 1))

"""Loaded libraries: what they compute, what they refuse, threads, forks, ends."""
import copy
import gc
import json
import os
import pickle
import sys
import threading
import unittest
import weakref

import numpy as np

import mobilith
import trees

GOLDEN = trees.ROOT / "tests/data/golden/mobilenet_v1_a0.25_d1_r32.json"
sys.path.append(str(trees.ROOT / "tests/quantised"))
from fixture_formula import formula  # noqa: E402

ANSWERS = trees.ROOT / "tests/data/quantised/answers.json"


def golden_input() -> np.ndarray:
    """The formula of tests/data/golden/README.md."""
    mask, name_hash = (1 << 64) - 1, 0xCBF29CE484222325
    for byte in b"input":
        name_hash = ((name_hash ^ byte) * 0x100000001B3) & mask
    values = np.empty(32 * 32 * 3, np.float32)
    for i in range(values.size):
        z = (name_hash + i + 0x9E3779B97F4A7C15) & mask
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        values[i] = 2 * (((z ^ (z >> 31)) >> 40) * 2.0**-24) - 1
    return values.reshape(trees.SHAPE)


class Answers(unittest.TestCase):
    def test_floats_are_those_that_keras_computed(self) -> None:
        expected = np.array(json.loads(GOLDEN.read_text())["logits"])
        with mobilith.load(trees.tree("logits", output="logits")) as session:
            got = session(golden_input())
        self.assertEqual((got.shape, got.dtype), ((1000,), np.float32))
        self.assertLess(np.abs(got - expected).max(), 1e-4 * np.abs(expected).max())

    def test_bytes_are_those_that_litert_computed(self) -> None:
        expected = bytes.fromhex(json.loads(ANSWERS.read_text())["network_u8"]["default"]["shares"])
        with mobilith.load(trees.quantised("network_u8.tflite")) as session:
            port = session.inputs[0]
            self.assertEqual(port.dtype, np.uint8)
            self.assertGreater(port.scale, 0)
            self.assertIsInstance(port.zero_point, int)
            manifest = session.library.manifest["ports"]["outputs"][0]
            self.assertEqual((session.outputs[0].scale, session.outputs[0].zero_point), (manifest["scale"], manifest["zero_point"]))
            count = int(np.prod(port.shape))
            image = formula(count, port.dtype).reshape(port.shape)
            self.assertEqual(session(image).tobytes(), expected)
            with self.assertRaisesRegex(mobilith.ArrayError, "expected a NumPy array of uint8.*got int8"):
                session(image.view(np.int8))

    def test_a_batch_dimension_of_one_is_given_back(self) -> None:
        with mobilith.load(trees.tree()) as session:
            image = trees.image()
            np.testing.assert_array_equal(session(image[np.newaxis])[0], session(image))
            self.assertEqual(session(image[np.newaxis]).shape, (1, 1000))

    def test_inputs_may_have_names_and_several_outputs_do(self) -> None:
        with mobilith.load(trees.tree("several", outputs=("separable_5", "head"))) as session, mobilith.load(trees.tree()) as single:
            image = trees.image()
            got = session({"input": image})
            self.assertEqual(list(got), ["separable_5", "head"])
            self.assertEqual([port.name for port in session.outputs], ["separable_5", "head"])
            self.assertEqual(got["separable_5"].shape, session.outputs[0].shape)
            self.assertEqual(len(got["separable_5"].shape), 3)
            np.testing.assert_array_equal(got["head"], single(image))
            np.testing.assert_array_equal(session([image])["separable_5"], got["separable_5"])

    def test_padded_images_have_the_values_of_dense_ones(self) -> None:
        names = {"outputs": ("stem",)}
        with mobilith.load(trees.tree("dense", **names)) as dense, mobilith.load(trees.tree("padded", outputs_layout="padded", **names)) as padded:
            image = trees.image()
            got = padded(image)
            self.assertEqual(got.shape, padded.outputs[0].shape)
            self.assertEqual(got.strides, padded.outputs[0].strides)
            channels = dense.outputs[0].shape[2]
            np.testing.assert_array_equal(got[..., :channels], dense(image))

    def test_weights_in_a_file_are_found(self) -> None:
        with mobilith.load(trees.tree("apart", weights_file=True)) as session, mobilith.load(trees.tree()) as inside:
            np.testing.assert_array_equal(session(trees.image()), inside(trees.image()))

    def test_any_number_of_threads_gives_the_same_bits(self) -> None:
        with mobilith.load(trees.tree()) as one, mobilith.load(trees.tree(), threads=3) as three:
            for seed in range(5):
                np.testing.assert_array_equal(one(trees.image(seed)), three(trees.image(seed)))


class Refusals(unittest.TestCase):
    def test_each_array_that_is_not_the_ports_is_one_clear_exception(self) -> None:
        image = trees.image()
        unaligned = np.frombuffer(b"x" + image.tobytes(), np.uint8)[1:].view(np.float32).reshape(trees.SHAPE)
        wrong = {
            "got float64, shape": image.astype(np.float64),
            "got >f4, shape": image.astype(">f4"),
            r"got uint8, shape": (image * 100).astype(np.uint8),
            r"got float32, shape \(3, 32, 32\)": np.ascontiguousarray(image.transpose(2, 0, 1)),
            r"got float32, shape \(2, 32, 32, 3\)": np.stack([image, image]),
            r"got float32, shape \(3072,\)": image.ravel(),
            r"got float32, shape \(\)": np.array(0, np.float32),
            "got numpy.float32": np.float32(0),
            "strides .*numpy.require": image.transpose(1, 0, 2),
            "strides .*numpy.require.*copies": np.zeros((32, 64, 3), np.float32)[:, ::2],
            "not aligned": unaligned,
            "got list": image.tolist(),
            "got NoneType": None,
            r"got numpy\.ma\..*MaskedArray": np.ma.masked_less(image, 0),
            r"expected 1 array \(input\), got 2": [image, image],
            r"expected arrays by the names input, got image": {"image": image},
            "expected arrays by the names input, got none": {},
        }
        with mobilith.load(trees.tree()) as session:
            for said, array in wrong.items():
                with self.subTest(said):
                    with self.assertRaisesRegex(mobilith.ArrayError, said) as caught:
                        session(array)
                    self.assertNotIn("\n", str(caught.exception))
                    self.assertIsInstance(caught.exception, (TypeError, ValueError))
            np.testing.assert_array_equal(session(np.asfortranarray(image).copy("C")), session(image))  # still works

    def test_an_array_is_what_its_memory_is_not_what_its_class_says(self) -> None:
        class Liar(np.ndarray):
            dtype, shape, nbytes = np.dtype(np.float32), trees.SHAPE, 4 * int(np.prod(trees.SHAPE))  # type: ignore[assignment]

        with mobilith.load(trees.tree()) as session, self.assertRaisesRegex(mobilith.ArrayError, r"got float32, shape \(1,\)"):
            session(np.zeros(1, np.float32).view(Liar))

    def test_what_is_no_tree_is_refused(self) -> None:
        damaged = trees.folder() / "damaged"
        (damaged / "share/net").mkdir(parents=True)
        (damaged / "share/net/manifest.json").write_text("{")
        foreign = trees.tree("foreign", target="aarch64-linux-gnu")
        trees.tree("one"), mobilith.generate("synthetic", trees.folder() / "one", name="two", **trees.SMALL)
        one = trees.folder() / "one"
        for said, call in {
            "no such folder": lambda: mobilith.load("/nowhere"),
            "no generated library": lambda: mobilith.load(trees.folder()),
            "manifest.json: can't be read": lambda: mobilith.load(damaged),
            "a library for 'aarch64": lambda: mobilith.load(foreign),
            "several libraries; choose one with name: one, two": lambda: mobilith.load(one),
            "no library 'three'; there is one, two": lambda: mobilith.load(one, "three"),
            "threads: expected": lambda: mobilith.load(trees.tree(), threads=65),
            "threads: expected a whole": lambda: mobilith.load(trees.tree(), threads=1.5),
            "linker: expected": lambda: mobilith.load(trees.tree(), linker="ld"),
        }.items():
            with self.subTest(said), self.assertRaisesRegex(mobilith.MobilithError, said):
                call()
        self.assertEqual(mobilith.load(one, "two").library.name, "two")

    def test_the_runtimes_own_refusal_is_passed_on(self) -> None:
        tree = trees.tree("cut", weights_file=True)
        weights = trees.folder() / "cut/share/cut/cut.weights"
        weights.write_bytes(weights.read_bytes()[:-1])
        with self.assertRaisesRegex(mobilith.MobilithError, "cut: .*(cut|damaged|weights)"):
            mobilith.load(tree)


class Frames(unittest.TestCase):
    """Pixels are x / 127.5 - 1 to these networks."""

    def floats(self, pixels: np.ndarray) -> np.ndarray:
        with mobilith.load(trees.tree("of_floats")) as session:
            return session(pixels.astype(np.float32) / np.float32(127.5) - 1)

    def test_a_frame_is_the_image_that_it_shows(self) -> None:
        pixels = np.random.default_rng(3).integers(0, 256, trees.SHAPE, np.uint8)
        for name, frame in (("rgb8", pixels), ("bgr8", np.ascontiguousarray(pixels[:, :, ::-1]))):
            with mobilith.load(trees.tree(f"of_{name}", input=name)) as session:
                self.assertEqual((session.inputs[0].frame, session.inputs[0].dtype, session.inputs[0].shape), (name, np.uint8, trees.SHAPE))
                np.testing.assert_allclose(session(frame), self.floats(pixels), atol=1e-5)
                with self.assertRaisesRegex(mobilith.MobilithError, "wrong region"):
                    session(frame, region=(0, 0, 16, 16))
                with self.assertRaisesRegex(mobilith.MobilithError, "takes frames in " + name):
                    mobilith.verify(session, "model.keras", [frame])
                with self.assertRaisesRegex(mobilith.MobilithError, "takes frames in " + name):
                    mobilith.read_picture("picture.png", session.library)

    def test_a_region_of_the_networks_size_is_that_part(self) -> None:
        frame = np.random.default_rng(4).integers(0, 256, (40, 72, 3), np.uint8)
        with mobilith.load(trees.tree("of_regions", input="rgb8:40x72")) as session:
            part = np.ascontiguousarray(frame[6:38, 40:72])
            np.testing.assert_allclose(session(frame, region=(40, 6, 32, 32)), self.floats(part), atol=1e-5)
            self.assertGreater(np.abs(session(frame) - self.floats(part)).max(), 1e-4)
            for region in ((0, 0, 0, 8), (-1, 0, 8, 8), (41, 0, 32, 8), (0, 0, 8), (0, 0, 8, 2.5), 3):
                with self.assertRaisesRegex(mobilith.MobilithError, "region"):
                    session(frame, region=region)
        with mobilith.load(trees.tree("of_floats")) as session, self.assertRaisesRegex(mobilith.MobilithError, "no camera's frame"):
            session(trees.image(), region=(0, 0, 32, 32))

    def test_nv12_has_the_shape_of_opencvs(self) -> None:
        with mobilith.load(trees.tree("of_nv12", input="nv12:40x64")) as session:
            self.assertEqual((session.inputs[0].shape, session.inputs[0].nbytes), ((60, 64), 60 * 64))
            gray = np.full((60, 64), 128, np.uint8)  # (128 - 16) * 255 / 219 = 130.4
            np.testing.assert_allclose(session(gray), self.floats(np.full(trees.SHAPE, 130.41)), atol=1e-3)
            with self.assertRaises(mobilith.ArrayError):
                session(gray[:40])


class Lives(unittest.TestCase):
    def test_use_after_close_is_an_exception(self) -> None:
        session = mobilith.load(trees.tree())
        session.close()
        session.close()
        self.assertTrue(session.closed)
        with self.assertRaisesRegex(mobilith.MobilithError, "the session is closed"):
            session(trees.image())

    def test_a_library_goes_with_its_last_session(self) -> None:
        session = mobilith.load(trees.tree())
        another = mobilith.Session(session.library)
        library = weakref.ref(session.library)
        expected = session(trees.image())
        session.close()
        del session
        gc.collect()
        np.testing.assert_array_equal(another(trees.image()), expected)
        del another
        gc.collect()
        self.assertIsNone(library())
        self.assertNotIn("libnet.so", open("/proc/self/maps").read())

    def test_sessions_are_not_pickled_or_copied(self) -> None:
        with mobilith.load(trees.tree()) as session:
            for call in (pickle.dumps, copy.copy, copy.deepcopy):
                with self.assertRaisesRegex(TypeError, "a session can't be pickled or copied.*load"):
                    call(session)

    def test_a_child_made_by_fork_runs_its_parents_sessions(self) -> None:
        with mobilith.load(trees.tree(), threads=2) as session:
            expected = session(trees.image())
            session._lock.acquire()  # as if another thread were inside at the time
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    code = 0 if np.array_equal(session(trees.image()), expected) else 2
                    session.close()
                finally:
                    os._exit(code)
            session._lock.release()
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
            np.testing.assert_array_equal(session(trees.image()), expected)

    def test_threads_with_a_session_each_get_their_own_answers(self) -> None:
        library = mobilith.Library(trees.tree())
        with mobilith.Session(library) as session:
            expected = [session(trees.image(seed)) for seed in range(4)]
        wrong = []

        def work(seed: int) -> None:
            with mobilith.Session(library) as session:
                wrong.extend(seed for _ in range(200) if not np.array_equal(session(trees.image(seed)), expected[seed]))

        threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_one_session_in_two_threads_is_an_exception_and_no_wrong_answer(self) -> None:
        """The image is large enough that runs meet: the interpreter's lock is free in a run."""
        tree = trees.tree("larger", resolution=224)
        image = np.zeros((224, 224, 3), np.float32)
        with mobilith.load(tree) as session:
            expected, refused, wrong = session(image), [], []

            def work() -> None:
                for _ in range(200):
                    try:
                        if not np.array_equal(session(image), expected):
                            wrong.append(1)
                    except mobilith.MobilithError as error:
                        refused.append(str(error))

            threads = [threading.Thread(target=work) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(wrong, [])
        self.assertTrue(refused)
        self.assertIn("in use by another thread", refused[0])

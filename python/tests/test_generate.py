"""generate(): options, errors, progress, interrupts; the program is found."""
import contextlib
import io
import os
import pathlib
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from unittest import mock

import mobilith
import trees
from mobilith._program import option_words

SLOW = {"net": "mobilenet_v2", "alpha": 0.35, "resolution": 96, "no_cache": True}


class Options(unittest.TestCase):
    def test_each_is_an_option_of_the_command(self) -> None:
        words = option_words({"dtype": "int8", "calibrate": pathlib.Path("a folder"), "no_check": True, "bundle_runtime": False, "labels": None,
                              "mean": [0.5, 0.25, 1], "outputs": ("separable_5", "head"), "resolution": 96, "pixels": "-1..1"})
        self.assertEqual(words, ["--dtype=int8", "--calibrate=a folder", "--no-check", "--mean=0.5,0.25,1", "--outputs=separable_5,head",
                                 "--resolution=96", "--pixels=-1..1"])

    def test_values_that_are_none_are_refused(self) -> None:
        for value in ({"a": 1}, b"", object(), [True], [["a"]]):
            with self.subTest(value), self.assertRaisesRegex(TypeError, "alpha: expected a text, a number, a path.*got (dict|bytes|object|bool|list)"):
                mobilith.generate("synthetic", trees.folder() / "none", alpha=value)
        for name in ("weights", "out", "format"):
            with self.assertRaisesRegex(TypeError, f"{name}|multiple values"):
                mobilith.generate("synthetic", trees.folder() / "none", **{name: "text"})
        self.assertFalse((trees.folder() / "none").exists())

    def test_the_result_says_what_the_command_says(self) -> None:
        tree = trees.tree()
        self.assertEqual((tree.name, os.fspath(tree)), ("net", str(trees.folder() / "net")))
        self.assertEqual(tree.facts["library"], "lib/libnet.a")
        self.assertTrue((pathlib.Path(tree) / tree.facts["library"]).is_file())


class Errors(unittest.TestCase):
    def test_they_are_exceptions_with_the_commands_line(self) -> None:
        out = trees.folder() / "errors"
        for code, options in {
            2: [{"alphaa": 1}, {"alpha": 0}, {"net": "mobilenet_v9"}, {"dtype": "f64"}, {"alpha": ""}],
            1: [{"schedules": "/nowhere"}],
        }.items():
            for option in options:
                with self.subTest(option):
                    given = {**trees.SMALL, **option}
                    command = subprocess.run([os.environ["MOBILITH_PROGRAM"], "generate", "--weights=synthetic", f"--out={out}", *option_words(given)],
                                             capture_output=True, text=True)
                    with self.assertRaises(mobilith.CommandError) as caught:
                        mobilith.generate("synthetic", out, **given)
                    self.assertEqual((caught.exception.line, caught.exception.code), (command.stderr.strip(), command.returncode))
                    self.assertEqual(caught.exception.code, code)
                    self.assertEqual(str(pickle.loads(pickle.dumps(caught.exception))), caught.exception.line)
        self.assertFalse(out.exists())

    def test_a_model_that_is_none_is_named(self) -> None:
        for model in (3, None, [], {}):
            with self.assertRaisesRegex(mobilith.MobilithError, f"model: expected a path, a Keras model.*got {type(model).__name__}"):
                mobilith.generate(model, trees.folder() / "none")
        with self.assertRaisesRegex(mobilith.CommandError, "/nowhere.tflite"):
            mobilith.generate("/nowhere.tflite", trees.folder() / "none")

    def test_no_path_is_not_the_current_folder(self) -> None:
        for nothing in ("", b""):
            with self.assertRaisesRegex(mobilith.MobilithError, "out: expected a folder, got nothing"):
                mobilith.generate("synthetic", nothing, dry_run=True, **trees.SMALL)

    def test_a_path_may_be_bytes(self) -> None:
        tree = mobilith.generate("synthetic", os.fsencode(trees.folder() / "of bytes"), name="bytes_path", **trees.SMALL)
        self.assertEqual(tree.path, str(trees.folder() / "of bytes"))
        mobilith.load(os.fsencode(tree.path)).close()

    def test_what_cannot_be_run_is_named(self) -> None:
        with self.assertRaisesRegex(mobilith.MobilithError, "can't be run: embedded null byte"):
            mobilith.generate("synthetic", trees.folder() / "none", name="a\0b")
        with self.assertRaisesRegex(mobilith.MobilithError, "expected a result in JSON, got 'usage"):
            mobilith.generate("synthetic", trees.folder() / "none", help=True)
        program = trees.folder() / "no program"
        program.write_bytes(b"\x7fELF")
        program.chmod(0o755)
        with mock.patch.dict(os.environ, MOBILITH_PROGRAM=str(program)), self.assertRaisesRegex(mobilith.MobilithError, "no program can't be run"):
            mobilith.generate("synthetic", trees.folder() / "none", **trees.SMALL)

    def test_a_program_that_dies_is_an_exception(self) -> None:
        program = trees.folder() / "silent"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        with mock.patch.dict(os.environ, MOBILITH_PROGRAM=str(program)), self.assertRaisesRegex(mobilith.MobilithError, "said nothing of a tree"):
            mobilith.generate("synthetic", trees.folder() / "none")
        for script, said, code in (("kill -SEGV $$", "ended by signal 11", -11), ("exit 7", "exit code 7", 7), ("echo x; exit 1", "exit code 1", 1)):
            program = trees.folder() / "program"
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
            with mock.patch.dict(os.environ, MOBILITH_PROGRAM=str(program)):
                with self.assertRaisesRegex(mobilith.CommandError, said) as caught:
                    mobilith.generate("synthetic", trees.folder() / "none")
                self.assertEqual(caught.exception.code, code)

    def test_without_a_program_it_says_where_one_is_looked_for(self) -> None:
        with mock.patch.dict(os.environ, PATH="/nowhere"):
            del os.environ["MOBILITH_PROGRAM"]
            with self.assertRaisesRegex(mobilith.MobilithError, "neither inside this package nor in PATH; MOBILITH_PROGRAM"):
                mobilith.generate("synthetic", trees.folder() / "none")


class Progress(unittest.TestCase):
    def test_it_goes_to_standard_error_and_to_what_takes_its_place(self) -> None:
        """A network whose last block nothing needs: the program says so."""
        said = "no output needs"
        call = trees.python("import mobilith; mobilith.generate('synthetic', sys.argv[1], net='mobilenet_v1', alpha=0.25, resolution=32, "
                            "outputs='separable_1', dry_run=False)", str(trees.folder() / "progress"))
        done = subprocess.run(call, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        self.assertIn(said, done.stderr)
        with contextlib.redirect_stderr(io.StringIO()) as notebook:  # has no descriptor
            mobilith.generate("synthetic", trees.folder() / "progress", outputs="separable_1", **trees.SMALL)
        self.assertIn(said, notebook.getvalue())


class Interrupts(unittest.TestCase):
    def test_ctrl_c_stops_the_program_and_changes_nothing(self) -> None:
        """The signal reaches Python alone, as from a notebook."""
        out = trees.folder() / "interrupted"
        with tempfile.TemporaryDirectory() as scratch:
            code = f"import mobilith; print('begun', flush=True); mobilith.generate('synthetic', sys.argv[1], **{SLOW!r})"
            child = subprocess.Popen(trees.python(code, str(out)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                     env={**os.environ, "TMPDIR": scratch})
            child.stdout.readline()
            deadline = time.monotonic() + 60
            while not os.listdir(scratch) and time.monotonic() < deadline:  # kernels are being compiled
                time.sleep(0.01)
            child.send_signal(signal.SIGINT)
            said = child.communicate(timeout=60)[1]
            self.assertIn("KeyboardInterrupt", said)
            self.assertIn("mobilith: interrupted", said)
            self.assertEqual(child.returncode, -signal.SIGINT)
            self.assertEqual(os.listdir(scratch), [])
        self.assertFalse(out.exists())


class Command(unittest.TestCase):
    def said(self, package: pathlib.Path, **environment: str) -> str:
        """By `python -m mobilith --version` of a package in this folder."""
        kept = {name: value for name, value in os.environ.items() if name != "MOBILITH_PROGRAM"}
        path = os.pathsep.join([str(package), os.environ.get("PYTHONPATH", "")])
        done = subprocess.run([sys.executable, "-B", "-m", "mobilith", "--version"], capture_output=True, text=True,
                              env={**kept, "PYTHONPATH": path, **environment})
        return done.stdout + done.stderr

    def test_python_m_mobilith_is_the_program(self) -> None:
        self.assertRegex(self.said(trees.ROOT / "python", MOBILITH_PROGRAM=os.environ["MOBILITH_PROGRAM"]), r"^mobilith \d+\.\d+\.\d+\n$")

    def test_the_program_is_the_one_named_else_the_packages_own_else_the_one_in_path(self) -> None:
        package = trees.folder() / "installed"
        shutil.copytree(trees.ROOT / "python/mobilith", package / "mobilith")
        places = {"named": trees.folder() / "named", "inside": package / "mobilith/_program/bin/mobilith", "path": trees.folder() / "bin/mobilith"}
        for word, place in places.items():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f"#!/bin/sh\necho {word}\n")
            place.chmod(0o755)
        path = {"PATH": os.pathsep.join([str(places["path"].parent), os.environ["PATH"]])}
        self.assertEqual(self.said(package, MOBILITH_PROGRAM=str(places["named"]), **path), "named\n")
        self.assertEqual(self.said(package, **path), "inside\n")
        places["inside"].unlink()
        self.assertEqual(self.said(package, **path), "path\n")
        self.assertRegex(self.said(package, PATH="/nowhere"), "^mobilith: the program 'mobilith' is neither inside")

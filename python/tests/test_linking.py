"""From archives to loaded code: with the machine's cc, and with the program's own linker where there is none."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
from unittest import mock

import numpy as np

import mobilith
import trees


def path_of(*programs: str) -> str:
    """A folder with these programs alone, for PATH."""
    folder = tempfile.mkdtemp(dir=trees.folder())
    for program in programs:
        os.symlink(shutil.which(program) or "/nowhere", os.path.join(folder, program))
    return folder


class Linking(unittest.TestCase):
    def answers(self, **arguments: str) -> np.ndarray:
        with mobilith.load(trees.tree("linked"), **arguments) as session:
            return session(trees.image())

    def test_the_programs_linker_gives_the_bits_of_the_machines(self) -> None:
        if not shutil.which("cc"):
            self.skipTest("no cc")
        np.testing.assert_array_equal(self.answers(linker="cc"), self.answers(linker="mobilith"))

    def test_without_cc_the_programs_linker_is_taken(self) -> None:
        expected = self.answers(linker="mobilith")
        with mock.patch.dict(os.environ, PATH=path_of()):
            np.testing.assert_array_equal(self.answers(), expected)
            with self.assertRaisesRegex(mobilith.MobilithError, "there is no 'cc' in PATH"):
                self.answers(linker="cc")

    def test_with_a_cc_that_fails_too(self) -> None:
        expected = self.answers(linker="mobilith")
        with mock.patch.dict(os.environ, PATH=path_of("false")):
            os.rename(os.path.join(os.environ["PATH"], "false"), os.path.join(os.environ["PATH"], "cc"))
            np.testing.assert_array_equal(self.answers(), expected)
            with self.assertRaisesRegex(mobilith.MobilithError, "can't be linked: cc: exit code 1"):
                self.answers(linker="cc")

    def test_with_cc_no_program_is_asked(self) -> None:
        if not shutil.which("cc"):
            self.skipTest("no cc")
        trees.tree("linked")
        with mock.patch.dict(os.environ, MOBILITH_PROGRAM="/nowhere"):
            self.answers()
            with self.assertRaisesRegex(mobilith.MobilithError, "MOBILITH_PROGRAM: /nowhere: expected a program"):
                self.answers(linker="mobilith")

    def test_a_tree_with_the_runtime_inside_is_linked_both_ways(self) -> None:
        tree = trees.tree("bundled", bundle_runtime=True)
        self.assertFalse((pathlib.Path(tree) / "lib/libmobilith_runtime.a").exists())
        results = []
        for linker in ("cc", "mobilith") if shutil.which("cc") else ("mobilith",):
            with mobilith.load(tree, linker=linker) as session:
                results.append(session(trees.image()))
        for result in results:
            np.testing.assert_array_equal(result, self.answers())

    def test_nothing_is_left_behind(self) -> None:
        before = trees.temporary_files()
        self.answers()
        self.answers(linker="mobilith")
        self.assertLessEqual(trees.temporary_files(), before)


class LinkCommand(unittest.TestCase):
    def run_link(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([os.environ["MOBILITH_PROGRAM"], "link", *map(os.fspath, words)], capture_output=True, text=True)

    def check_refused(self, said: str, code: int, *words: str) -> None:
        done = self.run_link(*words)
        self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (code, "", 1), done.stderr)
        self.assertIn(said, done.stderr)

    def test_it_makes_a_file_that_needs_libc_alone_and_exports_one_name(self) -> None:
        out = trees.folder() / "shared.so"
        done = self.run_link(trees.tree("linked"), "--out", out, "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(__import__("json").loads(done.stdout), {"name": "linked", "out": str(out), "bytes": out.stat().st_size})
        self.assertEqual(self.run_link(trees.tree("linked"), "--out", trees.folder() / "again.so").returncode, 0)
        self.assertEqual(out.read_bytes(), (trees.folder() / "again.so").read_bytes())
        if not shutil.which("readelf"):
            self.skipTest("no readelf (apt: binutils)")
        dynamic = subprocess.run(["readelf", "-dW", out], check=True, capture_output=True, text=True).stdout
        self.assertEqual([line.split("[")[1].rstrip("]") for line in dynamic.splitlines() if "(NEEDED)" in line], ["libc.so.6"])
        self.assertNotIn("TEXTREL", dynamic)
        symbols = subprocess.run(["readelf", "-W", "--dyn-syms", out], check=True, capture_output=True, text=True).stdout
        rows = [line.split() for line in symbols.splitlines() if " OBJECT " in line or " FUNC " in line]
        self.assertEqual([row[7] for row in rows if row[6] != "UND"], ["mobilith_exports"])
        versions = {row[7] for row in rows if row[6] == "UND" and row[7].startswith("pthread_cond_wait")}
        self.assertEqual({name.split("@")[1] for name in versions}, {"GLIBC_2.3.2"}, "the version that this machine's libc has by default")

    def test_what_it_cannot_link_it_refuses_in_one_line(self) -> None:
        tree, out = trees.tree("linked"), trees.folder() / "refused.so"
        self.check_refused("--out: missing", 2, tree)
        self.check_refused("DIR: missing", 2, "--out", out)
        self.check_refused("--out: /nowhere/x.so", 1, tree, "--out", "/nowhere/x.so")
        self.check_refused("no such folder", 1, "/nowhere", "--out", out)
        self.check_refused("a library for 'aarch64", 1, trees.tree("foreign", target="aarch64-linux-gnu"), "--out", out)
        archive = pathlib.Path(tree) / "lib/liblinked.a"
        broken = trees.folder() / "broken"
        for said, bytes_ in {
            "cut short": archive.read_bytes()[:-100],
            "is no archive of objects": b"INPUT(/etc/passwd)\n",
            "symbol not found: broken": (pathlib.Path(tree) / "lib/libmobilith_runtime.a").read_bytes(),
            "broken can't be linked": b"!<arch>\n" + b"x.o/".ljust(48) + b"8".ljust(10) + b"`\n" + b"\x7fELFxxxx",
        }.items():
            with self.subTest(said):
                shutil.rmtree(broken, ignore_errors=True)
                shutil.copytree(pathlib.Path(tree), broken)
                (broken / "share/linked").rename(broken / "share/broken")
                (broken / "lib/libbroken.a").write_bytes(bytes_)
                self.check_refused(said, 1, broken, "--out", out)
        self.assertFalse(out.exists())

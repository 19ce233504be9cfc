"""The table's rules, on rows made by hand."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

import table


def row(target="a", how="run", what="x", result="passed"):
    return {"target": target, "how": how, "what": what, "result": result, "why": ""}


class Table(unittest.TestCase):
    def test_one_line_per_way_and_what_with_the_targets_that_share_both(self):
        rows = [row("b"), row("a", "read"), row("a"), row("b", "read"), row("a", "link"), row("a", "link", "y"), row("a", "link", "y")]
        self.assertEqual(table.table_of(rows, ["a", "b", "c"]).splitlines()[2:],
                         ["| a, b | read | x |", "| a, b | run | x |", "| a | link | x; y |"])
        self.assertEqual(table.table_of(rows[:3], ["a", "b"]).splitlines()[2:], ["| a | read | x |", "| all | run | x |"])

    def test_skipped_rows_are_as_good_as_passed_ones(self):
        rows = [row(result="skipped")]
        self.assertEqual(table.table_of(rows, ["a"]), table.table_of([row()], ["a"]))
        self.assertEqual(table.problems_of(rows, ["a"]), [])

    def test_failures_missing_and_unknown_targets_are_problems(self):
        self.assertEqual(len(table.problems_of([row(result="failed")], ["a"])), 1)
        self.assertEqual(table.problems_of([row()], ["a", "b"]), ["b: no test"])
        self.assertEqual(table.problems_of([row(), row("c")], ["a"]), ["c: no such target"])

    def test_a_page_that_differs_is_refused_and_an_update_mends_it(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            evidence = folder / "tests/targets/evidence"
            evidence.mkdir(parents=True)
            (evidence / "tests.txt").write_text("one\n")
            (evidence / "one.jsonl").write_text('{"target": "a", "how": "run", "what": "x", "result": "passed", "why": ""}\n')
            (folder / "mobilith").write_text('#!/bin/sh\necho \'[{"target": "a"}]\'\n')
            (folder / "mobilith").chmod(0o755)
            page = folder / "targets.md"
            page.write_text("before\n" + table.BEGIN + "old\n" + table.END + "after\n")
            call = [sys.executable, "-B", table.__file__, "--build", name, "--page", page]
            self.assertIn("is not what ran", subprocess.run(call, capture_output=True, text=True).stderr)
            self.assertEqual(subprocess.run(call + ["--update"], capture_output=True).returncode, 0)
            self.assertEqual(subprocess.run(call, capture_output=True).returncode, 0)
            self.assertTrue(page.read_text().startswith("before\n") and page.read_text().endswith("after\n"))
            (evidence / "one.jsonl").unlink()
            self.assertIn("has not run", subprocess.run(call, capture_output=True, text=True).stderr)


if __name__ == "__main__":
    unittest.main()

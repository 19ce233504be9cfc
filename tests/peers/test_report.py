import unittest

import report
from dtype import DTYPES, F32, Dtype
from engines.table import OURS, TABLE
from fresh_result import Fresh
from timing import Quartiles, Slot, summarize

MACHINE = {"cpu": "A CPU", "flags": ["avx2"], "caches": {"L2": "1M"}, "cores": 2, "date": "2026-01-02", "load": [0.5, 1.0]}
VERSIONS = {entry.key: "1.2" for entry in TABLE}


def result(peer_seconds: float, dtype: Dtype = F32) -> report.Result:
    rounds = {key: [Slot(peer_seconds, peer_seconds, 9)] * 5 for key in dtype.engines()}
    rounds[OURS] = [Slot(2e-3, 2e-3, 9)] * 5
    return report.Result("V9 1.0-8", "Keras", dict.fromkeys(rounds, 2e-6), {}, rounds, summarize(rounds, OURS),
                         dict.fromkeys(rounds, Fresh(5e-3, 7_000_000, 8_000_000, False)), 0.75, 100.0)


class ReportTest(unittest.TestCase):
    def test_a_lost_race_has_the_same_rows_as_a_won_one(self) -> None:
        won = report.markdown(MACHINE, VERSIONS, 1, 5, [result(3e-3)])
        lost = report.markdown(MACHINE, VERSIONS, 1, 5, [result(1e-3)])
        self.assertEqual(won.count("1.50 (1.50 to 1.50)"), lost.count("0.50 (0.50 to 0.50)"))
        self.assertEqual(len(won.splitlines()), len(lost.splitlines()))
        for entry in TABLE:
            self.assertIn(f"V9 1.0-8: {entry.title} | 2.000" if entry.key == OURS else f"V9 1.0-8: {entry.title} | 1.000", lost)

    def test_every_row_of_a_table_has_as_many_cells_as_its_header(self) -> None:
        text = report.markdown(MACHINE, VERSIONS, 2, 5, [result(3e-3), result(1e-3)])
        widths: list[int] = []
        for line in text.splitlines():
            if line.startswith("| "):
                widths.append(line.count("|"))
            elif widths:
                self.assertEqual(len(set(widths)), 1)
                widths = []

    def test_engines_and_networks_that_are_left_out_are_named_with_the_reason(self) -> None:
        int8 = DTYPES["int8"]
        text = report.markdown(MACHINE, VERSIONS, 1, 5, [result(1e-3, int8)], int8, {"V8 1.0-8": "a layer is not"})
        said = " ".join(text.split())
        self.assertIn(": int8, batch 1", text)
        self.assertIn("ncnn is left out: ", said)
        self.assertIn("No library of int8: V8 1.0-8: a layer is not.", said)
        self.assertEqual(text.count("ncnn"), 1)
        self.assertNotIn("left out", report.markdown(MACHINE, VERSIONS, 1, 5, [result(1e-3)]))

    def test_an_engine_that_is_wrong_on_a_network_has_no_time_there(self) -> None:
        some = result(3e-3)
        for values in (some.differences, some.rounds, some.summaries, some.fresh):
            del values["openvino"]
        some.wrong["openvino"] = "OpenVINO: its logits differ by 72 units"
        text = report.markdown(MACHINE, VERSIONS, 1, 5, [some, result(3e-3)])
        self.assertIn("V9 1.0-8, left out: OpenVINO: its logits differ by 72 units.", " ".join(text.split()))
        self.assertIn("| V9 1.0-8 | 2.000 | 1.50 (1.50 to 1.50) | wrong | 1.50", text)

    def test_the_best_of_the_others_is_the_least_of_their_ratios(self) -> None:
        mixed = result(3e-3)
        mixed.rounds["openvino"] = [Slot(1e-3, 1e-3, 9)] * 5
        mixed.summaries.update(summarize(mixed.rounds, OURS))
        self.assertIn("| 0.50 | 0.50 |", report.markdown(MACHINE, VERSIONS, 1, 5, [mixed]))

    def test_numbers_keep_four_digits(self) -> None:
        self.assertEqual([report.milliseconds(s) for s in (0.00027512, 0.0147611, 0.40751)], ["0.275", "14.76", "407.5"])
        self.assertEqual(report.ratio(Quartiles(1.2, 1.25, 1.312)), "1.25 (1.20 to 1.31)")

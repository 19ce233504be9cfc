import unittest

from timing import SLOT_RUNS, Quartiles, Slot, orders, quartiles, run_slot, summarize


class OrdersTest(unittest.TestCase):
    def test_each_engine_comes_at_each_place_equally_often(self) -> None:
        engines = ["a", "b", "c"]
        rounds = orders(engines, 2 * len(engines))
        for order in rounds:
            self.assertEqual(sorted(order), engines)
        for place in range(len(engines)):
            self.assertEqual(sorted(order[place] for order in rounds), ["a", "a", "b", "b", "c", "c"])

    def test_consecutive_rounds_differ(self) -> None:
        rounds = orders(["a", "b", "c", "d", "e"], 15)
        for one, next_ in zip(rounds, rounds[1:]):
            self.assertNotEqual(one, next_)


class SlotTest(unittest.TestCase):
    def test_the_first_run_is_not_counted(self) -> None:
        calls = []
        slot = run_slot(lambda: calls.append(0))
        self.assertEqual(slot.runs, len(calls) - 1)
        self.assertGreaterEqual(slot.runs, SLOT_RUNS)
        self.assertLessEqual(slot.best, slot.median)


class SummaryTest(unittest.TestCase):
    def test_quartiles_interpolate(self) -> None:
        self.assertEqual(quartiles([4, 1, 3, 2, 5]), Quartiles(2, 3, 4))
        self.assertEqual(quartiles([1, 2, 3, 4]), Quartiles(1.75, 2.5, 3.25))
        self.assertEqual(quartiles([7]), Quartiles(7, 7, 7))

    def test_ratios_are_taken_within_each_round(self) -> None:
        # A disturbance that doubles everything in the second round must not show.
        ours = [Slot(1, 1, 9), Slot(2, 2, 9), Slot(1, 1, 9)]
        peer = [Slot(1.5, 1.6, 9), Slot(3.0, 3.5, 9), Slot(1.5, 7.0, 9)]
        summary = summarize({"ours": ours, "peer": peer}, "ours")
        self.assertEqual(summary["peer"].ratio, Quartiles(1.5, 1.5, 1.5))
        self.assertEqual(summary["peer"].best, 1.5)
        self.assertEqual(summary["peer"].median, 3.5)
        self.assertEqual(summary["ours"].ratio, Quartiles(1, 1, 1))

    def test_a_faster_peer_gets_a_ratio_below_one(self) -> None:
        summary = summarize({"ours": [Slot(2, 2, 9)] * 5, "peer": [Slot(1, 1, 9)] * 5}, "ours")
        self.assertEqual(summary["peer"].ratio.median, 0.5)

    def test_a_missing_round_is_an_error(self) -> None:
        with self.assertRaisesRegex(ValueError, "peer has 1 rounds"):
            summarize({"ours": [Slot(1, 1, 9)] * 2, "peer": [Slot(1, 1, 9)]}, "ours")

"""The arithmetic of scripts/static_tuning.sh."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts"))
import static_accuracy


class Correlation(unittest.TestCase):
    def test_equal_order_is_one_and_opposite_order_minus_one(self):
        self.assertAlmostEqual(static_accuracy.spearman([1, 2, 3, 10], [5, 6, 70, 80]), 1)
        self.assertAlmostEqual(static_accuracy.spearman([1, 2, 3, 10], [9, 6, 5, 4]), -1)

    def test_equal_values_share_their_rank(self):
        self.assertEqual(static_accuracy.ranks([3, 1, 3, 2]), [2.5, 0, 2.5, 1])

    def test_a_known_value(self):
        # 1 - 6 * (1 + 1 + 0 + 1 + 1) / (5 * 24)
        self.assertAlmostEqual(static_accuracy.spearman([1, 2, 3, 4, 5], [2, 1, 3, 5, 4]), 0.8)

    def test_of_each_round_the_better_run_counts(self):
        self.assertEqual(static_accuracy.per_round([3, 2, 4, 5]), [2, 4])


if __name__ == "__main__":
    unittest.main()

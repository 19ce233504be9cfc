import unittest

from agreement import apart
from engines.table import OURS


def difference(found: float, engine: str) -> float:
    if found > 1:
        raise ValueError(f"{engine}: off by {found}")
    return found


class AgreementTest(unittest.TestCase):
    def test_another_engine_that_is_wrong_is_apart_with_the_reason(self) -> None:
        self.assertEqual(apart(difference, {OURS: 0.0, "litert": 0.5, "openvino": 72.0}),
                         ({OURS: 0.0, "litert": 0.5}, {"openvino": "openvino: off by 72.0"}))

    def test_ours_may_not_be_wrong(self) -> None:
        with self.assertRaisesRegex(ValueError, f"{OURS}: off by 2"):
            apart(difference, {"litert": 72.0, OURS: 2.0})

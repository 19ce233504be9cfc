import re
import unittest
from pathlib import Path

from mobilith_options import Options

HEADER = Path(__file__).resolve().parents[2] / "runtime" / "include" / "mobilith.h"


class OptionsTest(unittest.TestCase):
    def test_the_fields_are_the_headers(self) -> None:
        """mobilith_options_init writes them all: one that is missing here is a write past the structure."""
        text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.DOTALL)
        body = re.search(r"typedef struct mobilith_options \{(.*?)\} mobilith_options;", text, flags=re.DOTALL)[1]
        names = [re.search(r"\(\*(\w+)\)|(\w+)$", field.strip()) for field in body.split(";") if field.strip()]
        self.assertEqual([name[1] or name[2] for name in names], [name for name, _ in Options._fields_])


if __name__ == "__main__":
    unittest.main()

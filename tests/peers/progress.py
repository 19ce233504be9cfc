"""Progress on standard error: whole lines, and between them, on a terminal, one line that is rewritten."""
from __future__ import annotations

import os
import sys
from typing import NoReturn


class Progress:
    def __init__(self, descriptor: int = 2) -> None:
        self._stream = os.fdopen(os.dup(descriptor), "w", buffering=1)
        self._terminal = self._stream.isatty()

    def say(self, text: str) -> None:
        print(("\r\x1b[K" if self._terminal else "") + "race: " + text, file=self._stream, flush=True)

    def update(self, text: str) -> None:
        if self._terminal:
            print("\r\x1b[Krace: " + text, end="", file=self._stream, flush=True)


def fail(text: str, status: int = 1) -> NoReturn:
    print(f"race: {text}", file=sys.stderr)
    sys.exit(status)

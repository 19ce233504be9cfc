"""What goes wrong, each in one line."""
from __future__ import annotations


class MobilithError(RuntimeError):
    """A tree, a library, a session or a model that can't be used, and why."""


class CommandError(MobilithError):
    """The program refused or failed. str() is its line: "mobilith: --alpha: expected a number above 0, got 0"."""

    def __init__(self, line: str, code: int) -> None:
        super().__init__(line)
        self.line = line
        self.code = code  # 1: failed; 2: wrong usage; 130: interrupted; -N: ended by signal N

    def __reduce__(self) -> tuple[type[CommandError], tuple[str, int]]:
        return type(self), (self.line, self.code)


class ArrayError(MobilithError, TypeError, ValueError):
    """An input that is no array of the port's type, shape and order. Nothing is converted in silence."""

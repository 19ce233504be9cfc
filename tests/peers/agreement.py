"""Which engines give the logits that are expected. Needs the standard library alone."""
from __future__ import annotations

from typing import Any, Callable

from engines.table import OURS


def apart(difference: Callable[[Any, str], float], logits: dict[str, Any]) -> tuple[dict[str, float], dict[str, str]]:
    """The differences of the engines that agree, and what is wrong with others, by engine. difference(logits, engine) raises ValueError if
    they don't, and this does if it is ours."""
    differences, wrong = {}, {}
    for key, found in logits.items():
        try:
            differences[key] = difference(found, key)
        except ValueError as error:
            if key == OURS:
                raise
            wrong[key] = str(error)
    return differences, wrong

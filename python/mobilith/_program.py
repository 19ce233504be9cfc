"""The program `mobilith`, run as a child process."""
from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from typing import IO, Any, Mapping, Sequence

from ._errors import CommandError, MobilithError


def program() -> str:
    """The program's path: $MOBILITH_PROGRAM, else the one inside this package, else the one in PATH. Raises MobilithError."""
    named = os.environ.get("MOBILITH_PROGRAM")
    if named:
        if not os.access(named, os.X_OK) or os.path.isdir(named):
            raise MobilithError(f"MOBILITH_PROGRAM: {named}: expected a program")
        return named
    inside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_program", "bin", "mobilith")
    found = inside if os.access(inside, os.X_OK) else shutil.which("mobilith")
    if not found:
        raise MobilithError("the program 'mobilith' is neither inside this package nor in PATH; MOBILITH_PROGRAM may say where it is")
    return found


def option_words(options: Mapping[str, object]) -> list[str]:
    """Keyword arguments as the command's options: resolution=96 is --resolution=96, no_check=True is --no-check, lists have commas between.
    None and False leave an option out. Raises TypeError for a value that is no text, number, path or list of such."""
    words = []
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        if value is True:
            words.append(option)
        elif value is not None and value is not False:
            values = value if isinstance(value, (list, tuple)) else [value]
            words.append(f"{option}={','.join(_text(name, v) for v in values)}")
    return words


def _text(name: str, value: object) -> str:
    if isinstance(value, (str, os.PathLike)):
        return os.fsdecode(value)
    if not isinstance(value, bool) and (hasattr(value, "__index__") or hasattr(value, "__float__")):
        return str(value)
    raise TypeError(f"{name}: expected a text, a number, a path, True, False, None or a list of such, got {type(value).__name__}")


def run(arguments: Sequence[str]) -> dict[str, Any]:
    """Runs a command with --format json; what it says on standard error goes to sys.stderr meanwhile. Returns its result. Raises
    CommandError, MobilithError. An exception that arrives meanwhile (KeyboardInterrupt) stops the program first, which leaves nothing unfinished."""
    # A session of its own: Ctrl-C at a terminal then reaches the program once, from here.
    command = [program(), "_json_errors", *arguments, "--format=json"]
    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True, encoding="utf-8",
                                 stderr=sys.stderr if _has_descriptor(sys.stderr) else subprocess.PIPE, errors="replace")
    except (OSError, ValueError) as error:  # ValueError: a null byte in a word
        raise MobilithError(f"{command[0]} can't be run: {error}") from None
    relay = None
    try:
        if child.stderr:
            relay = threading.Thread(target=_relay, args=(child.stderr,), daemon=True)
            relay.start()
        assert child.stdout
        said = child.stdout.read()
        code = child.wait()
    except BaseException:
        _stop(child)
        raise
    finally:
        if relay:
            relay.join()
        for stream in (child.stdout, child.stderr):
            if stream:
                stream.close()
    try:
        result: dict[str, Any] = json.loads(said if code == 0 else said.strip().rpartition("\n")[2])
    except ValueError:
        result = {}
        if code == 0 and said.strip():
            raise MobilithError(f"mobilith {arguments[0]}: expected a result in JSON, got {said.strip().splitlines()[0]!r}") from None
    if code != 0:
        raise CommandError(_line(result, arguments[0], code), code)
    return result


def _has_descriptor(stream: Any) -> bool:
    """Not those of notebooks and test runners."""
    try:
        return isinstance(stream.fileno(), int)
    except (AttributeError, OSError, ValueError):
        return False


def _relay(lines: IO[str]) -> None:
    for line in lines:
        if sys.stderr:
            sys.stderr.write(line)


def _stop(child: subprocess.Popen[str]) -> None:
    child.send_signal(signal.SIGINT)
    try:
        child.wait()
    except KeyboardInterrupt:  # once more: at once
        child.kill()
        child.wait()


def _line(error: dict[str, Any], command: str, code: int) -> str:
    """The line that the program would have written."""
    if "text" not in error:
        how = f"ended by signal {-code}" if code < 0 else "interrupted" if code == 130 else f"failed with exit code {code}"
        return f"mobilith {command}: {how}; what it said is on standard error"
    field, mentioned = (f"--{error[name]}" if error.get(name) else "" for name in ("field", "mentioned"))
    return f"mobilith: {field + ': ' if field else ''}{error['text']}{mentioned}{error.get('rest', '')}"

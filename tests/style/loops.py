"""No range loop goes over a part of what a call returned: before C++23 the whole is gone before the first turn."""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2])
FOLDERS = ("generator", "schedules", "runtime", "tests")
LOOP = re.compile(r"\bfor \((?:[^;():]|::)+ : ([\w:]+(?:<[^()]*>)?)\(")


def closing(text, opening):
    """Where the parenthesis at `opening` is closed."""
    depth = 0
    for at in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return len(text)


files = [p for folder in FOLDERS for p in sorted((ROOT / folder).rglob("*")) if p.suffix in (".cpp", ".h", ".c")]
loops, found = 0, []
for path in files:
    text = path.read_text()
    for match in LOOP.finditer(text):
        loops += 1
        after = text[closing(text, match.end() - 1) + 1:]
        if re.match(r"(\[|->|(\.\w+)+[(\[-])", after):  # a member of an object keeps it, an element or a call's result does not
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path.relative_to(ROOT)}:{line}: the loop is over a part of what {match[1]}() returned: name that before")
print("\n".join(found) or f"{loops} loops over what a call returned")
sys.exit(1 if found or loops < 50 else 0)

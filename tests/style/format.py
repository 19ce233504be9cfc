"""Sources are as clang-format lays them out, and full-line comments within the columns; --fix makes them so.

The formatter leaves comments as they are, because it would tear tables and formulas apart; so their width is looked at here."""
import pathlib
import re
import shutil
import subprocess
import sys

FORMATTER, VERSION, COLUMNS = "clang-format-22", "version 22.", 110  # other versions lay out in other ways
ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ["generator", "schedules", "runtime", "tests", "generated"]
MADE = {"build", "tree", "target", "node_modules"}  # by examples that were built in their place
COMMENT = re.compile(r"( *)(// ?|/\* ?| ?\* )( *)(\S.*)")


def sources():
    found = (p for folder in FOLDERS for p in (ROOT / folder).rglob("*") if p.suffix in (".cpp", ".h", ".c"))
    return sorted(p for p in found if not MADE & set(p.relative_to(ROOT).parts))


def is_long(line):
    match = len(line) > COLUMNS and COMMENT.fullmatch(line)
    return bool(match) and " " in match[4]


def is_row(line):
    """Two spaces between words set columns apart."""
    match = COMMENT.fullmatch(line)
    return bool(match) and "  " in match[4]


def fitted(lines):
    """Words of a comment that are too many go to the next line of their paragraph, or to a new one. Rows of a table are left to the hand."""
    lines, done = list(lines), []
    while lines:
        line = lines.pop(0)
        if is_long(line) and not is_row(line):
            indent, mark, space, _ = COMMENT.fullmatch(line).groups()
            cut = line.rfind(" ", 0, COLUMNS + 1)
            line, rest = line[:cut], line[cut + 1:]
            begin = indent + {"/*": " * "}.get(mark.strip(), mark) + space
            goes_on = lines and lines[0].startswith(begin) and not is_row(lines[0]) and re.match(r"[\w(\"']", lines[0][len(begin):])
            lines[:1 if goes_on else 0] = [begin + rest + (" " + lines[0][len(begin):] if goes_on else "")]
        done.append(line)
    return done


def self_test():
    rows = ["//   this one   " + "word " * 20 + "end", "//   that one   words"]
    words = "// " + "word " * 30 + "end"
    if fitted(rows) != rows or fitted([words, rows[1]])[-1] != rows[1] or any(map(is_long, fitted([words]))):
        sys.exit("self-test: a table's row was torn, or a long line was not cut")


def main():
    self_test()
    if not shutil.which(FORMATTER):
        print(f"skipped: no {FORMATTER} (apt: {FORMATTER})")
        return 77
    if VERSION not in subprocess.run([FORMATTER, "--version"], check=True, capture_output=True, text=True).stdout:
        sys.exit(f"{FORMATTER} is not {VERSION}")
    files = sources()
    fix = "--fix" in sys.argv[1:]
    if fix:
        for file in files:
            text = file.read_text()
            if text != (new := "\n".join(fitted(text.split("\n")))):
                file.write_text(new)
    done = subprocess.run([FORMATTER, *(["-i"] if fix else ["--dry-run", "-Werror"]), *files], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    problems = sorted({line.split(":")[0] for line in done.stderr.splitlines() if "clang-format-violations" in line})
    problems = [f"{pathlib.Path(p).relative_to(ROOT)}: not as {FORMATTER} lays it out" for p in problems]
    problems += [f"{file.relative_to(ROOT)}:{number}: a comment of more than {COLUMNS} columns"
                 for file in files for number, line in enumerate(file.read_text().split("\n"), 1) if is_long(line)]
    if problems:
        print("\n".join(problems), "\nscripts/format.sh --fix mends what a formatter can", sep="")
    elif done.returncode:
        print(done.stderr)
    else:
        print(f"format: {len(files)} files looked at")
    return 1 if problems or done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())

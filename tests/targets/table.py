"""The table of targets in docs/manual/targets.md, from what the tests of this build left: compared with it, or written into it (--update)."""
import argparse
import json
import pathlib
import subprocess
import sys

BEGIN = "<!-- targets: scripts/targets_table.sh --update writes these lines -->\n"
END = "<!-- end of targets -->\n"
ROOT = pathlib.Path(__file__).resolve().parents[2]


def rows_of(folder, tests):
    rows = []
    for test in tests:
        file = folder / f"{test}.jsonl"
        if not file.exists():
            sys.exit(f"targets_table: the test targets_{test} has not run in this build: ctest -L targets")
        rows += [json.loads(line) for line in file.read_text().splitlines()]
    return rows


def table_of(rows, targets):
    """A line for each way of testing and what was shown by it, with the targets that share both; in the targets' and tests' order."""
    shown = {}
    for row in rows:
        whats = shown.setdefault((row["target"], row["how"]), [])
        if row["what"] not in whats:
            whats.append(row["what"])
    shared = {}
    for target, how in sorted(shown, key=lambda key: targets.index(key[0])):
        shared.setdefault((how, "; ".join(shown[target, how])), []).append(target)
    lines = ["| target | how | what |", "|---|---|---|"]
    for (how, what), names in shared.items():
        lines.append(f"| {'all' if names == targets else ', '.join(names)} | {how} | {what} |")
    return "".join(line + "\n" for line in lines)


def problems_of(rows, targets):
    """A machine that lacks a program or an instruction set skips; none may fail, and no target may be without a row."""
    problems = [f"{row['target']}, {row['how']}: failed: {row['what']}" for row in rows if row["result"] == "failed"]
    seen = {row["target"] for row in rows}
    problems += [f"{target}: no test" for target in targets if target not in seen]
    return problems + [f"{target}: no such target" for target in sorted(seen - set(targets))]


def section(text):
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin:
        sys.exit("targets_table: docs/manual/targets.md has not the two marks of the table")
    return begin + len(BEGIN), end


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--page", type=pathlib.Path, default=ROOT / "docs/manual/targets.md")
    parser.add_argument("--update", action="store_true", help="write the page's table anew")
    arguments = parser.parse_args()
    evidence = arguments.build / "tests/targets/evidence"
    listed = subprocess.run([arguments.build / "mobilith", "targets", "--format", "json"], check=True, capture_output=True, text=True)
    targets = [row["target"] for row in json.loads(listed.stdout)]
    rows = rows_of(evidence, (evidence / "tests.txt").read_text().split())
    problems = problems_of(rows, targets)
    if problems:
        sys.exit("targets_table: " + "; ".join(problems))
    table, page = table_of(rows, targets), arguments.page.read_text()
    begin, end = section(page)
    for row in rows:
        if row["result"] == "skipped":
            print(f"skipped here: {row['target']}, {row['how']}: {row['why']}")
    if arguments.update:
        if any(row["result"] == "skipped" for row in rows):
            print("targets_table: rows that were skipped here are written as well: they passed where they were not")
        new = arguments.page.with_suffix(".tmp")
        new.write_text(page[:begin] + table + page[end:])
        new.rename(arguments.page)
    elif page[begin:end] != table:
        sys.exit("targets_table: the table of docs/manual/targets.md is not what ran; scripts/targets_table.sh --update writes it:\n" + table)
    print(f"targets_table: {len(rows)} rows of {len(targets)} targets, {sum(r['result'] == 'passed' for r in rows)} passed here")


if __name__ == "__main__":
    main()

"""No text below generator/cli/ spells an option: errors carry the name of what was given, and each surface spells it (text/field_error.h)."""
import pathlib
import re
import sys

SOURCES = (".h", ".cpp", ".in", ".c")
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


def option_names(root):
    """What the commands' tables add: ("alpha", ...), ("format,f", ...)."""
    found = {"help", "version"}
    for file in sorted((root / "generator/cli").glob("*.cpp")):
        found.update(re.findall(r'\("([a-z][a-z0-9-]*)(?:,\w)?",\s', file.read_text()))
    return found


def without_comments(text):
    return re.sub(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?\*/', lambda m: m.group(1) or "", text, flags=re.S)


def problems(root):
    """What is wrong, how many literals were looked at, and the options that were looked for."""
    found, looked, names = [], 0, option_names(root)
    for folder in ("generator", "schedules"):
        for file in sorted((root / folder).rglob("*")):
            place = file.relative_to(root)
            if file.suffix not in SOURCES or place.parts[:2] == ("generator", "cli"):
                continue
            for literal in LITERAL.findall(without_comments(file.read_text())):
                looked += 1
                for name in re.findall(r"(?<![\w(-])--(\{\}|[a-z][a-z0-9-]*)", literal):
                    if name == "{}" or name in names:
                        found.append(f"{place}: \"{literal}\" spells the option --{name}")
    return found, looked, names


def self_test():
    import tempfile
    planted = {
        'throw Error("--alpha: expected less");': True,
        'throw Error(fmt::format("--{}: expected less", option));': True,
        'return "several; choose one with --alpha: a, b";': True,
        'throw Error("alpha", "expected less");': False,
        "// --alpha is an option": False,
        'style = "background:var(--alpha)";': False,
        'return "ld --gc-sections";': False,
    }
    for text, wrong in planted.items():
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "generator/cli").mkdir(parents=True)
            (root / "generator/networks").mkdir()
            (root / "generator/cli/a.cpp").write_text('  description.add_options()("alpha", text("A"), "--alpha")\n')
            (root / "generator/networks/a.cpp").write_text(text + "\n")
            if bool(problems(root)[0]) != wrong:
                yield f"self-test: {text}: expected {'a' if wrong else 'no'} complaint"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2])
    failures = list(self_test())
    found, looked, names = problems(root)
    failures += found
    if looked < 1000:
        failures.append(f"only {looked} literals: they are not found")
    if not {"alpha", "cpu", "target", "out", "no-check", "runner", "static", "dtype", "name", "schedules", "outputs"} <= names:
        failures.append(f"options are not found: {sorted(names)}")
    print("\n".join(failures) if failures else f"options: {len(names)} looked for in {looked} literals")
    return 1 if failures else 0


sys.exit(main())

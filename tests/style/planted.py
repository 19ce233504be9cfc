"""A style check against trees made for it: sound ones, and ones with a fault."""
import pathlib
import sys
import tempfile


def said_of(problems, files):
    """problems() of a tree with these files, {name: text}."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return problems(root)


def self_test(problems, sound, looked, planted):
    """Yields what is wrong. problems(root): (lines, how many places were looked at), of `sound` no line and `looked`. planted: {what: (file,
    its text in place of sound's, what a line must say)}."""
    found, places = said_of(problems, sound)
    if found or places != looked:
        yield f"self-test: a sound tree: {found}, {places} looked at, expected {looked}"
    for name, (file, text, expected) in planted.items():
        found, _ = said_of(problems, sound | {file: text})
        if not any(expected in line for line in found):
            yield f"self-test: {name} is not seen: {found}"


def checked(problems, self_tests, least, what):
    """The exit code of a check of the tree that the command line names, or of this one: says what is wrong, or how many places were looked
    at. least(root): fewer are a fault; self_tests: sound, looked and planted of self_test()."""
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2])
    failures = list(self_test(problems, *self_tests))
    found, looked = problems(root)
    failures += found
    if looked < least(root):
        failures.append(f"only {looked} {what}: they are not found")
    print("\n".join(failures) if failures else f"{looked} {what} looked at")
    return 1 if failures else 0

"""A style check against trees made for it: sound ones, and ones with a fault."""
import pathlib
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

"""A .cpp of generator/, schedules/ or tests/ that calls a function of one of our headers includes that header, or one that does. The preset
`default` compiles several files at a time, so that another file's include hides what is missing; the preset `dev` does not, and nobody
waits for it after each change. Functions are known by their names: one that two headers declare is not looked for, nor a call in a header,
which a template may make of what is declared later."""
import re
import sys

import planted

NAME = r"([a-z]\w*_\w+)"  # of two words: one is often a member or a variable, too
# A declaration at the left margin: what a header offers.
OFFERED = re.compile(r"^(?:template\s*<[^;{]*>\s*)?(?:[A-Za-z_\[][\w:<>,&*\] ]*[ &*>])" + NAME + r"\(", re.M)
# A declaration anywhere: members, functions of the file itself.
DECLARED = re.compile(r"^\s*(?!return\b|throw\b|else\b|case\b|new\b)(?:template\s*<[^;{]*>\s*)?(?:[A-Za-z_\[][\w:<>,&*\] ]*[ &*>])" + NAME + r"\(", re.M)
FURTHER = re.compile(r", *" + NAME + r"\(")  # double a(int), b(int);
MEMBER = re.compile(r"^\s+[\w:<>, ]+[ &*]" + NAME + r";", re.M)  # which a constructor names like a call
LAMBDA = re.compile(r"\b(\w+)\s*[={(]\s*\[")
CALLED = re.compile(r"(?<![\w.>:~])" + NAME + r"\(")


def code(text):
    """Without comments and texts."""
    return re.sub(r'"(?:\\.|[^"\\\n])*"', '""', re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S))


def problems(root):
    """What is wrong, and how many calls of our own functions were looked at."""
    files = [f for folder in ("generator", "schedules", "tests") for f in sorted((root / folder).rglob("*")) if f.suffix in (".h", ".cpp") and "data" not in f.parts]
    text = {f: code(f.read_text()) for f in files}
    includes = {}
    for file in files:
        quoted = re.findall(r'^\s*#\s*include\s+"([^"]+)"', file.read_text(), re.M)
        includes[file] = {base / name for name in quoted for base in (file.parent, root / "generator", root, root / "tests") if (base / name) in text}
    home = {}
    for file in files:
        if file.suffix == ".h":
            for name in OFFERED.findall(text[file]):
                home[name] = None if home.get(name, file) != file else file
    declared = {}
    for file in files:
        declared[file] = set(DECLARED.findall(text[file])) | set(LAMBDA.findall(text[file])) | set(MEMBER.findall(text[file]))
        if file.suffix == ".h":
            declared[file] |= set(FURTHER.findall(text[file]))

    found, looked = [], 0
    for file in files:
        reached, new = {file}, [file]
        while new:
            for header in includes[new.pop()] - reached:
                reached.add(header)
                new.append(header)
        known = set().union(*(declared[f] for f in reached))
        for name in sorted(set(CALLED.findall(text[file]))) if file.suffix == ".cpp" else []:
            if not home.get(name):
                continue
            looked += 1
            if home[name] not in reached and name not in known:
                found.append(f"{file.relative_to(root)}: {name}() is of {home[name].relative_to(root)}, which it does not include")
    return found, looked


SOUND = {
    "generator/text/words.h": "#include <string>\nstd::string first_word(const std::string&);\nint last_letter(int), two_letters(int);\n",
    "generator/text/lines.h": '#include "text/words.h"\n',
    "generator/text/lines.cpp": '#include "text/lines.h"\nint f() { return last_letter(two_letters(1)); }  // other_word(3)\n',
    "generator/cli/other.h": "int other_word(int);\n",
    "generator/cli/main.cpp": 'struct S {\n  int other_word(int);\n};\nint S::other_word(int x) { return x; }\nint g(S s) { return s.other_word(1); }\n',
    "tests/unit/test_words.cpp": '#include "text/words.h"\nint t() { return last_letter(2); }\n',
    "schedules/tile.cpp": '#include "cli/other.h"\nint h() { return other_word(2); }\n',
}
PLANTED = {
    "a call without the include": ("schedules/tile.cpp", "int h() { return other_word(2); }\n", "other_word() is of generator/cli/other.h"),
    "in a test": ("tests/unit/test_words.cpp", "int t() { return other_word(2); }\n", "other_word() is of"),
    "behind another's include": ("generator/text/lines.cpp", "int f() { return last_letter(1) + first_word(); }\n", "last_letter() is of"),
}

sys.exit(planted.checked(problems, (SOUND, 4, PLANTED), lambda root: 500, "calls of our own functions"))

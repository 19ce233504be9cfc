"""Every include of generator/ and schedules/ leads to its own folder or to one above it in CONTRIBUTING.md's table, whose last column names
exactly the folders that are used; generator/CMakeLists.txt has the folders in the table's order."""
import re
import sys

import planted

SOURCES = (".h", ".cpp", ".in", ".c")
EVERYTHING = "all above"


def table(text):
    """[(folder, what it may use)] in the table's order: "generator/text/" is text, "schedules/" is schedules."""
    rows = re.findall(r"^\| `([\w/]+)/` \|.*\| *(.*?) *\|$", text, re.M)
    return [(folder.removeprefix("generator/"), [] if uses in ("nothing", "libc") else re.split(r",\s*", uses)) for folder, uses in rows]


def sources(root):
    """[(folder, file)]: a folder of generator/, or schedules."""
    folders = [(f.name, f) for f in sorted((root / "generator").iterdir()) if f.is_dir()] + [("schedules", root / "schedules")]
    return [(name, file) for name, folder in folders for file in sorted(folder.rglob("*")) if file.suffix in SOURCES]


def folder_of(root, file, included):
    """Where a quoted name leads; None: nowhere. C, which the runner is compiled of, is in one folder there: names have none."""
    for base in (root / "generator", root):
        if "/" in included and (base / included).is_file():
            return included.split("/")[0]
    if file.suffix == ".c" and (file.parent / included).is_file():
        return file.relative_to(root / "generator").parts[0]
    places = ["runtime/include", "runtime/src"] if file.suffix == ".c" else ["runtime/include"]
    return "runtime" if any((root / place / included).is_file() for place in places) else None


def problems(root):
    """What is wrong, and how many includes were looked at."""
    found, looked, used = [], 0, {}
    rows = table((root / "CONTRIBUTING.md").read_text())
    order = [folder for folder, _ in rows]
    may_use = dict(rows)
    for folder, file in sources(root):
        place = file.relative_to(root)
        if folder not in order:
            found.append(f"{place}: CONTRIBUTING.md's table has no row for its folder")
            continue
        for included in re.findall(r'^\s*#\s*include\s+"([^"]+)"', file.read_text(), re.M):
            looked += 1
            to = folder_of(root, file, included)
            if to is None or to not in order:
                found.append(f"{place}: {included} is in no folder of the table")
            elif to != folder:
                used.setdefault(folder, set()).add(to)
                if order.index(to) > order.index(folder):
                    found.append(f"{place}: {included} is of a folder below its own in the table")
                elif to not in may_use[folder] and may_use[folder] != [EVERYTHING]:
                    found.append(f"{place}: {included}: the table does not let {folder} use {to}")
    ours = [(folder, uses) for folder, uses in rows if folder in {f for f, _ in sources(root)}]
    for folder, uses in ours:
        found += [f"CONTRIBUTING.md: {folder} does not use {u}" for u in uses if u != EVERYTHING and u not in used.get(folder, set())]
    built = re.findall(r"^add_subdirectory\((?:\$\{PROJECT_SOURCE_DIR\}/)?(\w+)", (root / "generator/CMakeLists.txt").read_text(), re.M)
    if built != [folder for folder, _ in ours]:
        found.append("generator/CMakeLists.txt: the folders are not those of CONTRIBUTING.md's table in its order")
    return found, looked


SOUND = {
    "CONTRIBUTING.md": "| folder | what | may use |\n|---|---|---|\n| `generator/text/` | words | nothing |\n| `runtime/` | C | libc |\n"
                       "| `generator/targets/` | CPUs | text, runtime |\n| `schedules/` | tiles | targets |\n| `generator/cli/` | commands | all above |\n",
    "generator/CMakeLists.txt": "add_subdirectory(text)\nadd_subdirectory(targets)\nadd_subdirectory(${PROJECT_SOURCE_DIR}/schedules x)\n"
                                "add_subdirectory(cli)\n",
    "runtime/include/abi.h": "",
    "generator/text/words.h": "#include <string>\n",
    "generator/targets/target.h": '#include "abi.h"\n#include "text/words.h"\n',
    "generator/targets/target.cpp": '#include "targets/target.h"\n',
    "schedules/stem.h": '#include "targets/target.h"\n',
    "runtime/src/thread.h": "",
    "generator/targets/team.h": "",
    "generator/targets/team.c": '#include "team.h"\n#include "thread.h"\n',
    "generator/cli/main.cpp": '#include "schedules/stem.h"\n#include "text/words.h"\n',
}
PLANTED = {  # a change of SOUND, and what must be said of it
    "an include upwards": ("generator/text/words.h", '#include "targets/target.h"\n', "below its own"),
    "upwards out of schedules/": ("schedules/stem.h", '#include "targets/target.h"\n#include "cli/main.cpp"\n', "below its own"),
    "in a template": ("generator/text/words.cpp.in", ' # include "schedules/stem.h"\n', "below its own"),
    "what the table does not allow": ("schedules/stem.h", '#include "targets/target.h"\n#include "text/words.h"\n', "does not let"),
    "what the table allows in vain": ("generator/targets/target.h", '#include "abi.h"\n', "does not use text"),
    "a folder without a row": ("generator/plan/plan.h", "", "no row"),
    "a name that leads nowhere": ("generator/cli/main.cpp", '#include "text/word.h"\n', "in no folder"),
    "another order of the build": ("generator/CMakeLists.txt", "add_subdirectory(targets)\nadd_subdirectory(text)\n", "in its order"),
}

# There are more includes than files.
sys.exit(planted.checked(problems, (SOUND, 8, PLANTED), lambda root: len(sources(root)), "includes"))

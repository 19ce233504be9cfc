"""Every path that a document names, or a comment with a folder in it, is in the tree; every link and anchor leads somewhere."""
import itertools
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2])
SOURCES = {".cpp", ".h", ".c", ".py", ".sh", ".cmake", ".mjs", ".in", ".txt", ".rs"}
NAMED = SOURCES - {".in", ".txt"} | {".md", ".csv"}  # what a name without a folder ends in to be a file of ours
EXAMPLES = {"on_board.sh"}  # files that the reader makes
# Files of generated trees, builds and systems: not of this tree.
ELSEWHERE = re.compile(r"(build|bin|lib|lib64|usr|share|src/mobilith_runtime|include|tree|board|my_tree|sys|llvm|layers|model_weights|linux)(/|$)")


def hidden(path):
    return any(part.startswith((".", "build")) or part in ("__pycache__", "node_modules", "target") for part in path.parts[:-1])


FILES = [p for p in ROOT.rglob("*") if p.is_file() and not hidden(p.relative_to(ROOT))]
# All ends of all paths: "targets/target.cpp", "target.cpp", and of folders.
ENDS = {"/".join(parts[i:n]) for p in FILES for parts in [p.relative_to(ROOT).parts] for n in range(1, len(parts) + 1) for i in range(n)}
FOLDERS = {p.relative_to(ROOT).parts[0] for p in FILES if p.parent != ROOT}


def expanded(name):
    """TYPE.{h,cpp} is two names."""
    parts = [part.split(",") for part in re.split(r"[{}]", name)]
    return ["".join(choice) for choice in itertools.product(*parts)]


def missing(name, anywhere):
    """Names that look like a path of ours and are none. anywhere: names without a folder count, too."""
    if not re.fullmatch(r"[\w.{},/+-]+", name) or re.search(r"\b(NAME|TYPE|FILE|DIR|VERSION)(\b|_)|\.\.|//|^/", name) or name in EXAMPLES:
        return []
    ours = "/" in name and (name.split("/")[0] in FOLDERS or pathlib.PurePath(name.replace("}", "")).suffix in NAMED)
    if not ours and not (anywhere and "/" not in name and pathlib.PurePath(name).suffix in NAMED):
        return []
    return [n for n in expanded(name.rstrip("/").removeprefix("./")) if n not in ENDS and not (n.split("/")[0] not in FOLDERS and ELSEWHERE.match(n))]


def slug(heading):
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def link_problem(page, target):
    if re.match(r"[a-z]+:", target):
        return None
    path, _, anchor = target.partition("#")
    file = (page.parent / path) if path else page
    if not file.exists():
        return f"no file {target}"
    headings = {slug(h) for h in re.findall(r"^#+ (.*)$", file.read_text(), re.M)} if anchor else set()
    return f"no heading {target}" if anchor and anchor not in headings else None


def problems():
    for file in FILES:
        place = file.relative_to(ROOT)
        if file.suffix == ".md":
            text = file.read_text()
            for name in re.findall(r"`([^`\n]+)`", text):
                yield from (f"{place}: no file {n}" for word in name.split() for n in missing(word, True))
            yield from (f"{place}: {p}" for target in re.findall(r"\]\(([^)\s]+)\)", text) if (p := link_problem(file, target)))
        elif file.suffix in SOURCES and "data" not in place.parts:
            for comment in re.findall(r"(?:^|\s)(?://|#|/?\*) (.*)$", file.read_text(errors="replace"), re.M):
                yield from (f"{place}: no file {n}" for n in re.findall(r"(?<![\w/<.>$-])[\w.-]+(?:/[\w.{},-]+)+", comment)
                            for n in missing(n.rstrip(".,:"), False))


found = sorted(set(problems()))
print("\n".join(found) if found else f"paths: {len(FILES)} files looked at")
sys.exit(1 if found else 0)

"""JSON patches (RFC 6902) that stay small where an element of a list was inserted or taken out."""
import difflib
import json


def _escape(key):
    return str(key).replace("~", "~0").replace("/", "~1")


def _text(value):
    return json.dumps(value, sort_keys=True)


def _lists(old, new, path):
    operations = []
    matcher = difflib.SequenceMatcher(None, [_text(v) for v in old], [_text(v) for v in new], autojunk=False)
    # From the end to the front: indices before an operation stay those of `old`.
    for tag, a, b, c, d in reversed(matcher.get_opcodes()):
        if tag == "equal":
            continue
        paired = min(b - a, d - c)
        for i in reversed(range(a + paired, b)):
            operations.append({"op": "remove", "path": f"{path}/{i}"})
        for i in range(c + paired, d):
            operations.append({"op": "add", "path": f"{path}/{a + i - c}", "value": new[i]})
        for i in range(paired):
            operations += diff(old[a + i], new[c + i], f"{path}/{a + i}")
    return operations


def diff(old, new, path=""):
    if type(old) is type(new) and old == new and _text(old) == _text(new):
        return []
    if isinstance(old, dict) and isinstance(new, dict):
        operations = []
        for key in old:
            here = f"{path}/{_escape(key)}"
            if key not in new:
                operations.append({"op": "remove", "path": here})
            else:
                operations += diff(old[key], new[key], here)
        operations += [{"op": "add", "path": f"{path}/{_escape(key)}", "value": new[key]} for key in new if key not in old]
        smaller = operations
    elif isinstance(old, list) and isinstance(new, list):
        smaller = _lists(old, new, path)
    else:
        return [{"op": "replace", "path": path, "value": new}]
    whole = [{"op": "replace", "path": path, "value": new}]
    return smaller if path == "" or len(_text(smaller)) <= len(_text(whole)) else whole

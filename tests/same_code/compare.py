"""Pairs the kernels of two libraries and says how they differ."""
import collections
import json

# kernel: its name, "OLD -> NEW" where it has another one now. old_bytes, new_bytes: of code; None where there is no such kernel.
Difference = collections.namedtuple("Difference", "kernel old_bytes new_bytes what")


def pairs(old, new):
    """(name, name): equal names; those that are left by the first block that needs them; None where there is no other."""
    found = [(name, name) for name in old if name in new]
    left = {next(iter(kernel["blocks"])): name for name, kernel in new.items() if name not in old}
    for name, kernel in old.items():
        if name not in new:
            found.append((name, left.pop(next(iter(kernel["blocks"])), None)))
    return found + [(None, name) for name in left.values()]


def schedule_changes(old, new):
    """Of two nested objects, the parameters that are not equal."""
    found = []
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        if isinstance(was, dict) and isinstance(now, dict):
            found += [f"{name}.{change}" for change in schedule_changes(was, now)]
        elif was != now:
            found.append(f"{name} {json.dumps(was)} -> {json.dumps(now)}")
    return found


def how(old, new):
    what = ["code"] if old["code"] != new["code"] else []
    if list(old["blocks"]) != list(new["blocks"]):
        what.append("blocks")
    for block in (b for b in old["blocks"] if b in new["blocks"]):
        if old["blocks"][block] != new["blocks"][block]:
            was, now = old["blocks"][block]["bytes"], new["blocks"][block]["bytes"]
            what.append(f"weights of {block} ({was} -> {now} bytes)")
    return what + schedule_changes(old["schedule"], new["schedule"]) if what else []


def differences(old, new):
    """old, new: kernels.summary()."""
    found = []
    for was, now in pairs(old, new):
        if was is None or now is None:
            found.append(Difference(was or now, old[was]["bytes"] if was else None, new[now]["bytes"] if now else None,
                                    ["only in the old library" if was else "only in the new library"]))
        elif what := how(old[was], new[now]):
            name = was if was == now else f"{was} -> {now}"
            found.append(Difference(name, old[was]["bytes"], new[now]["bytes"], what))
    return found

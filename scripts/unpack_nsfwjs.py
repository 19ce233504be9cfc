"""unpack_nsfwjs.py TARBALL FOLDER: the model of npm's nsfwjs, whose JSON and weights are in scripts, as files of TF.js. Nothing of it is run."""
import base64
import json
import pathlib
import re
import sys
import tarfile

PLACE = "package/dist/models/mobilenet_v2/"


def body(archive, name):
    text = archive.extractfile(PLACE + name).read().decode()
    return re.search(r"\w+\.exports=((?:\{modelTopology|\").*?)\},\{\}\]\},\{\},\[1\]\)", text, re.S).group(1)


def as_json(literal):
    """A literal of JavaScript that minifiers write: keys without quotes, !0, .5."""
    out = []
    for part in re.split(r'("(?:[^"\\]|\\.)*")', literal):
        if not part.startswith('"'):
            part = re.sub(r"([{,])([A-Za-z_$][\w$]*):", r'\1"\2":', part)
            part = part.replace("!0", "true").replace("!1", "false")
            part = re.sub(r"(?<![\w.])\.(\d)", r"0.\1", part)
        out.append(part)
    # Keys and values may be cut apart by the quotes around a neighbour.
    return json.loads("".join(out))


def main():
    target = pathlib.Path(sys.argv[2])
    with tarfile.open(sys.argv[1]) as archive:
        model = as_json(body(archive, "model.min.js"))
        weights = body(archive, "group1-shard1of1.min.js")
    text = re.search(r'"([A-Za-z0-9+/=]{1000,})"', weights).group(1)
    path = target / "nsfwjs_model.json"
    target.mkdir(parents=True, exist_ok=True)
    model["weightsManifest"][0]["paths"] = ["group1-shard1of1"]
    (target / "group1-shard1of1").write_bytes(base64.b64decode(text))
    path.write_text(json.dumps(model))


main()

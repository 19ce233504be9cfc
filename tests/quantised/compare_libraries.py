"""compare_libraries.py MOBILITH [MODEL...] [--sample FOLDER NAME] [--random N] [--pictures FILE...] [--crops N] [--cpu CPU] [--work DIR]: makes
both libraries of each model and runs them beside LiteRT on N random images and on pictures, or `--crops` parts of each. --requantise float must
give the bytes of LiteRT with its default delegate, integer those of its reference kernels (BUILTIN_REF); how far LiteRT without its delegate is
from the latter is told. --sample: the file that FOLDER/reference/NAME.json names, as tests/formats/samples.h reads it; at night alone.
Ends with 1 where a library's byte differs, with 77 where LiteRT, a sample or a picture is absent.
Needs ai-edge-litert 2.3.0, numpy, a C compiler; Pillow for pictures: the interpreter's, else those that scripts/race.sh installed."""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / ".deps/race-packages"))
try:
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter, OpResolverType
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)
from inputs import picture_inputs, random_inputs

HERE = pathlib.Path(__file__).resolve().parent
ENGINES = {"delegate": OpResolverType.AUTO, "without": OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES, "reference": OpResolverType.BUILTIN_REF}
EXPECTED = {"float": "delegate", "integer": "reference"}


def engine_of(model, kind):
    engine = Interpreter(model_path=str(model), experimental_op_resolver_type=ENGINES[kind], num_threads=1)
    engine.allocate_tensors()
    if len(engine.get_input_details()) != 1 or len(engine.get_output_details()) != 1:
        sys.exit(f"{model}: expected a file of one input and one output")
    return engine


def answers(engine, images):
    given, taken = engine.get_input_details()[0]["index"], engine.get_output_details()[0]["index"]
    results = []
    for image in images:
        engine.set_tensor(given, image)
        engine.invoke()
        results.append(engine.get_tensor(taken).reshape(-1).copy())
    return np.stack(results)


def library_answers(program, model, requantise, cpu, images, like, folder):
    tree = pathlib.Path(folder) / requantise
    subprocess.run([program, "generate", "--weights", model, "--requantise", requantise, "--name", "net", "--out", str(tree), "--cpu", cpu],
                   check=True, stdout=subprocess.DEVNULL)
    runner = tree / "runner"
    subprocess.run([os.environ.get("CC", "cc"), "-O1", "-DMODEL=net", f"-I{tree}/include", str(HERE / "library_answers.c"), f"{tree}/lib/libnet.a",
                    f"{tree}/lib/libmobilith_runtime.a", "-lpthread", "-lm", "-o", str(runner)], check=True)
    sent = b"".join(image.tobytes() for image in images)
    got = subprocess.run([str(runner)], input=sent, stdout=subprocess.PIPE, check=True).stdout
    assert len(got) == like.nbytes, f"{len(got)} bytes of {like.nbytes}"
    return np.frombuffer(got, like.dtype).reshape(like.shape)


def differing(a, b):
    unequal = (a != b) & ~((a != a) & (b != b))
    if not unequal.any():
        return "equal"
    apart = np.abs(a.astype(np.float64) - b.astype(np.float64)).max()
    return f"{int(unequal.sum())} differ, in {int(unequal.any(axis=1).sum())} images, by up to {apart:g}"


def compare(model, options, folder):
    engines = {kind: engine_of(model, kind) for kind in ENGINES}
    images = [each[0] for each in random_inputs(engines["delegate"], options.random, options.seed)]
    images += [each[0] for each in picture_inputs(engines["delegate"], options.pictures, options.crops, options.seed)]
    theirs = {kind: answers(engine, images) for kind, engine in engines.items()}
    name, right = pathlib.Path(model).stem, True
    for requantise, kind in EXPECTED.items():
        ours = library_answers(options.program, model, requantise, options.cpu, images, theirs[kind], folder)
        said = differing(ours, theirs[kind])
        print(f"{name:48} --requantise {requantise:7} {len(images)} images, {ours.size} numbers: {said}", flush=True)
        right = right and said == "equal"
    print(f"{name:48} LiteRT without its delegate beside its reference kernels: {differing(theirs['without'], theirs['reference'])}", flush=True)
    return right


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def sample(folder, name):
    if "MOBILITH_NIGHTLY" not in os.environ:
        skip("at night alone (MOBILITH_NIGHTLY)")
    reference = pathlib.Path(folder) / "reference" / f"{name}.json"
    if not reference.exists():
        skip(f"no {reference}")
    return str(pathlib.Path(folder) / json.loads(reference.read_text())["model"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("models", nargs="*")
    parser.add_argument("--sample", nargs=2, metavar=("FOLDER", "NAME"))
    parser.add_argument("--random", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("MOBILITH_SEED", 1)))
    parser.add_argument("--pictures", nargs="*", default=[])
    parser.add_argument("--crops", type=int, default=0)
    parser.add_argument("--cpu", default="host")
    parser.add_argument("--work")
    options = parser.parse_args()
    if options.sample:
        options.models.append(sample(*options.sample))
        for path in options.models + options.pictures:
            if not os.path.exists(path):
                skip(f"no {path}")
    if not options.models:
        parser.error("no model")
    right = True
    for model in options.models:
        with tempfile.TemporaryDirectory(dir=options.work) as folder:
            right = compare(model, options, folder) and right
    return 0 if right else 1


sys.exit(main())

"""engine_answers.py FOLDER: for the files that write_cases made in FOLDER, what LiteRT, ONNX Runtime and TensorFlow compute of the input
((37 i + 11) % 101) / 25 - 2, into tests/data/formats. Needs ai-edge-litert 2.3.0, onnxruntime 1.32.0, tensorflow 2.21.0, numpy. Formats
without files in FOLDER keep their answers."""
import json
import pathlib
import sys

import numpy as np

DATA = pathlib.Path(__file__).resolve().parents[1] / "data" / "formats"


def formula(shape):
    i = np.arange(int(np.prod(shape)))
    return (((i * 37 + 11) % 101).astype(np.float32) / np.float32(25) - np.float32(2)).astype(np.float32).reshape(shape)


def litert(path):
    from ai_edge_litert.interpreter import Interpreter, OpResolverType
    engine = Interpreter(model_path=str(path), experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
    engine.allocate_tensors()
    where = engine.get_input_details()[0]
    engine.set_tensor(where["index"], formula(where["shape"]))
    engine.invoke()
    return engine.get_tensor(engine.get_output_details()[0]["index"])


def onnx_runtime(path):
    import onnxruntime
    engine = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    where = engine.get_inputs()[0]
    return engine.run(None, {where.name: formula(where.shape)})[0]


def tensorflow(path):
    import tensorflow as tf
    graph = tf.compat.v1.GraphDef()
    graph.ParseFromString(path.read_bytes())
    with tf.Graph().as_default() as g:
        tf.import_graph_def(graph, name="")
        shape = [d.size for d in next(n for n in graph.node if n.name == "x").attr["shape"].shape.dim]
        with tf.compat.v1.Session(graph=g) as session:
            return session.run("y:0", {"x:0": formula(shape)})


def main():
    for ending, engine in ((".tflite", litert), (".onnx", onnx_runtime), (".pb", tensorflow)):
        answers = {}
        for path in sorted(pathlib.Path(sys.argv[1]).glob("*" + ending)):
            y = engine(path)
            answers[path.stem] = {"shape": list(y.shape), "values": [float(f"{v:.8g}") for v in y.ravel().tolist()]}
        if not answers:
            continue
        DATA.mkdir(parents=True, exist_ok=True)
        rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(answer, separators=(',', ':'))}" for name, answer in answers.items())
        (DATA / f"answers_{ending[1:]}.json").write_text("{\n" + rows + "\n}\n")


main()

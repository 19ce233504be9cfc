"""LiteRT, as compare_engine.py and hash_samples.py ask it. Needs ai-edge-litert 2.3.0."""
import pathlib

import flatbuffers
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

RESOLVERS = {"integer": OpResolverType.BUILTIN_REF, "floating": OpResolverType.AUTO}


def engine_of(model, mode, **more):
    engine = Interpreter(model_path=str(model), experimental_op_resolver_type=RESOLVERS[mode], num_threads=1, **more)
    engine.allocate_tensors()
    return engine


def answers_of(engine, inputs):
    for detail, numbers in zip(engine.get_input_details(), inputs):
        engine.set_tensor(detail["index"], numbers)
    engine.invoke()
    return [engine.get_tensor(d["index"]).copy() for d in engine.get_output_details()]


def copies_of(model, folder):
    """Files that compute the same, and whose outputs together are those of every operation."""
    most = 60
    content = pathlib.Path(model).read_bytes()
    made = [i for op in schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0)).subgraphs[0].operators for i in op.outputs]
    for k in range(0, len(made), most):
        copy = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
        copy.subgraphs[0].outputs = made[k:k + most]
        copy.signatureDefs = None
        builder = flatbuffers.Builder(len(content))
        builder.Finish(copy.Pack(builder), b"TFL3")
        path = pathlib.Path(folder) / f"{pathlib.Path(model).stem}_{k // most}.tflite"
        path.write_bytes(builder.Output())
        yield str(path)

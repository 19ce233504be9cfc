import csv
import json
import unittest
from pathlib import Path

from architecture import Configuration, layers_of

DATA = Path(__file__).resolve().parent.parent / "data"
PUBLISHED_CLASSES = 1001  # the published tables count a background class


class ArchitectureTest(unittest.TestCase):
    def test_multiply_adds_are_those_of_the_published_tables(self) -> None:
        for net in ("v1", "v2"):
            with (DATA / "reference" / f"mobilenet_{net}.csv").open() as table:
                rows = list(csv.DictReader(table))
            self.assertGreater(len(rows), 10)
            for row in rows:
                layers = layers_of(Configuration.parse(f"{net}:{row['alpha']}:{row['resolution']}"))
                dense = layers[-1]
                further = (PUBLISHED_CLASSES - dense.out_channels) * dense.channels
                with self.subTest(net=net, alpha=row["alpha"], resolution=row["resolution"]):
                    self.assertEqual(sum(layer.madds for layer in layers) + further, int(row["madds"]))

    def test_parameters_and_shapes_are_those_of_keras(self) -> None:
        files = [path for path in sorted((DATA / "golden").glob("mobilenet_v*_a*_d1_r*.json"))
                 if "minimalistic" not in path.name]
        self.assertGreater(len(files), 10)
        for path in files:
            golden = json.loads(path.read_text())
            c = Configuration(golden["net"], golden["alpha"], golden["resolution"])
            with self.subTest(path.name):
                layers = layers_of(c)
                self.assertEqual(c.file_stem, path.stem)
                self.assertEqual(sum(layer.parameters for layer in layers), golden["params"])
                last = golden["layers"][-1]["shape"]
                pool = next(layer for layer in reversed(layers) if layer.kind == "pool")
                self.assertEqual([pool.side, pool.side, pool.channels], last)

    def test_each_layer_takes_what_its_inputs_give(self) -> None:
        for text in ("v1:0.6:97", "v2:1.3:75", "v3-large:0.75:97", "v3-small:1.4:75"):
            c = Configuration.parse(text)
            shapes = {"input": (c.resolution, 3)}
            for layer in layers_of(c):
                for name in layer.inputs:
                    vector = layer.kind == "multiply" and name == layer.inputs[1]
                    self.assertEqual(shapes[name], (1 if vector else layer.side, layer.channels), f"{text}: {name} to {layer.name}")
                shapes[layer.name] = (layer.out_side, layer.out_channels)


class ConfigurationTest(unittest.TestCase):
    def test_names_survive_parsing(self) -> None:
        self.assertEqual(Configuration.parse("v2:0.35:96").title, "V2 0.35-96")
        self.assertEqual(Configuration.parse("v1:1:224").key, "v1:1.0:224")

    def test_a_malformed_configuration_is_named(self) -> None:
        for text in ("v3:1.0:224", "v4:1.0:224", "v1:1.0", "v1:one:224", "v1:1.0:22.4", "v1:0:224", "v1:1.0:8", "v1:nan:224"):
            with self.subTest(text), self.assertRaisesRegex(ValueError, text):
                Configuration.parse(text)

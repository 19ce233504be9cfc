import contextlib
import io
import unittest

import arguments


class ArgumentsTest(unittest.TestCase):
    def test_without_configurations_the_default_ones_run_on_one_core(self) -> None:
        a = arguments.parse([])
        self.assertEqual([c.key for c in a.configurations], list(arguments.DEFAULT))
        self.assertEqual(len(a.cores), 1)

    def test_an_instruction_set_is_one_for_our_code_and_for_those_that_can_be_held(self) -> None:
        native, avx2 = arguments.parse([]).isa, arguments.parse(["--isa", "avx2"]).isa
        self.assertEqual((native.generate_options(), native.environment, native.sentence()), ([], {}, ""))
        self.assertEqual(avx2.generate_options(), ["--cpu", "znver3"])
        for engine in ("OpenVINO by ONEDNN_MAX_CPU_ISA=AVX2", "LiteRT (XNNPACK), ONNX Runtime, ncnn"):
            self.assertIn(engine, avx2.sentence())

    def test_bf16_is_an_option_of_our_library_and_a_sentence_of_the_report(self) -> None:
        f32, bf16 = arguments.parse([]).dtype, arguments.parse(["--dtype", "bf16"]).dtype
        self.assertEqual((f32.options, f32.sentence()), ([], ""))
        self.assertEqual(bf16.options, ["--dtype", "bf16"])
        self.assertIn("OpenVINO", bf16.sentence())

    def test_wrong_usage_is_one_line_and_status_2(self) -> None:
        for words, named in ((["v4:1.0:224"], "v4:1.0:224"), (["--threads", "0"], "--threads"), (["--threads", "4096"], "--threads"),
                             (["--rounds", "1"], "--rounds"), (["--isa", "sse"], "--isa"), (["--dtype", "f16"], "--dtype"),
                             (["--dtype", "bf16", "--isa", "avx2"], "--dtype"), (["--bogus"], "--bogus")):
            errors = io.StringIO()
            with self.subTest(words), contextlib.redirect_stderr(errors), self.assertRaises(SystemExit) as stopped:
                arguments.parse(words)
            self.assertEqual(stopped.exception.code, 2)
            self.assertEqual(errors.getvalue().count("\n"), 1)
            self.assertIn(named, errors.getvalue())

import contextlib
import io
import unittest

import arguments
from dtype import DTYPES


class ArgumentsTest(unittest.TestCase):
    def test_without_configurations_the_default_ones_run_on_one_core(self) -> None:
        a = arguments.parse([])
        self.assertEqual([c.key for c in a.configurations], list(arguments.DEFAULT))
        self.assertEqual(len(a.cores), 1)

    def test_an_instruction_set_is_one_for_our_code_and_for_those_that_can_be_held(self) -> None:
        native, avx2 = arguments.parse([]).isa, arguments.parse(["--isa", "avx2"]).isa
        everybody = DTYPES["f32"].engines()
        self.assertEqual((native.generate_options(), native.environment, native.sentence(everybody)), ([], {}, ""))
        self.assertEqual(avx2.generate_options(), ["--cpu", "znver3"])
        self.assertEqual(arguments.parse(["--isa", "haswell"]).isa.generate_options(), ["--cpu", "haswell"])
        for engine in ("OpenVINO by ONEDNN_MAX_CPU_ISA=AVX2", "LiteRT (XNNPACK), ONNX Runtime, ncnn"):
            self.assertIn(engine, avx2.sentence(everybody))
        self.assertNotIn("ncnn", avx2.sentence(DTYPES["int8"].engines()))

    def test_large_pages_are_ours_alone_and_said(self) -> None:
        small, large = arguments.parse([]), arguments.parse(["--large-pages"])
        self.assertEqual((small.environment(), large.environment()), ({}, {"MOBILITH_RACE_LARGE_PAGES": "1"}))
        self.assertIn("--large-pages", large.sentences())
        self.assertNotIn("--large-pages", small.sentences())

    def test_a_type_is_one_of_a_table_and_not_for_files_which_have_their_own(self) -> None:
        self.assertEqual([arguments.parse(words).dtype.key for words in ([], ["--dtype", "int8"])], ["f32", "int8"])
        with contextlib.redirect_stderr(io.StringIO()) as errors, self.assertRaises(SystemExit):
            arguments.parse(["--dtype", "int8", "--file", __file__])
        self.assertIn("--dtype", errors.getvalue())

    def test_bf16_is_an_option_of_our_library_and_a_sentence_of_the_report(self) -> None:
        reduced = arguments.parse(["--dtype", "int8", "--reduce-range"])
        self.assertIn("--reduce-range", reduced.options())
        self.assertIn("7 bits", reduced.sentences())
        self.assertNotIn("--reduce-range", arguments.parse(["--dtype", "int8"]).options())
        f32, bf16 = arguments.parse([]).dtype, arguments.parse(["--dtype", "bf16"]).dtype
        self.assertEqual(f32.options, ())
        self.assertEqual(bf16.options, ("--dtype", "bf16"))
        self.assertIn("OpenVINO", bf16.sentence())

    def test_wrong_usage_is_one_line_and_status_2(self) -> None:
        for words, named in ((["v4:1.0:224"], "v4:1.0:224"), (["--threads", "0"], "--threads"), (["--threads", "4096"], "--threads"),
                             (["--rounds", "1"], "--rounds"), (["--isa", "sse"], "--isa"), (["--dtype", "int3"], "--dtype"),
                             (["--dtype", "bf16", "--isa", "avx2"], "--dtype"), (["--reduce-range"], "--reduce-range"), (["--bogus"], "--bogus")):
            errors = io.StringIO()
            with self.subTest(words), contextlib.redirect_stderr(errors), self.assertRaises(SystemExit) as stopped:
                arguments.parse(words)
            self.assertEqual(stopped.exception.code, 2)
            self.assertEqual(errors.getvalue().count("\n"), 1)
            self.assertIn(named, errors.getvalue())

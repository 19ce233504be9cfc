"""The check can fail: it is fed worse code and better tables than there are."""
import unittest

import assembly
import table
from syntax import AArch64

# A tile of four FMAs inside a loop over rows, whose end lies before it: the jump back to 8 leaves the inner loop.
TILE = """
0000000000000000 <k0.0>:
       0:\tpush   rbp
       4:\tjmp    18 <k0.0+0x18>
       8:\tadd    rdi,0x40
       c:\tvmovups ZMMWORD PTR [rdi],zmm0
      10:\tcmp    rdi,rsi
      14:\tje     48 <k0.0+0x48>
      18:\tmov    rbx,r8
      1c:\tnop
      20:\tvmovups zmm4,ZMMWORD PTR [rbp+rbx*1+0x0]
      24:\tvfmadd231ps zmm0,zmm4,DWORD BCST [rcx+0x40]
      28:\tvfmadd231ps zmm1,zmm4,DWORD BCST [rcx+0x80]
      2c:\tvfmadd231ps zmm2,zmm4,zmm5
      30:\tvfmadd231ps zmm3,zmm4,zmm6
      34:\tprefetcht0 BYTE PTR [rcx+0x400]
      38:\tadd    rbx,0x40
      3c:\tje     8 <k0.0+0x8>
      40:\tjmp    20 <k0.0+0x20>
      48:\tret
"""
SPILLED = TILE.replace("zmm4,zmm5", "zmm4,ZMMWORD PTR [rsp+0x80]").replace("prefetcht0 BYTE PTR [rcx+0x400]",
                                                                            "vmovaps ZMMWORD PTR [rsp-0x40],zmm3")

# Two FMAs by element, of them one's accumulator moved and one's spilled; the jump back to 0 leaves the inner loop.
NEON = """
0000000000000000 <k1.0>:
       0:      \tmov\tw3, #0xe                // =14
       4:      \tldr\tq0, [x1], #0x10
       8:      \tldr\ts2, [x2, #0x4]
       c:      \tfmla\tv4.4s, v0.4s, v2.s[0]
      10:      \tldr\tq3, [sp, #0x40]
      14:      \tmov\tv5.16b, v4.16b
      18:      \tfmla\tv3.4s, v0.4s, v2.s[3]
      1c:      \tstr\tq3, [sp, #0x40]
      20:      \tsubs\tx4, x4, #0x1
      24:      \tb.ne\t0x4 <k1.0+0x4>
      28:      \tcbnz\tx5, 0x0 <k1.0>
      2c:      \tret
"""


def rows(text):
    return table.rows("cpu", "network", ["tile"], assembly.kernel_loops(text))


class Check(unittest.TestCase):
    def test_the_innermost_loop_alone_is_counted_and_prefetches_are_no_loads(self):
        self.assertEqual(assembly.kernel_loops(TILE), {0: [assembly.Loop(True, 512, 4, 9, 3, 0, 0, 0)]})

    def test_an_outer_loop_that_starts_with_its_inner_one_is_not_counted(self):
        text = TILE.replace("je     8 ", "jne    20 ").replace("jmp    20 <k0.0+0x20>", "vfmadd231ps zmm0,zmm0,zmm1\n      44:\tjne    20 <k0.0+0x20>")
        self.assertEqual(assembly.kernel_loops(text)[0][0].fmas, 4)

    def test_spills_are_loads_and_stores_of_the_frame(self):
        self.assertEqual(assembly.kernel_loops(SPILLED), {0: [assembly.Loop(True, 512, 4, 9, 4, 1, 2, 0)]})

    def test_an_array_on_the_stack_is_no_spill(self):
        self.assertEqual(assembly.kernel_loops(SPILLED.replace("[rsp+0x80]", "[rsp+rbx*1+0x80]"))[0][0].spills, 1)

    def test_rbp_is_the_frame_only_where_the_function_says_so(self):
        text = TILE.replace("[rcx+0x40]", "[rbp-0x40]")
        self.assertEqual(assembly.kernel_loops(text)[0][0].spills, 0)
        self.assertEqual(assembly.kernel_loops(text.replace("push   rbp", "mov    rbp,rsp"))[0][0].spills, 1)

    def test_neon_an_element_is_no_load_and_a_move_is_counted(self):
        self.assertEqual(assembly.kernel_loops(NEON, AArch64), {1: [assembly.Loop(True, 128, 2, 9, 3, 1, 2, 1)]})

    def test_more_moves_and_instructions_fail(self):
        text = TILE.replace("prefetcht0 BYTE PTR [rcx+0x400]", "vmovaps zmm7,zmm8")
        worse, better = table.compare(rows(TILE), rows(text))
        self.assertEqual((worse, better), (["cpu, network, tile, accumulating 1: 1 moves between registers, 0 in the table"], []))
        worse, better = table.compare(rows(TILE.replace("      34:\tprefetcht0 BYTE PTR [rcx+0x400]\n", "")), rows(TILE))
        self.assertEqual((worse, better), (["cpu, network, tile, accumulating 1: 2.25 instructions an FMA, 2.00 in the table"], []))

    def test_equal_code_passes(self):
        self.assertEqual(table.compare(rows(TILE), rows(TILE)), ([], []))

    def test_a_spill_fails_and_one_less_is_better(self):
        worse, better = table.compare(rows(TILE), rows(SPILLED))
        self.assertEqual(worse, ["cpu, network, tile, accumulating 1: 2 spills, 0 in the table",
                                 "cpu, network, tile, accumulating 1: 1.0 FMAs per load, 1.333 in the table"])
        self.assertEqual(better, [])
        worse, better = table.compare(rows(SPILLED), rows(TILE))
        self.assertEqual((worse, len(better)), ([], 2))

    def test_two_percent_of_fmas_per_load_are_tolerated(self):
        now = rows(TILE)
        self.assertEqual(table.compare([now[0]._replace(fmas_per_load=1.35)], now), ([], []))
        self.assertEqual(len(table.compare([now[0]._replace(fmas_per_load=1.37)], now)[0]), 1)

    def test_narrower_vectors_fail(self):
        self.assertEqual(len(table.compare(rows(TILE), rows(TILE.replace("zmm", "ymm")))[0]), 1)

    def test_a_loop_that_lost_its_fmas_fails_and_so_does_an_unknown_one(self):
        self.assertIn("in the table, but not in the code", table.compare(rows(TILE), rows(TILE.replace("vfmadd", "vmul")))[0][0])
        self.assertIn("not in the table", table.compare([], rows(TILE))[0][0])

    def test_of_loops_with_equal_fmas_the_worst_comes_first(self):
        other = SPILLED.replace("k0.0", "k0.1")
        self.assertEqual([row.spills for row in rows(TILE + other + TILE)], [2, 0])


if __name__ == "__main__":
    unittest.main()

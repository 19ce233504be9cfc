"""How the assembly of an architecture is read: as binutils (x86, Intel's dialect) and LLVM (AArch64, RISC-V) print it."""
import re


class X86:
    fma = re.compile(r"vfn?m(add|sub)\d+ps")
    bits = {"xmm": 128, "ymm": 256, "zmm": 512}
    memory = re.compile(r"\[")

    @staticmethod
    def disassembly(archive):
        return ["objdump", "-d", "--no-show-raw-insn", "-Mintel", archive]

    @staticmethod
    def is_vector(mnemonic, _):
        return mnemonic.startswith("v")

    @staticmethod
    def is_move(mnemonic, operands):
        return mnemonic.startswith("vmov") and re.fullmatch(r"[xyz]mm\d+,[xyz]mm\d+", operands)

    @staticmethod
    def is_store(_, operands):
        return "[" in operands.split(",")[0]

    @staticmethod
    def is_spill(*_):
        return False

    @staticmethod
    def frame(body):
        """A pattern that finds an operand in the stack frame. rbp is a register like any other unless the function makes it the
        frame's pointer. An index makes an operand an array's."""
        pointer = "r[sb]p" if any((m, o) == ("mov", "rbp,rsp") for _, m, o in body) else "rsp"
        return re.compile(rf"\[{pointer}([+-]0x[0-9a-f]+)?\]")

    @staticmethod
    def leaves(mnemonic):
        return mnemonic.startswith(("j", "ret", "ud2"))

    @staticmethod
    def falls_through(mnemonic):
        return mnemonic not in ("jmp", "ret", "ud2")

    @staticmethod
    def jump_target(mnemonic, operands):
        match = re.match("[0-9a-f]+(?= |$)", operands) if mnemonic.startswith("j") else None
        return int(match[0], 16) if match else None


class AArch64:
    fma = re.compile(r"fml[as]|fmadd|fmsub")
    bits = {"v": 128, "q": 128, "s": 32, "d": 64}
    memory = re.compile(r"\[(x|sp)")

    @staticmethod
    def disassembly(archive):
        return ["llvm-objdump-22", "-d", "--no-show-raw-insn", archive]

    @staticmethod
    def is_vector(_, operands):
        return re.search(r"\b[vqds]\d", operands)

    @staticmethod
    def is_move(mnemonic, operands):
        return mnemonic == "mov" and re.fullmatch(r"v\d+\.16b, v\d+\.16b", operands)

    @staticmethod
    def is_store(mnemonic, _):
        return mnemonic.startswith("st")

    @staticmethod
    def is_spill(*_):
        return False

    @staticmethod
    def frame(_):
        return re.compile(r"\[sp(, #-?0x[0-9a-f]+)?\]")

    @staticmethod
    def leaves(mnemonic):
        return re.fullmatch(r"b(\..*)?|br|ret|cbn?z|tbn?z|brk|udf", mnemonic)

    @staticmethod
    def falls_through(mnemonic):
        return mnemonic not in ("b", "br", "ret", "brk", "udf")

    @staticmethod
    def jump_target(mnemonic, operands):
        match = re.search(r"\b0x([0-9a-f]+) <", operands) if re.fullmatch(r"b(\..*)?|cbn?z|tbn?z", mnemonic) else None
        return int(match[1], 16) if match else None


class RiscV:
    fma = re.compile(r"vfn?m(acc|add|sac|sub)\.v[vf]")
    bits = {"v": 128}  # code for vectors of this length or more: `of_bits()`
    memory = re.compile(r"\(")

    @staticmethod
    def of_bits(bits):
        return type("RiscV", (RiscV,), {"bits": {"v": bits}})

    @staticmethod
    def disassembly(archive):
        return ["llvm-objdump-22", "-d", "--no-show-raw-insn", "--mattr=+v", archive]

    @staticmethod
    def is_vector(mnemonic, _):
        return mnemonic.startswith("v")

    @staticmethod
    def is_move(mnemonic, _):
        return re.fullmatch(r"vmv\dr\.v", mnemonic)

    @staticmethod
    def is_store(mnemonic, _):
        return re.match(r"vs(e|[1248]r|se|uxei|oxei)", mnemonic) and not mnemonic.startswith("vset")

    @staticmethod
    def is_spill(mnemonic, _):
        return re.match("v[ls][1248]r", mnemonic)  # whole registers: LLVM takes the place into a register first

    @staticmethod
    def frame(_):
        return re.compile(r"\(sp\)")

    @staticmethod
    def leaves(mnemonic):
        return re.fullmatch(r"b(eq|ne|lt|ge|le|gt)[uz]*|j|jr|ret|unimp", mnemonic)

    @staticmethod
    def falls_through(mnemonic):
        return mnemonic not in ("j", "jr", "ret", "unimp")

    @staticmethod
    def jump_target(mnemonic, operands):
        match = re.search(r"\b0x([0-9a-f]+) <", operands) if re.fullmatch(r"b\w+|j", mnemonic) else None
        return int(match[1], 16) if match else None

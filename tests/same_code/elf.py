"""Functions of an ELF object for a 64-bit little-endian CPU: x86-64, AArch64, RISC-V."""
import bisect
import collections
import struct

import aarch64
from object_code import Damaged, Function

Section = collections.namedtuple("Section", "name type flags offset size link info entry")
Symbol = collections.namedtuple("Symbol", "name type section value size")
SYMTAB, RELA, NOBITS = 2, 4, 8
EXECUTABLE, MERGE, STRINGS = 0x4, 0x10, 0x20
OBJECT, FUNC, SECTION_SYMBOL = 1, 2, 3
X86_64, AARCH64, RISCV = 62, 183, 243
PC_RELATIVE = {X86_64: (2, 4, 9, 24, 41, 42),  # PC32, PLT32, GOTPCREL, PC64, GOTPCRELX, REX_GOTPCRELX
               AARCH64: (260, 261),  # PREL64, PREL32
               RISCV: (57,)}  # 32_PCREL
LONGEST_VECTOR = 64


def text(table, at):
    return table[at:table.index(b"\0", at)].decode()


class Object:
    def __init__(self, data):
        if data[:6] != b"\x7fELF\x02\x01":
            raise Damaged("not an ELF object of 64 bits, little-endian")
        self.data, self.machine = data, struct.unpack_from("<H", data, 18)[0]
        table, (size, count, names) = struct.unpack_from("<Q", data, 40)[0], struct.unpack_from("<HHH", data, 58)
        raw = [struct.unpack_from("<IIQQQQIIQQ", data, table + size * i) for i in range(count)]
        names = self.contents_at(raw[names][4], raw[names][5])
        self.sections = [Section(text(names, r[0]), r[1], r[2], r[4], r[5], r[6], r[7], r[9]) for r in raw]
        self.symbols = self.read_symbols()
        self.relocations = self.read_relocations()
        self.functions_of, self.variables_of = self.named(FUNC), self.named(OBJECT)
        self.boundaries = self.find_boundaries()

    def contents_at(self, offset, size):
        if offset + size > len(self.data):
            raise Damaged("a section reaches beyond the file")
        return self.data[offset:offset + size]

    def contents(self, section):
        s = self.sections[section]
        return bytes(s.size) if s.type == NOBITS else self.contents_at(s.offset, s.size)

    def read_symbols(self):
        symbols = []
        for section in (s for s in self.sections if s.type == SYMTAB):
            table, names = self.contents_at(section.offset, section.size), self.contents(section.link)
            for name, info, _, where, value, size in struct.iter_unpack("<IBBHQQ", table):
                symbols.append(Symbol(text(names, name), info & 15, where, value, size))
        return symbols

    def read_relocations(self):
        """section -> [(offset, type, symbol, addend)], by offset; several may share an offset, and keep their order."""
        found = collections.defaultdict(list)
        for section in (s for s in self.sections if s.type == RELA):
            for offset, info, addend in struct.iter_unpack("<QQq", self.contents_at(section.offset, section.size)):
                found[section.info].append((offset, info & 0xFFFFFFFF, self.symbols[info >> 32], addend))
        for relocations in found.values():
            relocations.sort(key=lambda r: r[0])
        return found

    def named(self, kind):
        """section -> [(address, size, name)], by address."""
        found = collections.defaultdict(list)
        for symbol in self.symbols:
            if symbol.type == kind and symbol.section and symbol.size:
                found[symbol.section].append((symbol.value, symbol.size, symbol.name))
        for places in found.values():
            places.sort()
        return found

    def place(self, place, symbol, kind, addend):
        """Of a relocation: where in the symbol's section the thing begins that is meant, and how far into it.

        place: where the field lies in its constant; None in code. What counts from the field is made to count from the
        constant's start. x86's code counts from the instruction's end: 4 bytes after the field, more where an operand
        follows. With a section's symbol the addend alone says which constant is meant; they lie at multiples of 4."""
        if kind in PC_RELATIVE[self.machine]:
            addend -= place if place is not None else -4 if self.machine == X86_64 else 0
        if symbol.type != SECTION_SYMBOL:
            return symbol.value, addend
        code = self.sections[symbol.section].flags & EXECUTABLE
        begin = symbol.value + (addend if code else (addend + 3) // 4 * 4)
        return begin, symbol.value + addend - begin

    def find_boundaries(self):
        """section -> where constants begin: symbols, and what code refers to."""
        found = collections.defaultdict(set)
        for symbol in self.symbols:
            if 0 < symbol.section < len(self.sections) and symbol.type != SECTION_SYMBOL:
                found[symbol.section].add(symbol.value)
        for section, relocations in self.relocations.items():
            if self.sections[section].flags & EXECUTABLE:
                for _, kind, symbol, addend in relocations:
                    if 0 < symbol.section < len(self.sections):
                        found[symbol.section].add(self.place(None, symbol, kind, addend)[0])
        return {section: sorted(places) for section, places in found.items()}

    def constant(self, section, begin):
        """Where the constant that lies here begins and ends: by its symbol, the section's entries, or where the next one begins."""
        for start, size, _ in self.variables_of[section]:
            if start <= begin < start + size:
                return start, start + size
        flags, entry, size = self.sections[section].flags, self.sections[section].entry, self.sections[section].size
        if flags & STRINGS:
            return begin, self.contents(section).index(b"\0", begin) + 1
        if flags & MERGE and entry:
            return begin // entry * entry, begin // entry * entry + entry
        places = self.boundaries[section]
        after = bisect.bisect_right(places, begin)
        end = places[after] if after < len(places) else size
        if begin % LONGEST_VECTOR == 0:  # read whole, even where another instruction reads its second half
            end = max(end, begin + LONGEST_VECTOR)
        if self.machine == X86_64 and not any(begin <= r[0] < end for r in self.relocations[section]):
            end = min(end, begin + LONGEST_VECTOR)  # no table of jumps: what follows are constants that nothing reads
        return begin, min(end, size)

    def function_at(self, section, address):
        for start, size, name in self.functions_of[section]:
            if start <= address < start + size:
                return ("function", name, address - start)
        raise Damaged(f"a reference to code that is in no function: {self.sections[section].name} + {address:#x}")

    def target(self, place, symbol, kind, addend, seen=()):
        if symbol.section == 0 or symbol.section >= len(self.sections):
            return ("outside", symbol.name, addend)
        begin, within = self.place(place, symbol, kind, addend)
        if self.sections[symbol.section].flags & EXECUTABLE:
            return self.function_at(symbol.section, begin + within)
        start, end = self.constant(symbol.section, begin)
        begin, within = start, begin + within - start
        if (symbol.section, begin) in seen:
            return ("data", "again", within)
        seen += ((symbol.section, begin),)
        inner = [(at - begin, k, self.target(at - begin, s, k, a, seen))
                 for at, k, s, a in self.relocations[symbol.section] if begin <= at < end]
        return ("data", (self.contents(symbol.section)[begin:end], inner), within)


def functions(data):
    """In the order in which they lie."""
    object_file, found = Object(data), []
    for section, places in sorted(object_file.functions_of.items()):
        contents = object_file.contents(section)
        for address, size, name in places:
            code = contents[address:address + size]
            references = [(at - address, kind, object_file.target(None, symbol, kind, addend))
                          for at, kind, symbol, addend in object_file.relocations[section] if address <= at < address + size]
            if object_file.machine == AARCH64:
                code, references = aarch64.without_alignment(
                    code, references, lambda offset: object_file.function_at(section, address + offset))
            found.append(Function(name, object_file.sections[section].offset + address, size, code, references, None))
    return found

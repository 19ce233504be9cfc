"""Functions of a WebAssembly object (https://github.com/WebAssembly/tool-conventions, Linking.md)."""
import bisect
import collections

from object_code import Damaged, Function

CUSTOM, TYPE, IMPORT, FUNCTION, CODE, DATA = 0, 1, 2, 3, 10, 11
SYMBOL_TABLE, UNDEFINED, EXPLICIT_NAME = 8, 0x10, 0x40
FUNCTION_SYMBOL, DATA_SYMBOL, GLOBAL_SYMBOL, SECTION_SYMBOL, TAG_SYMBOL, TABLE_SYMBOL = range(6)
IMPORTED_FUNCTION, IMPORTED_TABLE, IMPORTED_MEMORY, IMPORTED_GLOBAL, IMPORTED_TAG = range(5)
IMPORTED_AS = {FUNCTION_SYMBOL: IMPORTED_FUNCTION, GLOBAL_SYMBOL: IMPORTED_GLOBAL, TAG_SYMBOL: IMPORTED_TAG,
               TABLE_SYMBOL: IMPORTED_TABLE}
TYPE_INDEX = 6
# Relocations by the width of their field, and those with an addend.
WIDTH = {0: 5, 1: 5, 2: 4, 3: 5, 4: 5, 5: 4, 6: 5, 7: 5, 8: 4, 9: 4, 10: 5, 11: 5, 12: 5, 13: 4, 14: 10, 15: 10, 16: 8, 17: 10,
         18: 10, 19: 8, 20: 5, 21: 5, 22: 8, 23: 4, 24: 10, 25: 10}
WITH_ADDEND = {3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23, 25}


class Reader:
    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def number(self, signed=False):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value - (1 << shift) if signed and byte & 64 else value

    def bytes(self, size):
        self.at += size
        return self.data[self.at - size:self.at]

    def text(self):
        return self.bytes(self.number()).decode()


class Object:
    def __init__(self, data):
        if data[:8] != b"\0asm\x01\0\0\0":
            raise Damaged("not a WebAssembly object")
        self.sections, self.places = [], []  # (kind, name of a custom one, contents); where the contents begin in the file
        reader = Reader(data, 8)
        while reader.at < len(data):
            kind, contents = reader.byte(), Reader(reader.bytes(reader.number()))
            name = contents.text() if kind == CUSTOM else ""
            self.sections.append((kind, name, contents.data[contents.at:]))
            self.places.append(reader.at - len(self.sections[-1][2]))
        self.types = self.read_types()
        self.imports = self.read_imports()  # kind -> names
        self.declared = self.numbers(FUNCTION)  # types of the functions defined here
        self.segments = self.read_segments()  # (offset in the section, contents)
        self.symbols = self.read_symbols()  # (kind, name, index or None, offset, size)
        self.names = {index: name for kind, name, index, _, _ in self.symbols if kind == FUNCTION_SYMBOL and index is not None}
        self.relocations = {kind: self.read_relocations(kind) for kind in (CODE, DATA)}

    def section(self, kind):
        return next((contents for k, _, contents in self.sections if k == kind), b"\0")

    def place(self, kind):
        return next(place for (k, _, _), place in zip(self.sections, self.places) if k == kind)

    def numbers(self, kind):
        reader = Reader(self.section(kind))
        return [reader.number() for _ in range(reader.number())]

    def read_types(self):
        reader = Reader(self.section(TYPE))
        types = []
        for _ in range(reader.number()):
            if reader.byte() != 0x60:
                raise Damaged("a type that is no function's")
            types.append((reader.bytes(reader.number()).hex(), reader.bytes(reader.number()).hex()))
        return types

    def read_imports(self):
        reader, names = Reader(self.section(IMPORT)), collections.defaultdict(list)
        for _ in range(reader.number()):
            reader.text()
            name, kind = reader.text(), reader.byte()
            names[kind].append(name)
            if kind == IMPORTED_FUNCTION:
                reader.number()
            elif kind in (IMPORTED_TABLE, IMPORTED_MEMORY):
                if kind == IMPORTED_TABLE:
                    reader.byte()  # the type of its elements
                for _ in range(1 + (reader.byte() & 1)):  # the limits: a flag says whether there is a most
                    reader.number()
            else:
                reader.bytes(2)
        return names

    def read_segments(self):
        reader, segments = Reader(self.section(DATA)), []
        for _ in range(reader.number()):
            flags = reader.number()
            if flags & 2:
                reader.number()
            while not flags & 1 and reader.byte() != 0x0B:  # the offset's expression
                reader.number()
            size = reader.number()
            segments.append((reader.at, reader.bytes(size)))
        return segments

    def read_symbols(self):
        reader = Reader(next((c for _, name, c in self.sections if name == "linking"), b""))
        if not reader.data or reader.number() != 2:
            raise Damaged("a WebAssembly object without linking data of version 2")
        symbols = []
        while reader.at < len(reader.data):
            kind, size = reader.byte(), reader.number()
            end = reader.at + size
            for _ in range(reader.number() if kind == SYMBOL_TABLE else 0):
                symbols.append(self.read_symbol(reader))
            reader.at = end
        return symbols

    def read_symbol(self, reader):
        kind, flags = reader.byte(), reader.number()
        defined = not flags & UNDEFINED
        if kind == DATA_SYMBOL:
            name = reader.text()
            return (kind, name, reader.number(), reader.number(), reader.number()) if defined else (kind, name, None, 0, 0)
        index = reader.number()
        if kind == SECTION_SYMBOL:
            return kind, self.sections[index][1], index, 0, 0
        name = reader.text() if defined or flags & EXPLICIT_NAME else self.imports[IMPORTED_AS[kind]][index]
        return kind, name, index if defined else None, 0, 0

    def read_relocations(self, of):
        """[(offset in the section, kind, symbol or type, addend)]"""
        found = []
        for kind, name, contents in self.sections:
            if kind != CUSTOM or not name.startswith("reloc."):
                continue
            reader = Reader(contents)
            if self.sections[reader.number()][0] != of:
                continue
            for _ in range(reader.number()):
                kind, offset, index = reader.byte(), reader.number(), reader.number()
                found.append((offset, kind, index, reader.number(signed=True) if kind in WITH_ADDEND else 0))
        return sorted(found)

    def target(self, kind, index, addend, seen=()):
        if kind == TYPE_INDEX:
            return ("outside", f"type {self.types[index]}", 0)
        what, name, defined, offset, size = self.symbols[index]
        if defined is None or what not in (FUNCTION_SYMBOL, DATA_SYMBOL):
            return ("outside", name, addend)
        if what == FUNCTION_SYMBOL:
            return ("function", name, addend)
        if (defined, offset) in seen:
            return ("data", "again", addend)
        start, contents = self.segments[defined]
        begin = start + offset
        inner = [(at - begin, k, self.target(k, i, a, seen + ((defined, offset),)))
                 for at, k, i, a in self.relocations[DATA] if begin <= at < begin + size]
        return ("data", (contents[offset:offset + size], inner), addend)


def functions(data):
    """In the order in which they lie."""
    module, found = Object(data), []
    code = Reader(module.section(CODE))
    places = [at for at, *_ in module.relocations[CODE]]
    for index in range(code.number()):
        size = code.number()
        begin, body, references = code.at, bytearray(code.bytes(size)), []
        for at, kind, symbol, addend in module.relocations[CODE][bisect.bisect_left(places, begin):bisect.bisect_left(places, begin + size)]:
            body[at - begin:at - begin + WIDTH[kind]] = bytes(WIDTH[kind])
            references.append((at - begin, kind, module.target(kind, symbol, addend)))
        name = module.names.get(len(module.imports[IMPORTED_FUNCTION]) + index, f"function {index}")
        found.append(Function(name, module.place(CODE) + begin, size, bytes(body), references, str(module.types[module.declared[index]])))
    return found

"""AArch64 code without what depends on its place.

Loops begin at multiples of 32 and functions at multiples of 16: how many nops lie before a loop, and how far a jump over
them goes, depends on the functions that lie before this one."""
import bisect
import struct

NOP = 0xD503201F
# Instructions that count from their own place: (bits that say so, their value, the distance's bits, its lowest bit).
RELATIVE = [(0x7C000000, 0x14000000, 0x03FFFFFF, 0),   # b, bl
            (0xFF000000, 0x54000000, 0x00FFFFE0, 5),   # b.cond
            (0x7E000000, 0x34000000, 0x00FFFFE0, 5),   # cbz, cbnz
            (0x7E000000, 0x36000000, 0x0007FFE0, 5),   # tbz, tbnz
            (0x3B000000, 0x18000000, 0x00FFFFE0, 5)]   # ldr of a literal


def distance(word):
    """(the word without its distance, the distance in instructions), or None."""
    for mask, value, field, low in RELATIVE:
        if word & mask == value:
            steps, bits = (word & field) >> low, (field >> low).bit_length()
            return word & ~field, steps - (1 << bits) if steps >> (bits - 1) else steps
    return None


def without_alignment(code, references, function_at):
    """code and references without nops; jumps become references. function_at(offset): the target outside of the code."""
    words = struct.unpack(f"<{len(code) // 4}I", code)
    nops = [4 * i for i, word in enumerate(words) if word == NOP]

    def moved(offset):
        return offset - 4 * bisect.bisect_left(nops, offset)

    related, kept = {offset for offset, *_ in references}, []
    references = [(moved(offset), *rest) for offset, *rest in references]
    for at, word in enumerate(words):
        if word == NOP:
            continue
        if 4 * at not in related and (found := distance(word)):
            word, target = found[0], 4 * (at + found[1])
            inside = 0 <= target < len(code)
            references.append((moved(4 * at), "jump", ("here", "", moved(target)) if inside else function_at(target)))
        kept.append(word)
    return struct.pack(f"<{len(kept)}I", *kept), sorted(references, key=lambda r: r[0])

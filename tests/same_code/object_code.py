"""What the readers of object files hand on: functions whose bytes do not depend on where the linker will put things."""
import collections

# place, size: where the code lies in the file. code: bytes, with zeros where a linker writes. references: [(offset, kind, target)], in order of offsets. A target is one of
#   ("function", name, offset)  code of this object
#   ("here", "", offset)        this function's code
#   ("outside", name, offset)   what the object does not define
#   ("data", contents, offset)  a constant by its contents: (bytes, its own references)
# signature: of WebAssembly's functions; None elsewhere.
Function = collections.namedtuple("Function", "name place size code references signature")


class Damaged(Exception):
    """A file that is not what the reader expects."""


def first_member(archive):
    """The first object file of an `ar` archive: the library's own; the runtime, where it is bundled, comes after it."""
    if not archive.startswith(b"!<arch>\n"):
        raise Damaged("not an archive")
    at = 8
    while at + 60 <= len(archive):
        name, size = archive[at:at + 16].decode().strip(), int(archive[at + 48:at + 58])
        if name not in ("/", "//", "/SYM64/"):
            return archive[at + 60:at + 60 + size]
        at += 60 + size + size % 2
    raise Damaged("an archive without an object file")

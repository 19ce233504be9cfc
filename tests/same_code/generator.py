"""One of the two generators that are compared, and what it generated."""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from configurations import target_options
from kernels import summary


class GeneratorFailed(Exception):
    """`mobilith generate` ended with an error: what it said."""


class Generator:
    """folder: keeps results for the next run, apart for each role, executable and extra options; so the two generators
    share neither results nor compiled kernels, even where they are the same program."""

    def __init__(self, role, program, extra, folder):
        self.role, self.program, self.extra, self.seconds = role, pathlib.Path(program).resolve(), extra, 0
        identity = hashlib.sha256(self.program.read_bytes() + "\0".join(extra).encode()).hexdigest()[:16]
        self.folder = pathlib.Path(folder) / f"{role}-{identity}"
        (self.folder / "compiled").mkdir(parents=True, exist_ok=True)

    def options(self, configuration):
        """Of the configuration, but for those that the extra ones replace."""
        pairs = zip(configuration.options[::2], configuration.options[1::2])
        return [word for pair in pairs if pair[0] not in self.extra for word in pair] + self.extra

    def kernels(self, configuration, cpu):
        """(kernels.summary(), whether it was kept)"""
        kept = self.folder / cpu / f"{configuration.name}.json"
        if kept.exists():
            return json.loads(kept.read_text()), True
        kept.parent.mkdir(exist_ok=True)
        begin = time.monotonic()
        with tempfile.TemporaryDirectory() as scratch:
            tree = pathlib.Path(scratch) / "tree"
            command = [self.program, "generate", *self.options(configuration), *target_options(cpu), "--weights", "synthetic",
                       "--weights-file", "--no-check", "--name", "net", "--out", tree]
            done = subprocess.run(command, env={**os.environ, "MOBILITH_CACHE": str(self.folder / "compiled")},
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            if done.returncode:
                said = [line for line in done.stderr.splitlines() if line.startswith("mobilith: ")] or done.stderr.splitlines()
                raise GeneratorFailed(f"{self.program}, {configuration.name} for {cpu}: {' '.join(said[-2:])}")
            found = summary(tree, "net")
            shutil.copy(tree / "lib" / "libnet.a", kept.with_suffix(".a"))  # to disassemble
        self.seconds += time.monotonic() - begin
        written = kept.with_suffix(f".{os.getpid()}.tmp")
        written.write_text(json.dumps(found))
        written.rename(kept)
        return found, False

"""The table of inner loops: rows, their file, and what makes one worse than another."""
import collections
import csv

Row = collections.namedtuple("Row", "cpu network kernel loop bits fmas instructions loads stores spills moves fmas_per_load")
TOLERANCE = 0.02  # of FMAs per load, and of instructions: one address more in a long loop is no regression
PER_KIND = 2


def key(row):
    return row[:4]


def rows(cpu, network, kernels, loops):
    """The main loops of each kernel: of either kind the two with the most FMAs, of equal ones the worst; equal loops count once.

    Both kinds, because a depthwise window unrolls to more FMAs than the matrix product's tile that takes most of the time.
    kernels: names by index; loops: index -> assembly.Loop."""
    found = []
    for index, kernel in enumerate(kernels):
        distinct = sorted(set(loops.get(index, [])), key=lambda l: (-l.fmas, -l.spills, -l.moves, -l.loads, -l.instructions, l))
        for accumulates, kind in (True, "accumulating"), (False, "storing"):
            for rank, l in enumerate([l for l in distinct if l.accumulates == accumulates][:PER_KIND], 1):
                found.append(Row(cpu, network, kernel, f"{kind} {rank}", *l[1:], round(l.fmas / max(l.loads, 1), 3)))
    return found


def read(path):
    with open(path, newline="") as file:
        return [Row(*row[:4], *map(int, row[4:11]), float(row[11])) for row in list(csv.reader(file))[1:]]


def write(path, table):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Row._fields)
        writer.writerows(sorted(table))


def compare(table, found):
    """(what is worse than the table says, what is better), one line each."""
    worse, better = [], []
    expected, actual = {key(row): row for row in table}, {key(row): row for row in found}
    for place in sorted(expected.keys() | actual.keys()):
        was, now, where = expected.get(place), actual.get(place), ", ".join(place)
        if not was or not now:
            worse.append(f"{where}: {'not in the table' if now else 'in the table, but not in the code'}")
            continue
        changes = [(now.spills - was.spills, f"{now.spills} spills, {was.spills} in the table"),
                   (was.bits - now.bits, f"vectors of {now.bits} bits, {was.bits} in the table"),
                   (now.moves - was.moves, f"{now.moves} moves between registers, {was.moves} in the table"),
                   (0 if abs(now.instructions * was.fmas / (was.instructions * now.fmas) - 1) <= TOLERANCE
                    else now.instructions / now.fmas - was.instructions / was.fmas,
                    f"{now.instructions / now.fmas:.2f} instructions an FMA, {was.instructions / was.fmas:.2f} in the table"),
                   (0 if abs(now.fmas_per_load / was.fmas_per_load - 1) <= TOLERANCE else was.fmas_per_load - now.fmas_per_load,
                    f"{now.fmas_per_load} FMAs per load, {was.fmas_per_load} in the table")]
        worse += [f"{where}: {text}" for change, text in changes if change > 0]
        better += [f"{where}: {text}" for change, text in changes if change < 0]
    return worse, better

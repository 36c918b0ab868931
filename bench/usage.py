"""What a program uses: processor time and memory, of all its processes."""

import subprocess
from contextlib import suppress
from pathlib import Path

PROC = Path('/proc')


def cpu_seconds(pid):
    """Return the processor time that a program's processes have used until now."""
    if not PROC.exists():
        return _ask_ps(pid)
    stats = [_stat(number) for number in _family(pid)]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats if stat) / 100


def memory(pid):
    """Return the memory in MB of each process, the largest first; only Linux tells.

    What several processes share counts in parts: the proportional set size, PSS.
    """
    sizes = []
    for number in _family(pid):
        with suppress(OSError, StopIteration):  # it has just ended
            lines = (PROC / str(number) / 'smaps_rollup').read_text().splitlines()
            kilobytes = next(line.split()[1] for line in lines if line.startswith('Pss:'))
            sizes.append(int(kilobytes) / 1000)
    return sorted(sizes, reverse=True)


def _family(pid):
    numbers = [int(path.name) for path in PROC.glob('[0-9]*')]
    parents = {number: int(stat[1]) for number in numbers if (stat := _stat(number))}
    found = [pid]
    for number in found:  # it grows meanwhile
        found += [child for child, parent in parents.items() if parent == number]
    return found


def _stat(pid):
    with suppress(OSError):  # it has just ended
        return (PROC / str(pid) / 'stat').read_text().rpartition(')')[2].split()


def _ask_ps(pid):
    text = subprocess.check_output(['ps', '-o', 'cputime=', '-p', str(pid)], text=True)
    return sum(60**power * float(part) for power, part in enumerate(reversed(text.split(':'))))

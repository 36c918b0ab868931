"""Measures in rounds, each program once a round: a busy moment of the machine hits all alike."""

from dataclasses import dataclass

from bench.load import load
from bench.usage import cpu_seconds, memory


@dataclass
class Measured:
    """What one program did in one round; times are in seconds."""

    speed: float  # requests a second
    cpu: float  # processor time of a request
    p50: float
    p99: float
    memory: list  # MB of each process
    visitors: float  # how busy those who asked were; 1 is a whole core

    @property
    def per_cpu(self):
        """How many requests a second of processor time is enough for."""
        return 1 / self.cpu


def in_rounds(programs, paths, connections, seconds, rounds):
    """Return by name what was measured in each round; one more, to warm up, does not count."""
    results = {name: [] for name in programs}
    for _ in range(rounds + 1):
        for name, program in programs.items():
            results[name].append(measure(program, paths, connections, seconds))
    return {name: measured[1:] for name, measured in results.items()}


def measure(program, paths, connections, seconds, **headers):
    """Let visitors ask a program for these paths for some seconds."""
    pid = program.process.pid
    cpu = cpu_seconds(pid)
    seen = load(program.port, paths, connections, seconds, **headers)
    if not seen.requests:
        raise RuntimeError(f'no answer within {seen.seconds:.0f} seconds: {paths[0]}')
    return Measured(
        speed=seen.requests / seen.seconds,
        cpu=(cpu_seconds(pid) - cpu) / seen.requests,
        p50=seen.p50,
        p99=seen.p99,
        memory=memory(pid),
        visitors=seen.own_cpu / seen.seconds,
    )
